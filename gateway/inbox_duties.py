"""What a person has in hand at the door: visitors in their company, the day's count, things in the lockers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.roles import Role
from gateway.caller import Caller, Down, Refused
from gateway.languages import label


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing in hand: its words with `%(n)s`, how many, where it is done, its tag."""

    text: str
    n: int
    href: str
    tag: str


async def duties_of(caller: Caller) -> list[Duty]:
    """What stands open now, the most urgent first; a part that does not answer, or is not theirs, is left out."""
    found = await asyncio.gather(_company(caller), _badges(caller), _lockers(caller))
    return [duty for part in found for duty in part]


async def _company(caller: Caller) -> list[Duty]:
    company = await _read(caller, "/custody", {})
    if company is None:
        return []
    groups = (
        ("without_escort", label("%(n)s 位访客现在无人陪同"), "failed"),
        ("offered", label("%(n)s 位访客等您接手陪同"), "to_be_confirmed"),
        ("mine", label("您正在陪同 %(n)s 位访客"), "open"),
    )
    return [Duty(text, len(company[key]), "/escorts", tag) for key, text, tag in groups if company[key]]


async def _badges(caller: Caller) -> list[Duty]:
    site = caller.principal.actor.site
    if not site or not any(caller.principal.actor.has(role, site=site) for role in (Role.GUARD, Role.FLOOR_MANAGER)):
        return []
    day = await _read(caller, "/badges/day", {"site_id": site})
    if day is None:
        return []
    page = "/settings/badges/count"
    if day["differing"]:
        return [Duty(label("%(n)s 张访客证账实不符"), len(day["differing"]), page, "failed")]
    return [Duty(label("今天还没有清点访客证"), 1, page, "to_do")] if day["count_due"] else []


async def _lockers(caller: Caller) -> list[Duty]:
    site = caller.principal.actor.site
    if not site or not caller.principal.actor.has(Role.GUARD, site=site):
        return []
    found = await _read(caller, "/belongings", {"site_id": site})
    if found is None:
        return []
    left = sum(1 for one in found["items"] if one["visitor_left"])
    rest = len(found["items"]) - left
    duties = [
        Duty(label("%(n)s 件寄存物品没有领回，人已离开"), left, "/belongings", "overdue"),
        Duty(label("%(n)s 件随身物品寄存中"), rest, "/belongings", "open"),
    ]
    return [duty for duty in duties if duty.n]


async def _read(caller: Caller, path: str, params: Mapping[str, str]) -> Any:
    try:
        return (await caller.get("visitor", path, params)).data
    except (Down, Refused):
        return None
