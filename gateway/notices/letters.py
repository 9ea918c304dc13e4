"""The texts of messages to staff: what to do, and a link. No name, no number, nothing of a visitor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from email.message import EmailMessage
from functools import lru_cache
from gettext import NullTranslations
from typing import Any

from sqlalchemy.engine import Row

from chassis.db import Tx
from gateway import languages
from gateway.identity import account_store
from gateway.languages import label
from gateway.notices.mailer import Mailer
from gateway.notices.words import words_of

MOST_LINES = 5
MORE = label("还有 %(n)s 件")
SEVERAL = label("%(n)s 件事")


def account(tx: Tx, person_id: str) -> Row[Any] | None:
    """The account of somebody who still works here and has a work mail."""
    return next((row for row in account_store.present(tx, [person_id]) if row.work_email), None)


def chat_text(rows: Sequence[Row[Any]], language: str, address: str) -> str:
    """All that waits for one place in one text: a line and a link each, the inbox for what does not fit."""
    say = texts(language).gettext
    counts = Counter((row.kind, row.page) for row in rows)
    lines = [f"{say(words_of(kind))}\n{address}{page}" for kind, page in list(counts)[:MOST_LINES]]
    more = len(counts) - MOST_LINES
    return "\n\n".join([*lines, *([f"{say(MORE) % {'n': more}}\n{address}/inbox"] if more > 0 else [])])


def to_staff(mailer: Mailer, to: Row[Any], rows: Sequence[Row[Any]], address: str) -> EmailMessage:
    """The same as a mail to the person's work address. Raises `MailFailed`."""
    language = to.chosen_language or to.language or languages.SOURCE
    say = texts(language).gettext
    kinds = {row.kind for row in rows}
    about = say(words_of(rows[0].kind)) if len(kinds) == 1 else say(SEVERAL) % {"n": len(rows)}
    letter = mailer.letter(to.work_email, f"{say('门岗')}: {about}")
    letter.set_content(chat_text(rows, language, address) + "\n")
    return letter


def texts(language: str) -> NullTranslations:
    """The texts of a language as people's records name it: `en`, else Chinese."""
    return _texts(languages.ENGLISH if language.startswith("en") else languages.SOURCE)


@lru_cache(maxsize=4)
def _texts(language: str) -> NullTranslations:
    return languages.translations(language)
