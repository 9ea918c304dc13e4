"""When a visit may be asked for, who permits it, and what must hold at the moment somebody enters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chassis.roles import Role, covers
from chassis.rules import Kind, rule
from services.visitor.escorts.rules import NEEDS_NO_ESCORT


class VisitKind(StrEnum):
    """Why somebody comes, which decides who may escort and what is asked."""

    GUEST = "guest"
    TOUR = "tour"
    INTERVIEWEE = "interviewee"
    MAINTENANCE = "maintenance"
    AUDITOR = "auditor"
    DELIVERY = "delivery"
    REPAIR = "repair"


COMPANY_GUESTS = frozenset({VisitKind.GUEST, VisitKind.TOUR})
"""Guests of the company, whom managers escort; everyone else works and is escorted by the unit in charge (2.4)."""


class State(StrEnum):
    """Where a visit stands (`product.md` 1.1)."""

    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ARRIVED = "arrived"
    CLEARED = "cleared"
    IN_LOUNGE = "in_lounge"
    INSIDE = "inside"
    CLOSED = "closed"
    NO_SHOW = "no_show"
    LAPSED = "lapsed"
    SHOWN_OUT = "shown_out"
    LEFT_UNCONFIRMED = "left_unconfirmed"


class Act(StrEnum):
    """What people do to a visit. The value is the verb of the REST operation and of the button."""

    DECIDE = "decide"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    ARRIVE = "arrive"
    CHECK_ID = "check_id"
    HAND_BADGE = "hand_badge"
    ENTER = "enter"
    LEAVE_AREA = "leave_area"
    LEAVE = "leave"
    CONFIRM_LEFT = "confirm_left"


WAITING = frozenset({State.SUBMITTED, State.IN_REVIEW})
BEFORE_ARRIVAL = WAITING | {State.APPROVED, State.RETURNED}
ON_PREMISES = frozenset({State.ARRIVED, State.CLEARED, State.IN_LOUNGE, State.INSIDE})
OVER = frozenset({State.REFUSED, State.WITHDRAWN, State.CLOSED, State.NO_SHOW, State.LAPSED, State.SHOWN_OUT})
"""Nothing follows any more: what was kept for the visit alone, such as assistance in an evacuation, is deleted."""
ON_ROLL_CALL = frozenset({State.CLEARED, State.IN_LOUNGE, State.INSIDE, State.LEFT_UNCONFIRMED})
"""Who is called in an evacuation: an assumed exit stays until a person confirms it."""

ALLOWED_FROM: Mapping[Act, frozenset[State]] = {
    Act.DECIDE: WAITING,
    Act.CHANGE: BEFORE_ARRIVAL,
    Act.WITHDRAW: BEFORE_ARRIVAL,
    Act.ARRIVE: frozenset({State.APPROVED}),
    Act.CHECK_ID: frozenset({State.ARRIVED}),
    Act.HAND_BADGE: frozenset({State.ARRIVED}),
    Act.ENTER: frozenset({State.CLEARED, State.IN_LOUNGE}),
    Act.LEAVE_AREA: frozenset({State.INSIDE}),
    Act.LEAVE: ON_PREMISES,
    Act.CONFIRM_LEFT: frozenset({State.LEFT_UNCONFIRMED}),
}


class Reason(StrEnum):
    """Why a step of the permission is needed; each is a decision of its own."""

    HOST = "host"
    FLOOR = "floor"
    AFTER_HOURS = "after_hours"
    PRIVILEGED = "privileged"


class Decision(StrEnum):
    """What may be decided on a step, in the order of the buttons."""

    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class StepSeen:
    """One step of the permission as the rules see it."""

    reason: Reason
    decision: Decision | None
    decided_by: str | None


def reasons_for(*, listed: bool, privileged: bool, office_hours: bool) -> list[Reason]:
    """The steps a visit needs: its areas decide (`product.md` 1.1, Permission).

    `listed` says that somebody besides the host permits one of the areas, as for every floor.
    """
    steps = [Reason.HOST]
    if listed:
        steps.append(Reason.FLOOR)
    if not office_hours:
        steps.append(Reason.AFTER_HOURS)
    if privileged:
        steps.append(Reason.PRIVILEGED)
    return steps


OPEN_TO_A_HOST_ALONE = frozenset({"lounge", "front_desk", "public"})
"""Kinds of areas for which the host's own yes is permission enough (2.6)."""


def needs_an_escort(kinds: Collection[str]) -> bool:
    """Whether any of the areas may only be entered with a designated escort."""
    return not NEEDS_NO_ESCORT.issuperset(kinds)


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/ends_at",
    zh="结束时间要晚于开始时间，且还没有过去；一次来访最长 {hours} 小时",
    en="It must end after it begins, not in the past, and within {hours} hours",
)
def window_is_sound(starts_at: datetime, ends_at: datetime, now: datetime, longest: timedelta) -> bool:
    """A visit has a beginning and an end."""
    return timedelta() < ends_at - starts_at <= longest and ends_at > now


@rule("2.1", kind=Kind.INPUT, pointer="/areas", zh="请选择同一职场的区域", en="Choose areas of one site")
def areas_belong_to_site(asked: Collection[str], found_of_site: Collection[str]) -> bool:
    """A visit is for known areas of one site."""
    return bool(asked) and set(asked) <= set(found_of_site)


