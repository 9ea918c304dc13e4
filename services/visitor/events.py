"""The facts of the visitor service. Others may import this file, and nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

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
    """A visitor stands at a door's tablet, has read the notices and accepted them: these words, by their hashes."""

    visit_id: str
    door_id: str | None
    privacy_version: str
    rules_version: str
    language: str
    privacy_sha256: str
    rules_sha256: str


@dataclass(frozen=True)
class NoticeDeclined(Fact, subject="visit", controls=("2.1", "1.5a")):
    """A visitor did not accept the visitors' notice; the host was asked to come to the door."""

    visit_id: str
    door_id: str | None


@dataclass(frozen=True)
class VisitorErased(Fact, subject="visit", controls=("2.1",)):
    """The personal values of a visitor were destroyed over so many visits; `fields` says which, by name alone."""

    visit_id: str
    fields: tuple[str, ...]
    visits: int


@dataclass(frozen=True)
class VisitorUnmasked(Fact, subject="visit", controls=("2.1",)):
    """Somebody read values of a visitor whole; `fields` says which, by name alone, `reason` why, by its code."""

    visit_id: str
    fields: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class VisitorCopied(Fact, subject="visit", controls=("2.1",)):
    """A copy of everything kept of a visitor was made; `made_for` says for whom, over how many visits."""

    visit_id: str
    made_for: str
    visits: int


@dataclass(frozen=True)
class HoldPlaced(Fact, subject="hold", controls=("2.1",)):
    """What is known of a visitor is kept by law; `because` says why by its code."""

    hold_id: str
    visit_id: str
    because: str
    review_on: date


@dataclass(frozen=True)
class HoldReviewed(Fact, subject="hold", controls=("2.1",)):
    """Somebody found that a hold is still needed, and looks again then."""

    hold_id: str
    visit_id: str
    review_on: date


@dataclass(frozen=True)
class HoldLifted(Fact, subject="hold", controls=("2.1",)):
    """A hold is over."""

    hold_id: str
    visit_id: str


@dataclass(frozen=True)
class RetentionKept(Fact, subject="retention", controls=("2.1",)):
    """What was kept long enough was destroyed: so many visitors, ID numbers, photos or signatures, and notes;
    `held` visitors were past their time and stayed because of a legal hold. `visits` are those of which nothing is
    left but these facts."""

    retention_id: str
    visitors: int
    numbers: int
    pictures: int
    notes: int
    held: int
    visits: int


@dataclass(frozen=True)
class ErasuresRedone(Fact, subject="redone", controls=("2.1",)):
    """An older copy of the database was restored; what had been erased since on request was erased again: so many
    visitors, and consents that had been withdrawn."""

    redone_id: str
    visitors: int
    consents: int


@dataclass(frozen=True)
class ConsentGiven(Fact, subject="visit", controls=("2.1",)):
    """A visitor agreed to a photo or a signature; `what` says which."""

    visit_id: str
    what: str


@dataclass(frozen=True)
class ConsentWithdrawn(Fact, subject="visit", controls=("2.1",)):
    """A visitor took a consent back; what it was for is deleted."""

    visit_id: str
    what: str


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
class VisitsExported(Fact, subject="visit_export", controls=("2.12.2",)):
    """Somebody took a file of the log; `filters` names what it was narrowed by."""

    visit_export_id: str
    format: str
    visits: int
    filters: tuple[str, ...]


@dataclass(frozen=True)
class EscortDesignated(Fact, subject="designation", controls=("2.4",)):
    """A person may escort from now on."""

    designation_id: str
    person_id: str


@dataclass(frozen=True)
class DesignationEnded(Fact, subject="designation", controls=("2.4",)):
    """A designation was ended before its time."""

    designation_id: str
    person_id: str


@dataclass(frozen=True)
class CustodyTaken(Fact, subject="visit", controls=("2.4",)):
    """A visitor goes along with an escort."""

    visit_id: str
    escort_id: str


@dataclass(frozen=True)
class CustodyOffered(Fact, subject="visit", controls=("2.4",)):
    """An escort offered the visitor to another."""

    visit_id: str
    escort_id: str
    offered_to: str


@dataclass(frozen=True)
class CustodyDeclined(Fact, subject="visit", controls=("2.4",)):
    """The other escort declined."""

    visit_id: str
    escort_id: str
    declined_by: str


@dataclass(frozen=True)
class CustodyPassed(Fact, subject="visit", controls=("2.4",)):
    """The visitor passed from one escort's company to another's."""

    visit_id: str
    escort_id: str
    taken_by: str


