"""Shapes of badges."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.visitor.badges.rules import BadgeKind, BadgeState


class BadgesAdded(BaseModel):
    """A range of badges to put into stock: `prefix` and numbers of three digits."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    site_id: Annotated[str, Field(max_length=36)]
    prefix: Annotated[str, Field(min_length=1, max_length=6, pattern=r"^[A-Z]+$", examples=["V"])]
    first: Annotated[int, Field(ge=0, le=9999)]
    last: Annotated[int, Field(ge=0, le=9999)]
    kind: BadgeKind


class Badge(BaseModel):
    """A badge of the stock."""

    site_id: str
    no: str
    kind: BadgeKind
    state: BadgeState
    visit_id: str | None
    handed_at: datetime | None
    back_at: datetime | None


class Stock(BaseModel):
    """A site's badges and how many are where; stored, out, lost and dead add up to all."""

    items: list[Badge]
    counts: dict[str, int]
    free_lounge: list[str]
    free_floor: list[str]
