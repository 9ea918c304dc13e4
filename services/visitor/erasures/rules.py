"""When a visitor's personal values may be destroyed, by whom, and which they are."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from chassis.roles import Role, covers
from chassis.rules import Kind, rule
from services.visitor.texts.kept import DAYS, YEARS_OF_FACTS, years_after

FIELDS = (
    "name",
    "company",
    "phone",
    "email",
    "id_number",
    "photo",
    "signature",
    "assistance",
    "purpose",
    "items",
    "belongings",
    "comments",
    "notes",
    "search_keys",
)
"""What an erasure takes, as its certificate lists it. When somebody came and left, and who permitted it, stays."""

NOBODY = "***"
"""What stands where the name of whoever was erased stood."""
TIME_IS_OVER = "保存期满，按告知所写自动删除 · Kept as long as the privacy notice says"
"""Why the retention run erases."""
RETENTION, RESTORE = "retention", "restore"
"""Who erases where nobody asks: the run, and the list outside after an older backup was restored."""
ERASED_AGAIN = "恢复备份后，按库外清单再次删除 · Done again after an older backup was restored"
"""Why a restored copy erases."""


class KeptUntil(NamedTuple):
    """Visits that ended before these instants: their pictures and ID numbers go, who they were goes, all goes."""

    sealed: datetime
    contact: datetime
    facts: datetime


def kept_until(now: datetime) -> KeptUntil:
    """What the privacy notice promises, from `now` backwards."""
    sealed, contact = (now - timedelta(days=DAYS[name]) for name in ("photo", "contact"))
    return KeptUntil(sealed, contact, years_after(now, -YEARS_OF_FACTS))


def without(text: str, values: Collection[str]) -> str:
    """A text with each of these values taken out; one in Latin letters or digits only where it is no part of a word."""
    for value in sorted(values, key=len, reverse=True):
        sought = re.escape(value)
        whole = rf"(?<![A-Za-z0-9]){sought}(?![A-Za-z0-9])" if value.isascii() else sought
        text = re.sub(whole, NOBODY, text, flags=re.IGNORECASE)
    return text


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="保存期限由安全管理员和审计员查看",
    en="Retention is for the security admin and the auditor",
)
def sees_retention(roles: Collection[str]) -> bool:
    """Whoever keeps retention sees beforehand what goes, and whoever audits it."""
    return covers(roles, Role.SECURITY_ADMIN) or covers(roles, Role.AUDITOR)


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="来访人的个人信息由安全管理员删除",
    en="A visitor's personal data is erased by the security admin",
)
def erases_by_right(roles: Collection[str]) -> bool:
    """Whoever keeps keys and retention destroys keys, and nobody beside."""
    return covers(roles, Role.SECURITY_ADMIN)


@rule(
    "2.1",
    kind=Kind.STATE,
    zh="这位来访人还有未结束的来访，全部结束后才能删除",
    en="This visitor has a visit that is not over; erase once all are",
)
def every_visit_is_over(open_visits: int) -> bool:
    """Whoever is here, or may come, is known by name until they have left."""
    return open_visits == 0
