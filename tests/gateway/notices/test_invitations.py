"""The mail to the visitor, from a visit that is permitted to a letter in a real mail server, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar, Event

from chassis import clock
from chassis.actor import STAFF_SCOPE, Actor, ActorKind
from chassis.asgi import call_app
from chassis.catching_up import catch_up
from chassis.db import Database
from chassis.settings import Settings
from gateway.clients import InProcess, ServiceDown
from gateway.identity import accounts
from gateway.identity.keeper import Keeper
from gateway.identity.rules import INVITATIONS_READ, scopes_are_for_clients
from gateway.identity.tables import BASE
from gateway.notices import mail_store
from gateway.notices.follows import follows_visitor
from gateway.notices.invitation_letter import What, qr_png
from gateway.notices.invitations import Invitations, said_by
from gateway.notices.rules import pause_after
from gateway.render import Renderer
from services.visitor.app import PARTS
from services.visitor.visits import store as visit_store
from tests.builders import facts
from tests.conftest import OpenDb
from tests.gateway.notices.servers import Post, mail_server
from tests.people import SIGNER, tablet, token
from tests.visitor.conftest import Floor, floor

__all__ = ["floor"]
pytestmark = pytest.mark.anyio
WANG = {"name": "王小明", "company": "华信科技", "phone": "13800000427", "email": "wang@example.com"}


@dataclass
class Mailroom:
    """The visitor service, the gateway that follows it, and a mail server."""

    floor: Floor
    db: Database
    keeper: Keeper
    post: Post
    invitations: Invitations

    async def send(self) -> list[EmailMessage]:
        """Follow what happened and send what is due; the letters that went out now."""
        before = len(self.post.letters)
        catch_up(self.floor.db, PARTS.states, self.db, BASE.cursors, follows_visitor(mail=True))
        await self.invitations.send_due()
        return [letter for _, letter in self.post.letters[before:]]

    async def permitted(self, **changes: Any) -> dict[str, Any]:
        """A visit to the lounge with every yes it needs at this hour."""
        visit = await self.floor.invite("LOUNGE", **{"visitors": [WANG], **changes})
        if visit["state"] != "approved":
            await self.floor.approve(visit["id"], "duty_manager")
        return (await self.floor.as_("host").get(f"/visits/{visit['id']}")).body  # type: ignore[no-any-return]

    async def change(self, visit: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        """The host changes a visit; how it stands then."""
        now = (await self.floor.as_("host").get(f"/visits/{visit['id']}")).body
        said = await self.floor.as_("host").patch(f"/visits/{visit['id']}", changes, version=now["version"])
        assert said.status == 200, said.body
        changed: dict[str, Any] = said.body
        return changed

    def replica(self) -> Invitations:
        """Another gateway on the same database."""
        return Invitations(self.keeper, Renderer(), InProcess("visitor", self.floor.app))


@pytest.fixture
async def room(floor: Floor, open_db: OpenDb, tmp_path: Path) -> AsyncIterator[Mailroom]:
    """Nobody was written to yet."""
    db = open_db(BASE)
    with mail_server() as post:
        settings = Settings(
            data=tmp_path,
            smtp_host="127.0.0.1",
            smtp_port=post.port,
            smtp_tls="none",
            smtp_from="门岗 <gate@example.com>",
        )
        keeper = Keeper(db, settings)
        await keeper.start()
        floor.app.state.verifier.set_keys({"keys": [*SIGNER.jwks["keys"], *keeper.jwks()["keys"]]})
        state = {"employee_no": "E001", "name": "李娜", "site_id": floor.ids.site, "department_id": None}
        state |= {"roles": [], "active": True, "work_email": "lina@corp.example"}
        await db.write(accounts.copy_person, floor.ids.people["host"], state)
        made = Mailroom(floor, db, keeper, post, None)  # type: ignore[arg-type]
        made.invitations = made.replica()
        yield made
        await keeper.stop()


def part(letter: EmailMessage, kind: str) -> Any:
    """The content of the first part of this kind."""
    return next(one for one in letter.walk() if one.get_content_type() == kind).get_content()


def event(letter: EmailMessage) -> tuple[str, Event]:
    """The method and the event of a letter's calendar."""
    calendar = Calendar.from_ical(part(letter, "text/calendar"))
    assert isinstance(calendar, Calendar)
    found = calendar.walk("VEVENT")[0]
    assert isinstance(found, Event)
    return str(calendar["METHOD"]), found


