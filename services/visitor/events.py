"""The facts of the visitor service. Others may import this file, and nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.journal import Fact


@dataclass(frozen=True)
class VisitInvited(Fact, subject="visit", controls=("2.1",)):
    """A visit was asked for by somebody of the company, or by a walk-in at the door."""

    visit_id: str
    host_id: str
    walk_in: bool


@dataclass(frozen=True)
class VisitChanged(Fact, subject="visit", controls=("2.1",)):
    """A visit changed; `voided` says whether decisions made before count no more."""

    visit_id: str
    fields: tuple[str, ...]
    voided: bool


@dataclass(frozen=True)
class StepDecided(Fact, subject="visit", controls=("2.1",)):
    """One step of a visit's permission was decided."""

    visit_id: str
    step: str
    decision: str
    said_by: str | None = None


@dataclass(frozen=True)
class VisitApproved(Fact, subject="visit", controls=("2.1",)):
    """Every step of the permission is given."""

    visit_id: str


@dataclass(frozen=True)
class VisitEnded(Fact, subject="visit", controls=("2.1",)):
    """A visit ended before it took place: refused, returned, withdrawn, lapsed, no_show."""

    visit_id: str
    state: str


@dataclass(frozen=True)
class VisitorArrived(Fact, subject="visit", controls=("2.1", "1.5a")):
    """A visitor stands at a door's tablet, has read the notices and accepted them."""

    visit_id: str
    door_id: str | None
    privacy_version: str
    rules_version: str
    language: str


@dataclass(frozen=True)
class IdChecked(Fact, subject="visit", controls=("2.1",)):
    """A guard has seen the visitor's ID; neither kept nor copied."""

    visit_id: str
    id_kind: str
    guard_id: str


@dataclass(frozen=True)
class VisitorCleared(Fact, subject="visit", controls=("2.1",)):
    """Permission, ID, notices and badge are there: the visitor may wait in the lounge."""

    visit_id: str
    badge_no: str


@dataclass(frozen=True)
class VisitorEntered(Fact, subject="visit", controls=("2.1", "2.4")):
    """A visitor went into an area in an escort's company."""

    visit_id: str
    area_id: str
    escort_id: str


@dataclass(frozen=True)
class VisitorLeftArea(Fact, subject="visit", controls=("2.1",)):
    """A visitor came back from an area to the lounge."""

    visit_id: str


@dataclass(frozen=True)
class VisitorLeft(Fact, subject="visit", controls=("2.1",)):
    """A visitor left the premises; `certainty` says who knows it."""

    visit_id: str
    certainty: str


@dataclass(frozen=True)
class EntryRefused(Fact, subject="visit", controls=("2.1", "2.4")):
    """An attempt to enter was refused; `rules` are their names."""

    visit_id: str
    rules: tuple[str, ...]
    door_id: str | None = None
    escort_id: str | None = None


@dataclass(frozen=True)
class OverstayFound(Fact, subject="visit", controls=("2.1",)):
    """A visitor is still inside after the window."""

    visit_id: str
    since: datetime


@dataclass(frozen=True)
class VisitorErased(Fact, subject="visitor", controls=("2.1",)):
    """A visitor's personal data were erased by destroying their key."""

    visitor_id: str
    reason: str
