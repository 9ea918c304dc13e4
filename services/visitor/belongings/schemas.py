"""Shapes of belongings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from services.visitor.belongings.rules import BelongingKind, Outcome


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class BelongingAsked(_Asked):
    """Something the visitor says they carry; showing it is voluntary."""

    kind: BelongingKind
    quantity: Annotated[StrictInt, Field(ge=1, le=99)] = 1
    serial: Annotated[str, Field(max_length=60, examples=["SN-20431"])] = ""
    note: Annotated[str, Field(max_length=80, examples=["黑色 32G"])] = ""


class BelongingsAsked(_Asked):
    """What the visitor shows at the desk, voluntarily."""

    items: Annotated[list[BelongingAsked], Field(min_length=1, max_length=20)]


class LockerAsked(_Asked):
    """The locker it goes into and the tag the visitor gets; one tag may stand for several things of one visitor."""

    locker: Annotated[str, Field(min_length=1, max_length=20, examples=["3"])]
    tag: Annotated[str, Field(min_length=1, max_length=20, examples=["T-17"])]


class LossAsked(_Asked):
    """How a thing that was left outside was lost, without personal data."""

    note: Annotated[str, Field(max_length=200, examples=["清柜时发现 3 号柜是空的"])] = ""


class Belonging(BaseModel):
    """A declared thing and where it is. `listed` media are left outside; `can` is what the caller may do with it."""

    id: str
    visit_id: str
    kind: BelongingKind
    listed: bool
    serial: str
    note: str
    quantity: int
    outcome: Outcome
    locker: str | None
    tag: str | None
    declared_at: datetime
    left_at: datetime | None
    given_back_at: datetime | None
    lost_at: datetime | None
    lost_note: str
    can: list[str]


class Belongings(BaseModel):
    """What a visit declared; `can` is what the caller may do for the visitor now."""

    items: list[Belonging]
    can: list[str]


class OpenBelonging(Belonging):
    """A thing that is still to be settled, and whose it is; `visitor_left` says that its owner is gone without it."""

    visitor_name: str
    visitor_left: bool
    ends_at: datetime


class OpenBelongings(BaseModel):
    """What waits for a locker, then what lies in one, by locker."""

    items: list[OpenBelonging]