async def test_a_permitted_visit_is_mailed_with_pass_and_calendar(room: Mailroom) -> None:
    visit = await room.permitted()
    (letter,) = await room.send()
    shown = (await room.floor.as_("host").get(f"/visits/{visit['id']}/pass")).body
    assert room.post.letters[0][0] == ["wang@example.com"]
    assert letter["Reply-To"].addresses[0].addr_spec == "lina@corp.example"
    assert shown["code"] in part(letter, "text/plain")
    assert "王小明您好" in part(letter, "text/plain")
    assert 'src="cid:pass"' in part(letter, "text/html")
    assert part(letter, "image/png") == qr_png(shown["qr"])
    method, entry = event(letter)
    assert (method, str(entry["STATUS"]), int(entry["SEQUENCE"])) == ("REQUEST", "CONFIRMED", 0)
    assert str(entry["UID"]) == f"{visit['id']}@gatehouse"
    assert str(entry["ATTENDEE"]) == "MAILTO:wang@example.com"
    assert shown["code"] in str(entry["DESCRIPTION"])


async def test_the_subject_names_nobody(room: Mailroom) -> None:
    await room.permitted()
    (letter,) = await room.send()
    assert "总部职场" in str(letter["Subject"])
    assert "王小明" not in str(letter["Subject"])


async def test_a_visitor_is_written_to_in_their_language(room: Mailroom) -> None:
    await room.permitted(language="en", visitors=[{**WANG, "name": "Anna Schneider"}])
    (letter,) = await room.send()
    assert str(letter["Subject"]).startswith("Your visit: ")
    assert "Dear Anna Schneider," in part(letter, "text/plain")
    assert "Head office" in part(letter, "text/plain")
    assert "您" not in part(letter, "text/html")


async def test_nobody_is_invited_before_the_visit_is_permitted(room: Mailroom) -> None:
    await room.floor.designate()
    visit = await room.floor.invite("FLOOR", escort_no="S001", visitors=[WANG])
    assert await room.send() == []
    seen = await room.floor.approve(visit["id"], "manager")
    if seen["state"] != "approved":
        await room.floor.approve(visit["id"], "duty_manager")
    assert len(await room.send()) == 1


async def test_changes_and_the_end_reach_the_same_entry_of_the_calendar(room: Mailroom) -> None:
    await room.floor.designate()
    visit = await room.permitted()
    (first,) = await room.send()
    floor_too = [room.floor.ids.areas["LOUNGE"], room.floor.ids.areas["FLOOR"]]
    changed = await room.change(visit, areas=floor_too, escort_no="S001")
    assert changed["state"] == "in_review"
    (second,) = await room.send()
    seen = await room.floor.approve(visit["id"], "manager")
    if seen["state"] != "approved":
        await room.floor.approve(visit["id"], "duty_manager")
    (third,) = await room.send()
    await room.floor.as_("host").post(f"/visits/{visit['id']}:withdraw")
    (last,) = await room.send()
    said = [(method, str(e["STATUS"]), int(e["SEQUENCE"])) for method, e in map(event, (first, second, third, last))]
    assert said == [
        ("REQUEST", "CONFIRMED", 0),
        ("REQUEST", "TENTATIVE", 1),
        ("REQUEST", "CONFIRMED", 2),
        ("CANCEL", "CANCELLED", 3),
    ]
    assert len({str(event(letter)[1]["UID"]) for letter in (first, second, third, last)}) == 1
    code = (await room.floor.as_("host").get(f"/visits/{visit['id']}/pass")).body["code"]
    assert code not in part(second, "text/plain")
    assert code not in part(last, "text/plain")