@rule("2.1", kind=Kind.INPUT, pointer="/host_no", zh="没有找到在职的被访人", en="No such host works here")
def host_works_here(active: bool) -> bool:
    """The host (被访人) is a person who works here."""
    return active


@rule(
    "2.4",
    kind=Kind.INPUT,
    pointer="/escort_no",
    zh="进入{areas_zh}须写明指定陪同人员。可以陪同的有：{who_zh}",
    en="A visit to {areas_en} must name its designated escort. Available: {who_en}",
)
def escort_is_named(kinds: Collection[str], escort_id: str | None) -> bool:
    """The floor is entered with a designated escort, who is named beforehand."""
    return escort_id is not None or not needs_an_escort(kinds)


@rule(
    "2.4",
    kind=Kind.INPUT,
    pointer="/purpose",
    zh="须写明工作事由；任何员工不得带非工作人员进入",
    en="State the work purpose; nobody brings people in for other reasons",
)
def purpose_is_stated(purpose: str) -> bool:
    """No employee brings non-working persons in."""
    return len(purpose.strip()) >= 2


@rule(
    "2.1",
    zh="现在是“{state_zh}”，由{who_zh}于 {at} 办理；您的操作没有生效",
    en="It stands at “{state_en}”, by {who_en} at {at}; yours took no effect",
    public_zh="{where_zh}已于 {at} 办理，现在不能办理这一步。请到前台，工作人员会协助您",
    public_en="{where_en} went on at {at}; this cannot be done now. Please come to the desk, someone will help",
)
def act_fits_state(act: Act, state: State) -> bool:
    """What can be done depends on where the visit stands."""
    return state in ALLOWED_FROM[act]


@rule(
    "2.1", kind=Kind.WHO, zh="这一步不由您审批。可以审批的有：{who}", en="This step is not yours to decide. {who} can"
)
def decider_is_entitled(entitled: Collection[str], person_id: str) -> bool:
    """A step is decided by those listed for it."""
    return person_id in entitled


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="不能由本人审批自己提出的来访。可以审批的有：{who}",
    en="You cannot decide a visit you asked for. {who} can",
)
def floor_is_not_decided_by_its_requester(reason: Reason, requested_by: str, host_id: str, person_id: str) -> bool:
    """Never the host's own request alone: beyond the host's own step, host and requester decide nothing."""
    return reason is Reason.HOST or person_id not in (requested_by, host_id)


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="您已就这次来访作过决定，下一步须由他人审批",
    en="You have decided a step of this visit; the next is another's",
)
def decides_once(steps: Sequence[StepSeen], person_id: str) -> bool:
    """One person decides once per visit, over all steps."""
    return all(step.decided_by != person_id for step in steps)


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="您提出的来访，被访人的电话答复须由另一位保安人员记录",
    en="You asked for this visit; another guard records what the host says on the phone",
)
def word_is_recorded_by_another(requested_by: str, person_id: str) -> bool:
    """Who asks for a visit does not write down its permission: that would be deciding in disguise."""
    return person_id != requested_by


@rule("2.1", kind=Kind.INPUT, pointer="/step", zh="这次来访没有这一步审批", en="This visit has no such step")
def step_is_needed(asked: Reason | None, steps: Sequence[StepSeen]) -> bool:
    """Only the steps that the areas and the window ask for are decided."""
    return asked is None or any(step.reason is asked for step in steps)


@rule("2.1", kind=Kind.INPUT, pointer="/comment", zh="请写明原因", en="Enter the reason")
def refusal_has_its_reason(decision: Decision, comment: str) -> bool:
    """退回 and 拒绝 need a reason, 同意 does not."""
    return decision is Decision.APPROVE or len(comment.strip()) >= 2


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="只有提出人、被访人或本职场运营经理可以修改这次来访",
    en="Only who asked for it, the host or the centre manager may change this visit",
)
def changer_is_party(requested_by: str, host_id: str, person_id: str, roles: Collection[str], site_id: str) -> bool:
    """A visit belongs to who asked for it and to its host."""
    return person_id in (requested_by, host_id) or covers(roles, Role.CENTRE_MANAGER, site=site_id)


@rule(
    "2.1", kind=Kind.WHO, zh="查验证件、发放访客证由保安人员办理", en="IDs are checked and badges handed out by guards"
)
def guard_manages_outsiders(roles: Collection[str], site_id: str) -> bool:
    """Guards manage outsiders at the door."""
    return covers(roles, Role.GUARD, site=site_id)


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/assistance_agreed",
    zh="须经来访人本人同意，才能登记疏散时需要的协助",
    en="Assistance in an evacuation is noted only with the visitor's own consent",
)
def assistance_is_agreed(assistance: str, agreed: bool) -> bool:
    """What somebody needs in an evacuation is health data: kept by their own consent, deleted when they leave."""
    return agreed or not assistance


VOIDS_NOTHING = frozenset({"language", "contact", "assistance"})
"""Changes that leave the permission as it is: how the visitor is reached and helped, not who comes, when and where."""


def voids(fields: Collection[str]) -> bool:
    """Whether a change of these fields voids what was decided (`product.md` 1.1, Permission)."""
    return not VOIDS_NOTHING.issuperset(fields)


def window_text(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """The visit's window in the site's own time, for a refusal."""
    first, last = (at.astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M") for at in (starts_at, ends_at))
    return f"{first}–{last}"
