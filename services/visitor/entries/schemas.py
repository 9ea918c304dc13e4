"""Shapes of entering and leaving."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.visitor.visits.schemas import AreaName, PersonShown

Certainty = Literal["inside", "to_be_confirmed", "left_assumed"]
BadgeNo = Annotated[str, Field(min_length=1, max_length=20, examples=["V017"])]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class BadgeScan(_Asked):
    """A badge read at the tablet."""

    badge_no: BadgeNo


class Scanned(BaseModel):
    """A visitor's badge was read; the escort's must follow within `within_seconds`."""

    scan_id: str
    name: str
    within_seconds: int


class Entered(BaseModel):
    """The door may open: the visitor goes in with this escort."""

    visit_id: str
    name: str
    escort_name: str
    entered_at: datetime


class LeftArea(BaseModel):
    """The visitor is back from the area, or gone."""

    visit_id: str
    name: str
    state: str


class Leaving(_Asked):
    """A guard closes a visit. Anything still open needs the reason."""

    badge: Literal["returned", "lost"] = "returned"
    reason: Annotated[str, Field(max_length=200)] = ""


class Confirmed(_Asked):
    """How it is known that the visitor has left, in a few words; and of a badge that is out, where it came to rest."""

    badge: Literal["returned", "lost"] | None = None
    reason: Annotated[str, Field(min_length=2, max_length=200, examples=["监控回看 18:32 离开"])]


class Present(BaseModel):
    """Somebody on the premises, or not confirmed to have left; `can` lists what the caller may do.

    `certainty`: `inside`, seen in and within the window; `to_be_confirmed`, here long past the window, or gone unseen;
    `left_assumed`, taken for gone by the system, until a person confirms it.
    """

    visit_id: str
    name: str
    company: str
    state: str
    certainty: Certainty
    badge_no: str | None
    areas: list[AreaName]
    host: PersonShown | None
    escort: PersonShown | None
    escort_lost: bool
    overstay: bool
    since: datetime | None
    ends_at: datetime
    can: list[str]


class Presence(BaseModel):
    """Everybody an evacuation would call, as of `as_of`, the surest first."""

    site_id: str
    as_of: datetime
    items: list[Present]