async def test_a_burst_of_changes_is_one_mail(room: Mailroom) -> None:
    visit = await room.permitted()
    for purpose in ("续签合同", "验收", "培训"):
        visit = await room.change(visit, purpose=purpose)
        if visit["state"] != "approved":
            await room.floor.approve(visit["id"], "duty_manager")
    assert len(await room.send()) == 1
    assert await room.send() == []


async def test_what_was_withdrawn_before_it_went_out_is_no_mail(room: Mailroom) -> None:
    visit = await room.permitted()
    await room.floor.as_("host").post(f"/visits/{visit['id']}:withdraw")
    assert await room.send() == []


async def test_a_corrected_address_gets_the_invitation(room: Mailroom) -> None:
    visit = await room.permitted()
    await room.send()
    await room.change(visit, visitor={"email": "wang.xm@example.com"})
    (letter,) = await room.send()
    assert room.post.letters[-1][0] == ["wang.xm@example.com"]
    assert int(event(letter)[1]["SEQUENCE"]) == 1


async def test_everybody_of_a_party_gets_their_own_pass(room: Mailroom) -> None:
    guests = [{"name": f"访客{n}", "email": f"g{n}@example.com"} for n in range(3)]
    said = await room.floor.as_("host").post("/visits", room.floor.invitation("LOUNGE", visitors=guests))
    for visit in said.body["visits"]:
        if visit["state"] != "approved":
            await room.floor.approve(visit["id"], "duty_manager")
    letters = await room.send()
    assert sorted(to for to, _ in room.post.letters) == [[f"g{n}@example.com"] for n in range(3)]
    assert len({part(letter, "image/png") for letter in letters}) == 3


async def test_of_many_replicas_one_writes(room: Mailroom) -> None:
    for _ in range(4):
        await room.permitted()
    catch_up(room.floor.db, PARTS.states, room.db, BASE.cursors, follows_visitor(mail=True))
    await asyncio.gather(*(room.replica().send_due() for _ in range(6)))
    assert len(room.post.letters) == 4


async def test_the_gateway_keeps_nothing_of_the_visitor(room: Mailroom) -> None:
    visit = await room.permitted()
    await room.send()
    kept = room.db.read_now(lambda tx: [tx.rows(sa.select(table)) for table in BASE.metadata.sorted_tables])
    for secret in ("王小明", "华信", "wang@example.com", "13800000427", visit["code"]):
        assert secret not in str(kept)
    mailed = [fact for fact in facts(room.db) if fact["fact"] == "InvitationMailed"]
    assert [fact["body"] for fact in mailed] == [{"visit_id": visit["id"], "what": "invited", "sequence": 0}]


async def test_a_mailbox_that_refuses_is_told_to_the_host_at_once(room: Mailroom) -> None:
    visit = await room.permitted()
    room.post.answer = "550 no such mailbox"
    assert await room.send() == []
    row = await room.db.read(mail_store.of_visit, visit["id"])
    assert row is not None
    assert (row.outcome, row.because) == ("given_up", "recipient")
    assert [f["body"]["because"] for f in facts(room.db) if f["fact"] == "InvitationNotMailed"] == ["recipient"]


async def test_a_server_that_is_busy_is_tried_again(room: Mailroom) -> None:
    visit = await room.permitted()
    room.post.answer = "451 busy"
    assert await room.send() == []
    room.post.answer = "250 OK"
    assert await room.send() == [], "not before the pause is over"
    later = clock.now() + pause_after(0) * 2
    with clock.reading(lambda: later):
        assert len(await room.send()) == 1
    row = await room.db.read(mail_store.of_visit, visit["id"])
    assert row is not None
    assert (row.outcome, row.sequence) == ("sent", 0)


