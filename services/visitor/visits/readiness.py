"""Whether every step of a visit's permission can be decided by somebody, each step by another person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Row

from chassis.db import Tx
from chassis.readiness import Ready, readiness
from chassis.roles import Role
from services.visitor.base import DIRECTORY
from services.visitor.visits import permitters
from services.visitor.visits.rules import Reason

MOST_HOSTS = 500
AHEAD = timedelta(days=7)
"""How far ahead the roster is asked for duty managers."""
NAMES = {
    Reason.FLOOR: ("区域审批人", "an approver of the area"),
    Reason.AFTER_HOURS: ("值班经理", "a duty manager"),
    Reason.PRIVILEGED: ("运营经理", "a centre manager"),
}


@readiness("steps", zh="来访许可的每一步", en="Every step of a permission", page="/settings/sites")
def every_step_has_somebody(tx: Tx) -> Ready:
    """For a host of each department and each area: no step is without somebody, and nobody is needed for two."""
    sites = DIRECTORY.sites_in_use(tx)
    if not sites:
        return Ready(False, "还没有职场", "There is no site yet")
    departments: dict[tuple[str, str], list[str]] = {}
    for site in sites:
        for department, said in _stuck(tx, site):
            departments.setdefault(said, []).append(department)
    if not departments:
        return Ready(True, "每一步都有人可以审批", "Somebody can decide every step")
    told = [(zh, en, dict.fromkeys(names)) for (zh, en), names in departments.items()]
    return Ready(
        False,
        "；".join(f"{zh}（被访人部门：{'、'.join(names)}）" for zh, _, names in told),
        "; ".join(f"{en} (hosts of: {', '.join(names)})" for _, en, names in told),
    )


def _stuck(tx: Tx, site: Row[Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Department of the host, and what is missing for an area, in both languages."""
    managers = [row.id for row in DIRECTORY.holders(tx, Role.CENTRE_MANAGER, site=site.id)]
    nights = DIRECTORY.on_duty(tx, site.id, Role.DUTY_MANAGER, tx.now, tx.now + AHEAD) or managers
    highest = managers or [row.id for row in DIRECTORY.holders(tx, Role.LEADER)]
    deciders = {*managers, *nights, *highest}
    hosts: dict[str | None, Row[Any]] = {}
    for person in sorted(DIRECTORY.people_at(tx, site.id, MOST_HOSTS), key=lambda one: one.id in deciders):
        hosts.setdefault(person.department_id, person)  # an ordinary host where the department has one
    for area in DIRECTORY.areas_of(tx, site.id):
        for host in hosts.values():
            steps = {Reason.AFTER_HOURS: nights}
            if permitters.listed(area):
                steps[Reason.FLOOR] = permitters.entitled(tx, site.id, host.id, [area.id])
            if area.privileged:
                steps[Reason.PRIVILEGED] = highest
            others = {reason: [one for one in people if one != host.id] for reason, people in steps.items()}
            yield from ((host.department_name or "—", said) for said in _told(area, others))


def _told(area: Row[Any], steps: dict[Reason, list[str]]) -> Iterator[tuple[str, str]]:
    empty = [reason for reason, people in steps.items() if not people]
    for reason in empty:
        zh, en = NAMES[reason]
        yield f"{area.name}缺{zh}，请任命", f"{area.name_en}: appoint {en}"
    if not empty and not each_has_its_own(list(steps.values())):
        zh = "、".join(NAMES[reason][0] for reason in steps)
        en = " and ".join(NAMES[reason][1] for reason in steps)
        yield (
            f"{area.name}的{zh}人手不够，每人只能决定一步，请再任命一人",
            f"{area.name_en}: too few people for {en}; each decides once, appoint another",
        )


def each_has_its_own(steps: Sequence[Collection[str]]) -> bool:
    """Whether every step can be given a person of its own."""
    taken: dict[str, int] = {}

    def give(step: int, tried: set[str]) -> bool:
        for person in steps[step]:
            if person in tried:
                continue
            tried.add(person)
            if person not in taken or give(taken[person], tried):
                taken[person] = step
                return True
        return False

    return all(give(step, set()) for step in range(len(steps)))