@dataclass(frozen=True)
class CustodyEnded(Fact, subject="visit", controls=("2.4",)):
    """The visitor is in nobody's company any more."""

    visit_id: str
    escort_id: str


@dataclass(frozen=True)
class EscortLost(Fact, subject="visit", controls=("2.4",)):
    """A visitor inside has an escort who may escort no more."""

    visit_id: str
    escort_id: str
    because: str
    since: datetime


@dataclass(frozen=True)
class BadgeAdded(Fact, subject="badge", controls=("2.1",)):
    """A badge was put into stock."""

    badge_id: str


@dataclass(frozen=True)
class BadgeHandedOut(Fact, subject="badge", controls=("2.1",)):
    """A badge was given to a visitor."""

    badge_id: str
    visit_id: str


@dataclass(frozen=True)
class BadgeReturned(Fact, subject="badge", controls=("2.1",)):
    """A badge is back in store."""

    badge_id: str
    visit_id: str


@dataclass(frozen=True)
class BadgeLost(Fact, subject="badge", controls=("2.1",)):
    """A badge was reported lost, by the visit that had it or from store."""

    badge_id: str
    visit_id: str | None


@dataclass(frozen=True)
class BadgeFound(Fact, subject="badge", controls=("2.1",)):
    """A lost badge lies in store again."""

    badge_id: str


@dataclass(frozen=True)
class BadgeNotReturned(Fact, subject="badge", controls=("2.1",)):
    """A badge is still out after the last day of its visit; `since` is when that day ended."""

    badge_id: str
    visit_id: str
    since: datetime


@dataclass(frozen=True)
class BadgeRetired(Fact, subject="badge", controls=("2.1",)):
    """A badge will never be handed out again."""

    badge_id: str


@dataclass(frozen=True)
class BadgesCounted(Fact, subject="badge_count", controls=("2.1",)):
    """Somebody counted the badges in store and named those that make a difference."""

    badge_count_id: str
    expected: int
    counted: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]


@dataclass(frozen=True)
class BelongingDeclared(Fact, subject="belonging", controls=("2.7c",)):
    """A visitor declared something they carry."""

    belonging_id: str
    visit_id: str
    kind: str


@dataclass(frozen=True)
class BelongingLeftOutside(Fact, subject="belonging", controls=("2.7c",)):
    """A thing lies in a locker; the visitor has the tag."""

    belonging_id: str
    visit_id: str
    locker: str
    tag: str


@dataclass(frozen=True)
class BelongingGivenBack(Fact, subject="belonging", controls=("2.7c",)):
    """A thing was given back for its tag."""

    belonging_id: str
    visit_id: str


@dataclass(frozen=True)
class BelongingLost(Fact, subject="belonging", controls=("2.7c",)):
    """A thing that was left outside cannot be given back."""

    belonging_id: str
    visit_id: str


@dataclass(frozen=True)
class AlarmRaised(Fact, subject="alarm", controls=("2.1",)):
    """People were alarmed; `unstaffed` are roles that nobody filled, for which the centre manager was told."""

    alarm_id: str
    what: str
    about: str
    unstaffed: tuple[str, ...]


@dataclass(frozen=True)
class AlarmPassedOn(Fact, subject="alarm", controls=("2.1",)):
    """Nobody had settled an alarm by `since`: the next ones were told."""

    alarm_id: str
    what: str
    since: datetime


@dataclass(frozen=True)
class AlarmSettled(Fact, subject="alarm", controls=("2.1",)):
    """An alarm is over, because its cause is or because somebody said so."""

    alarm_id: str
    what: str
    by_hand: bool


@dataclass(frozen=True)
class StrangerReported(Fact, subject="stranger", controls=("2.3",)):
    """Somebody unknown was seen; guard and floor manager were alarmed."""

    stranger_id: str
    guard_needed: bool


@dataclass(frozen=True)
class GuardCalled(Fact, subject="stranger", controls=("2.3",)):
    """The guard was asked to take it on."""

    stranger_id: str


@dataclass(frozen=True)
class StrangerShownOut(Fact, subject="stranger", controls=("2.3",)):
    """The stranger is outside."""

    stranger_id: str


@dataclass(frozen=True)
class StrangerAsked(Fact, subject="stranger", controls=("2.3",)):
    """The stranger was asked, outside."""

    stranger_id: str


@dataclass(frozen=True)
class StrangerDescribed(Fact, subject="stranger", controls=("2.3",)):
    """Details were added to a case; `fields` names which."""

    stranger_id: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class StrangerClosed(Fact, subject="stranger", controls=("2.3",)):
    """A case was closed."""

    stranger_id: str
    outcome: str
