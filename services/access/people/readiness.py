"""Whether people are here, hold the roles without which something stops, and keep the three powers apart."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.db import Tx
from chassis.readiness import Ready, readiness
from chassis.roles import THREE_POWERS, Role, covers
from services.access.people import store
from services.access.settings import powers_may_unite
from services.access.sites import store as sites

EVERYWHERE = (Role.PLATFORM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
AT_EACH_SITE = (Role.CENTRE_MANAGER, Role.GUARD)
"""Roles without which a step of a visit, a check at the door, or the administration has nobody."""


@readiness("people", zh="人员", en="People", page="/people/new")
def people_are_here(tx: Tx) -> Ready:
    """More than the first administrator: entered by hand, or by the HR system's client."""
    count = store.count_active(tx, 1000)
    told = f"{count}" if count < 1000 else "1000+"
    if count > 1:
        return Ready(True, f"在职 {told} 人", f"{told} people work here")
    return Ready(
        False,
        "只有首位管理员；请登记人员，或为人事系统建接口客户端",
        "Only the first administrator: add people, or a client for the HR system",
    )


@readiness("roles", zh="关键角色", en="Roles nobody may be missing", page="/people")
def roles_are_held(tx: Tx) -> Ready:
    """Every role that something waits for is held by somebody who is here."""
    missing: list[tuple[str, str]] = [(role.zh, role.en) for role in EVERYWHERE if not store.who_holds(tx, role)]
    for site in sites.all_of(tx, "site"):
        if not site["active"]:
            continue
        for role in AT_EACH_SITE:
            held = [f"{role}@{row.scope}" if row.scope else role for row in store.who_holds(tx, role)]
            if not covers(held, role, site=site["id"]):
                missing.append((f"{site['name']}的{role.zh}", f"{role.en} of {site['name_en']}"))
    if not missing:
        return Ready(True, "每个关键角色都有人担任", "Every role that something waits for is held")
    return Ready(
        False,
        "没有人担任，请任命：" + "、".join(zh for zh, _ in missing),
        "Nobody holds, appoint somebody: " + ", ".join(en for _, en in missing),
    )


@readiness("powers", zh="三权分立", en="Three powers apart", page="/people?role=security_admin")
def powers_are_apart(tx: Tx) -> Ready:
    """Platform admin, security admin and auditor are different people; who unites them is named, also where allowed."""
    held: dict[str, list[Role]] = {}
    for role in sorted(THREE_POWERS):
        for row in store.who_holds(tx, role):
            held.setdefault(row.id, []).append(role)
    united = {person_id: roles for person_id, roles in held.items() if len(set(roles)) > 1}
    if not united:
        return Ready(
            True,
            "平台管理员、安全管理员和审计员不是同一人",
            "Platform admin, security admin and auditor are different people",
        )
    people = [store.person(tx, person_id) for person_id in united]
    agreed = all(person is not None and powers_may_unite(tx, person.site_id) for person in people)
    names = _names(person.name for person in people if person is not None)
    zh, en = f"{names}兼任多项", f"{names} holds several of them"
    if agreed:
        return Ready(True, f"{zh}，职场已说明允许", f"{en}; the site says that it may be")
    return Ready(False, f"{zh}，请把其中一项交给他人", f"{en}; give one of them to somebody else")


def _names(names: Iterable[str]) -> str:
    return "、".join(names)
