"""The mail to a visitor: text and page, the pass as a picture and six digits, and the entry for their calendar.

It is the product's one message with personal data, and it goes to the person the data are about.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from enum import StrEnum
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from chassis import clock
from gateway.languages import ENGLISH, SOURCE, label
from gateway.notices.mailer import Mailer
from gateway.phrasing import Moment, reading_at
from gateway.render import Renderer

PICTURE = "pass"


class What(StrEnum):
    """What a mail says; the value is kept with the visit."""

    INVITED = "invited"
    CHANGING = "changing"
    OFF = "off"


SUBJECTS = {
    What.INVITED: label("来访预约：%(when)s，%(site)s"),
    What.CHANGING: label("来访预约有变，待确认：%(when)s，%(site)s"),
    What.OFF: label("来访预约已取消：%(when)s，%(site)s"),
}


def qr_png(text: str) -> bytes:
    """The QR code of a pass as a picture that mail programs and chats show."""
    import segno

    made = BytesIO()
    segno.make(text, error="m", micro=False).save(made, kind="png", scale=8, border=4)
    return made.getvalue()


def compose(
    render: Renderer, mailer: Mailer, found: Mapping[str, Any], what: What, sequence: int, reply_to: str | None
) -> EmailMessage:
    """The mail. Raises `MailFailed` where the address cannot stand in a header."""
    from gateway.calendar_files import event_ics

    language = ENGLISH if found["language"] == "en" else SOURCE
    environment = render.environment(language)
    site = found["site_name_en"] if language == ENGLISH else found["site_name"]
    with reading_at(Moment(clock.now(), ZoneInfo(found["zone"]))):
        window = environment.get_template("mail/window.txt").render(visit=found).strip()
        subject = environment.texts.gettext(SUBJECTS[what]) % {"when": window, "site": site}
        values = {"visit": found, "what": what.value, "site": site, "window": window, "picture": PICTURE}
        plain, page = (environment.get_template(f"mail/invitation.{kind}").render(values) for kind in ("txt", "html"))
    letter = mailer.letter(found["email"], subject)
    if reply_to:
        letter["Reply-To"] = mailer.address(reply_to)
    letter["Message-ID"] = f"<{found['visit_id']}.{sequence}@{mailer.sender.domain}>"
    letter.set_content(plain)
    letter.add_alternative(page, subtype="html")
    if what is What.INVITED:
        png = qr_png(found["qr"])
        letter.get_payload()[1].add_related(  # type: ignore[union-attr, index]
            png, "image", "png", cid=f"<{PICTURE}>", filename="pass.png", disposition="inline"
        )
    ics, method = event_ics(found, what.value, sequence, mailer.sender), "CANCEL" if what is What.OFF else "REQUEST"
    letter.add_alternative(ics, subtype="calendar", params={"method": method})
    letter.add_attachment(ics.encode(), "text", "calendar", filename="visit.ics", params={"method": method})
    return letter
