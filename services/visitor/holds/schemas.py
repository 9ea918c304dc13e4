"""Shapes of legal holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.visitor.holds.rules import Because, HoldState
from services.visitor.visits.schemas import PersonShown


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class HoldAsked(_Asked):
    """Keep what is known of a visitor until the hold is lifted. `basis` is what proves the reason, such as the number
    of a case; it names nobody."""

    because: Because
    basis: Annotated[str, Field(min_length=2, max_length=200, examples=["（2026）沪 01 民初 123 号"])]
    review_on: Annotated[date, Field(description="When somebody looks again whether it is still needed")]


class ReviewAsked(_Asked):
    """It is still needed; the next look is due then."""

    review_on: date


class LiftAsked(_Asked):
    """It is needed no more, and why; the reason names nobody."""

    reason: Annotated[str, Field(min_length=2, max_length=200, examples=["案件已结"])]


class Hold(BaseModel):
    """A hold on a visitor, placed from one of their visits, with what the caller `can` do. One whose review is late
    stays in force. A hold covers every visit under the same name and phone."""

    id: str
    visit_id: str
    because: Because
    basis: str
    state: HoldState
    placed_at: datetime
    placed_by: PersonShown | None
    review_on: date
    reviewed_at: datetime | None
    reviewed_by: PersonShown | None
    lifted_at: datetime | None
    lifted_by: PersonShown | None
    lifted_because: str
    can: list[str]


class Holds(BaseModel):
    """A page of holds, newest first."""

    items: list[Hold]
    next: str | None
    prev: str | None


class HoldsOfVisit(BaseModel):
    """The holds in force on the visitor of a visit, wherever they were placed."""

    items: list[Hold]