async def test_a_visitor_service_that_is_down_loses_nothing(room: Mailroom) -> None:
    class Down:
        name = "visitor"

        async def call(self, *_args: Any, **_options: Any) -> Any:
            raise ServiceDown("visitor")

    visit = await room.permitted()
    real = room.invitations
    room.invitations = Invitations(room.keeper, Renderer(), Down())  # type: ignore[arg-type]
    assert await room.send() == []
    row = await room.db.read(mail_store.of_visit, visit["id"])
    assert row is not None
    assert (row.done_at, row.because) == (None, "visits")
    room.invitations = real
    later = clock.now() + pause_after(0) * 2
    with clock.reading(lambda: later):
        assert len(await room.send()) == 1


async def test_an_address_that_holds_more_than_one_line_is_never_mailed(room: Mailroom) -> None:
    visit = await room.permitted()
    evil = b"wang@example.com\r\nBcc: everybody@example.com"

    def smuggle(tx: Any) -> None:
        guest_id = visit["visitor"]["id"]
        visit_store.change_visitor(tx, guest_id, {"email": tx.vault.seal(tx, guest_id, "email", evil)})

    room.floor.db.write_now(smuggle)
    assert await room.send() == []
    assert room.post.letters == []
    row = await room.db.read(mail_store.of_visit, visit["id"])
    assert row is not None
    assert (row.outcome, row.because) == ("given_up", "header")


async def test_without_an_address_there_is_no_mail(room: Mailroom) -> None:
    visit = await room.permitted(visitors=[{"name": "王小明"}])
    assert await room.send() == []
    row = await room.db.read(mail_store.of_visit, visit["id"])
    assert row is not None
    assert row.outcome == "no_address"


async def test_without_a_mail_server_nothing_is_wished(room: Mailroom) -> None:
    visit = await room.permitted()
    catch_up(room.floor.db, PARTS.states, room.db, BASE.cursors, follows_visitor(mail=False))
    assert await room.db.read(mail_store.of_visit, visit["id"]) is None


async def test_a_mail_tried_twice_is_one_to_the_mailbox(room: Mailroom) -> None:
    visit = await room.permitted()
    (letter,) = await room.send()
    assert str(letter["Message-ID"]) == f"<{visit['id']}.0@example.com>"


@pytest.mark.parametrize(
    ("state", "before", "what"),
    [
        ("approved", "", What.INVITED),
        ("approved", "changing", What.INVITED),
        ("submitted", "", None),
        ("in_review", "invited", What.CHANGING),
        ("returned", "invited", What.CHANGING),
        ("withdrawn", "invited", What.OFF),
        ("refused", "changing", What.OFF),
        ("withdrawn", "", None),
        ("withdrawn", "off", None),
        ("no_show", "invited", None),
        ("inside", "invited", None),
    ],
)
def test_what_is_said_follows_from_how_it_stands(state: str, before: str, what: What | None) -> None:
    assert said_by(state, before) is what


async def test_nobody_but_the_gateway_reads_an_invitation(room: Mailroom) -> None:
    visit = await room.permitted()
    address = f"/internal/invitations/{visit['id']}"
    people = room.floor.ids.people
    callers = {
        "host": Actor(ActorKind.PERSON, people["host"], scopes=frozenset({STAFF_SCOPE})),
        "security admin": Actor(
            ActorKind.PERSON, people["admin"], frozenset({"security_admin"}), frozenset({STAFF_SCOPE})
        ),
        "service without the scope": Actor(ActorKind.SERVICE, "access", scopes=frozenset({"journal:read"})),
        "program with the scope": Actor(ActorKind.CLIENT, "crm", scopes=frozenset({INVITATIONS_READ})),
        "tablet": tablet(room.floor.ids),
    }
    for name, actor in callers.items():
        headers = {"authorization": f"Bearer {token(actor, 'visitor')}"}
        said = await call_app(room.floor.app, "GET", address, headers=headers)
        assert said.status == 403, name
        assert b"wang@example.com" not in said.body
    assert (await call_app(room.floor.app, "GET", address)).status == 401
    assert not scopes_are_for_clients({INVITATIONS_READ})
