"""Shapes of badges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from chassis import ids
from services.visitor.badges.rules import BadgeKind, BadgeState, Outcome
from services.visitor.visits.schemas import PersonShown

SiteId = Annotated[str, Field(pattern=ids.PATTERN)]
BadgeNo = Annotated[str, Field(min_length=1, max_length=20, examples=["V001"])]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class BadgesAdded(_Asked):
    """A range of badges to put into stock: `prefix` and numbers of at least three digits."""

    site_id: SiteId
    prefix: Annotated[str, Field(min_length=1, max_length=6, pattern=r"^[A-Z]+$", examples=["V"])]
    first: Annotated[StrictInt, Field(ge=0, le=9999)]
    last: Annotated[StrictInt, Field(ge=0, le=9999)]
    kind: BadgeKind


class BadgeNamed(_Asked):
    """One badge of a site."""

    site_id: SiteId
    no: BadgeNo


class Counted(_Asked):
    """How many badges lie in store, counted by hand.

    A difference is named badge by badge: `missing` should lie there and do not, `extra` lie there and should not. The
    note is without personal data.
    """

    site_id: SiteId
    counted: Annotated[StrictInt, Field(ge=0, le=99_999)]
    missing: Annotated[list[BadgeNo], Field(max_length=500)] = []
    extra: Annotated[list[BadgeNo], Field(max_length=500)] = []
    note: Annotated[str, Field(max_length=200)] = ""


class Badge(BaseModel):
    """A badge of the stock, with the visit that has it out."""

    site_id: str
    no: str
    kind: BadgeKind
    state: BadgeState
    visit_id: str | None
    handed_at: datetime | None
    due_at: datetime | None
    can: list[str]


class Handout(BaseModel):
    """One visitor's time with a badge."""

    visit_id: str
    handed_at: datetime
    due_at: datetime
    outcome: Outcome | None
    ended_at: datetime | None


class BadgeHistory(Badge):
    """A badge with its latest handouts, the newest first."""

    handouts: list[Handout]


class Stock(BaseModel):
    """A page of a site's badges by number, and how many are where: stored, handed out, lost and dead are all."""

    items: list[Badge]
    next: str | None
    prev: str | None
    counts: dict[str, int]
    free_lounge: list[str]
    free_floor: list[str]
    can: list[str]


class Count(BaseModel):
    """One count by hand, signed by who counted."""

    id: str
    expected: int
    counted: int
    missing: list[str]
    extra: list[str]
    note: str
    counted_by: PersonShown | None
    counted_at: datetime


class Counts(BaseModel):
    """A page of counts, the newest first."""

    items: list[Count]
    next: str | None
    prev: str | None


class Day(BaseModel):
    """A site's badges of one local day: handed out is returned, lost and still out together.

    `out_from_before` are badges of earlier days that are still out; `in_store` is what a count by hand should find.
    `differing` are the badges of the last count that still are not where the stock says; `count_due` says that nobody
    has counted on this day.
    """

    day: date
    handed_out: int
    returned: int
    lost: int
    still_out: int
    out_from_before: int
    in_store: int
    adds_up: bool
    count_due: bool
    differing: list[Badge]
    last_count: Count | None
