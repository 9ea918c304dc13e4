"""Everything that must hold at the moment of entry, gathered from the present state of things."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.db import Tx
from chassis.directory import is_present
from chassis.rules import Check
from services.visitor import settings
from services.visitor.arrivals import rules as arrival_rules
from services.visitor.base import DIRECTORY
from services.visitor.entries import rules
from services.visitor.escorts import views as escorts
from services.visitor.visits import rules as visit_rules
from services.visitor.visits import standing, views
from services.visitor.visits import store as visit_store
from services.visitor.visits.planning import escort_kind
from services.visitor.visits.rules import Act, Reason, VisitKind


def of_visit(tx: Tx, visit: Row[Any], area_id: str) -> list[Check]:
    """What the visit itself must fulfil: state, permission and those who gave it, window, area, ID, notices."""
    limits = settings.limits(tx, visit.site_id)
    steps = visit_store.steps(tx, visit.id, visit.round)
    site = DIRECTORY.site(tx, visit.site_id)
    area = DIRECTORY.areas(tx, [area_id])
    window = visit_rules.window_text(visit.starts_at, visit.ends_at, site.zone if site else "UTC")
    gone = _no_longer_entitled(tx, visit, steps)
    return [
        rules.people_are_verified(DIRECTORY.age(tx), limits.oldest_copy),
        standing.fits(tx, visit, Act.ENTER),
        rules.permission_is_complete(views.steps_seen(steps)),
        rules.deciders_are_still_entitled(gone).say(who="、".join(gone)),
        rules.window_is_open(visit.starts_at, visit.ends_at, tx.now, limits).say(window=window, **limits.graces),
        rules.area_is_covered(visit.area_ids, area_id).say(area=area[0].name if area else ""),
        rules.id_is_checked(visit.id_checked_at is not None),
        arrival_rules.notices_are_accepted(visit.privacy_version, visit.rules_version, limits),
    ]


def of_escort(tx: Tx, visit: Row[Any], escort: Row[Any] | None, area_id: str) -> list[Check]:
    """What the escort must fulfil: works here, is designated for this kind and area now, has room for one more."""
    kind = escort_kind(VisitKind(visit.kind))
    if escort is None:
        return escorts.checks_for_nobody(tx, visit.site_id, kind, [area_id], tx.now)
    return escorts.checks_for(tx, escort, kind, [area_id], tx.now)


def _no_longer_entitled(tx: Tx, visit: Row[Any], steps: Any) -> list[str]:
    """Names of deciders who could not decide their step today."""
    gone = []
    for step in steps:
        person = DIRECTORY.person(tx, step.decided_by) if step.decided_by else None
        if person is None:
            continue
        listed = Reason(step.reason) in (Reason.HOST, Reason.AFTER_HOURS) or person.id in views.entitled(
            tx, visit, Reason(step.reason)
        )
        if not is_present(person, tx.now) or not listed:
            gone.append(person.name)
    return gone
