"""Shapes of visits: what is asked, what is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from chassis.moments import Moment
from services.visitor.texts.schemas import Accepted
from services.visitor.visits.rules import Decision, Reason, State, VisitKind

Id = Annotated[str, Field(max_length=36, examples=["01938f2e-7b1c-7c3a-9d5e-2f1a6b7c8d9e"])]
Purpose = Annotated[str, Field(min_length=1, max_length=200, examples=["季度业务回访"])]
Language = Literal["zh", "en"]
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
"""No line break reaches a header of a mail, a calendar file or a print-out by way of a name."""
EMAIL = r"^([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)?$"
"""One address, as a browser's own field takes it."""


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


Name = Annotated[str, Field(min_length=1, max_length=60, pattern=PRINTABLE, examples=["王小明"])]
Company = Annotated[str, Field(max_length=80, pattern=PRINTABLE, examples=["华信科技"])]
Phone = Annotated[str, Field(max_length=20, pattern=r"^[0-9+() -]*$", examples=["13800000427"])]
Email = Annotated[str, Field(max_length=120, pattern=EMAIL, examples=["wang@example.com"])]
Assistance = Annotated[str, Field(max_length=200, description="What the visitor needs in an evacuation")]
EmployeeNo = Annotated[str | None, Field(max_length=20, examples=["E1024"])]


class VisitorAsked(_Asked):
    """Who comes. Phone and e-mail are kept encrypted, under a key of this visitor alone.

    With `same_as`, a visit of the same person, what was kept of them stays where nothing else is given.
    """

    name: Name
    company: Company = ""
    phone: Phone = ""
    email: Email = ""
    same_as: Id | None = None
    assistance: Assistance = ""
    assistance_agreed: Annotated[
        StrictBool, Field(description="The visitor agreed that this is kept until they leave")
    ] = False


class VisitorChange(_Asked):
    """What shall be different about the visitor; what is left out stays."""

    name: Name = ""
    company: Company = ""
    phone: Phone = ""
    email: Email = ""


class PlanAsked(_Asked):
    """Where and when, for whom and why: what decides the steps of a permission. Instants carry their zone.

    Without `host_no` the caller is the host; without `site_id` the visit is at the host's site.
    """

    kind: VisitKind = VisitKind.GUEST
    host_no: EmployeeNo = None
    site_id: Id | None = None
    areas: Annotated[list[Id], Field(min_length=1, max_length=20)]
    starts_at: Moment
    ends_at: Moment


class Invitation(PlanAsked):
    """A visit to permit, of one visitor or a party."""

    visitors: Annotated[list[VisitorAsked], Field(min_length=1, max_length=100)]
    purpose: Purpose
    escort_no: EmployeeNo = None
    items: Annotated[str, Field(max_length=400, description="Equipment to be brought, for work")] = ""
    language: Language = "zh"


class VisitChange(_Asked):
    """What shall be different; what is left out stays. Who comes, why, where and when void what was decided."""

    visitor: VisitorChange | None = None
    kind: VisitKind | None = None
    purpose: Purpose | None = None
    areas: Annotated[list[Id] | None, Field(min_length=1, max_length=20)] = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    escort_no: EmployeeNo = None
    items: Annotated[str | None, Field(max_length=400)] = None
    language: Language | None = None
    assistance: Assistance | None = None
    assistance_agreed: StrictBool = False


class DecisionAsked(_Asked):
    """A decision on the step that waits for the caller, or on `step` where there are several."""

    decision: Decision
    step: Reason | None = None
    comment: Annotated[str, Field(max_length=200)] = ""


class PhoneDecision(_Asked):
    """What the host said on the phone, recorded by the guard."""

    decision: Literal[Decision.APPROVE, Decision.REFUSE]
    comment: Annotated[str, Field(max_length=200)] = ""


class PersonShown(BaseModel):
    """A member of staff."""

    id: str
    name: str
    employee_no: str


class AreaShown(BaseModel):
    """An area of the visit."""

    id: str
    code: str
    name: str
    name_en: str
    kind: str


class VisitorShown(BaseModel):
    """The visitor; of the phone only the last four digits."""

    id: str
    name: str
    company: str
    phone_tail: str | None
    has_email: bool
    erased: bool


class StepShown(BaseModel):
    """One step of the permission. `who_can` names who may still decide it; `by_list` says that the area lists them."""

    reason: Reason
    by_list: bool
    decision: Decision | None
    decided_by: PersonShown | None
    decided_at: datetime | None
    comment: str
    by_phone: bool
    who_can: list[PersonShown]
    mine: bool


class Risk(BaseModel):
    """What a decider should see before deciding."""

    visits_this_month: int
    after_hours: bool
    privileged: bool
    escort_named: bool


class Visit(BaseModel):
    """A visit as its reader may see it. `can` lists what the reader may do now, judged by the rules themselves."""

    id: str
    site_id: str
    party_id: str | None
    kind: VisitKind
    purpose: str
    state: State
    walk_in: bool
    overstay: bool
    visitor: VisitorShown
    host: PersonShown | None
    requested_by: PersonShown | None
    areas: list[AreaShown]
    starts_at: datetime
    ends_at: datetime
    escort: PersonShown | None
    custody: PersonShown | None
    custody_offered_to: str | None
    badge_no: str | None
    items: str
    language: str
    code: str | None
    steps: list[StepShown]
    number_because: str | None
    accepted: list[Accepted]
    declined_at: datetime | None
    arrived_at: datetime | None
    id_checked_at: datetime | None
    cleared_at: datetime | None
    entered_at: datetime | None
    left_at: datetime | None
    left_certainty: str | None
    created_at: datetime
    version: int
    assistance: str | None
    risk: Risk | None
    can: list[str]


class Invited(BaseModel):
    """What became of an invitation: one visit per visitor."""

    party_id: str | None
    visits: list[Visit]


class Pass(BaseModel):
    """What the visitor needs at the door: six digits, or the text of a QR code."""

    code: str
    qr: str


class AreaName(BaseModel):
    """An area in a list."""

    code: str
    name: str
    name_en: str


class VisitLine(BaseModel):
    """A visit in a list."""

    id: str
    site_id: str
    party_id: str | None
    kind: VisitKind
    purpose: str
    state: State
    walk_in: bool
    overstay: bool
    visitor_name: str
    company: str
    areas: list[AreaName]
    host: PersonShown | None
    escort: PersonShown | None
    starts_at: datetime
    ends_at: datetime
    arrived_at: datetime | None
    entered_at: datetime | None
    left_at: datetime | None
    left_certainty: str | None
    created_at: datetime
    version: int


class VisitList(BaseModel):
    """A page of visits, with cursors to the next and previous page or null."""

    items: list[VisitLine]
    next: str | None
    prev: str | None
