"""Shapes of alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.roles import Role
from services.visitor.alarms.rules import AlarmKind


class Settled(BaseModel):
    """What was done about it, in a few words and without personal data."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    note: Annotated[str, Field(max_length=200, examples=["已到门口，访客找到了被访人"])] = ""


class PersonTold(BaseModel):
    """Somebody who was told."""

    id: str
    name: str
    employee_no: str


class Alarm(BaseModel):
    """An alarm that stands. `unstaffed` are roles that nobody held or was rostered for when it was raised: it went to
    the centre manager too; `later_at` is when the next ones are told."""

    id: str
    kind: AlarmKind
    zh: str
    en: str
    subject: str
    place: str | None
    place_en: str | None
    page: str
    raised_at: datetime
    told: list[PersonTold]
    unstaffed: list[Role]
    later_at: datetime | None
    can: list[str]


class OpenAlarms(BaseModel):
    """What is red at a site now, the newest first; `unstaffed` are roles alarms would go to that nobody fills now."""

    site_id: str
    items: list[Alarm]
    unstaffed: list[Role]


class HelpCalled(BaseModel):
    """The guards were told."""

    told: bool
