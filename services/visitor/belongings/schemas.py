"""Shapes of belongings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.visitor.belongings.rules import BelongingKind, Outcome


class BelongingAsked(BaseModel):
    """Something the visitor says they carry; showing it is voluntary."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    kind: BelongingKind
    quantity: Annotated[int, Field(ge=1, le=99)] = 1
    note: Annotated[str, Field(max_length=80, examples=["黑色 32G"])] = ""


class LockerAsked(BaseModel):
    """The locker it goes into and the tag the visitor gets."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    locker: Annotated[str, Field(min_length=1, max_length=20, examples=["3"])]
    tag: Annotated[str, Field(min_length=1, max_length=20, examples=["T-17"])]


class Belonging(BaseModel):
    """A declared thing and where it is."""

    id: str
    visit_id: str
    kind: BelongingKind
    note: str
    quantity: int
    outcome: Outcome
    locker: str | None
    tag: str | None
    declared_at: datetime
    left_at: datetime | None
    given_back_at: datetime | None


class Belongings(BaseModel):
    """Everything a visit declared."""

    items: list[Belonging]
