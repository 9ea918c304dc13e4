"""Shapes of the API of notices and channels."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StrictBool

from chassis import ids
from chassis.moments import TimeOfDay

Id = Annotated[str, Field(pattern=ids.PATTERN)]
Reason = Annotated[str, Field(max_length=200)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Notice(BaseModel):
    """Something the reader was told: a kind, a page, what it is about; never a person's data."""

    id: str
    person_id: str
    kind: str
    page: str
    subject: str
    alarm: bool
    asks: bool
    at: datetime
    read_at: datetime | None
    settled_at: datetime | None


class NoticeList(BaseModel):
    """A page of notices, with how many are unread, and how many are unread or wait to be done (up to 100)."""

    items: list[Notice]
    next: str | None
    prev: str | None
    unread: int
    waiting: int


class MarkedRead(BaseModel):
    """How many notices were marked as read."""

    read: int


class ChannelAsked(_Asked):
    """A channel for one site, for one person by employee number, or for every site.

    `abroad` says where the server stands when the service itself does not tell. Without `on` a channel is on, but one
    abroad is off.
    """

    name: Annotated[str, Field(min_length=1, max_length=60, examples=["值班群"])]
    url: Annotated[SecretStr, Field(min_length=4, max_length=500, examples=["wecombot://botkey"])]
    site_id: Id | None = None
    employee_no: Annotated[str | None, Field(max_length=40)] = None
    abroad: StrictBool = False
    on: StrictBool | None = None
    reason: Reason = ""
    alarms_only: StrictBool = False
    language: Literal["zh", "en"] = "zh"
    quiet_from: TimeOfDay = time(21)
    quiet_to: TimeOfDay = time(8)


class SwitchAsked(_Asked):
    """On or off; a channel abroad is switched on with a reason."""

    on: StrictBool
    reason: Reason = ""


class Channel(BaseModel):
    """A channel. Of its address only what is needed to recognise it is shown."""

    id: str
    name: str
    carrier: str
    shown: str
    site_id: str | None
    person: str | None
    abroad: bool
    on: bool
    reason: str
    alarms_only: bool
    language: str
    quiet_from: TimeOfDay
    quiet_to: TimeOfDay
    failing_since: datetime | None
    failures: int
    because: str
    delivered_at: datetime | None


class Channels(BaseModel):
    """Every channel."""

    items: list[Channel]


class Tested(BaseModel):
    """Whether a test got through, and a short code of why not."""

    delivered: bool
    because: str
