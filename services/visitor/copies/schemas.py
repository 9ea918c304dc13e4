"""Shapes of a copy of personal data."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from services.visitor.copies.rules import CopyFor
from services.visitor.register.schemas import Registered
from services.visitor.visits.schemas import PersonShown


class CopyAsked(BaseModel):
    """For whom a copy is made; `identity_checked` says that who asks was seen to be that person."""

    model_config = ConfigDict(extra="forbid")
    made_for: CopyFor
    identity_checked: bool


class Form(StrEnum):
    """How a value is written: as a text, an instant (UTC), a code with words, or a picture in base64."""

    TEXT = "text"
    INSTANT = "instant"
    CODE = "code"
    PICTURE = "picture"


class Value(BaseModel):
    """One value that is kept. `field` is its entry in the register, where purpose and ground stand; `since` and `until`
    are from when it is kept and when it goes, null while a visit is not over."""

    field: str
    visit_id: str | None
    zh: str
    en: str
    form: Form
    value: str
    value_zh: str | None
    value_en: str | None
    media_type: str | None
    since: datetime
    until: datetime | None


class VisitCopied(BaseModel):
    """A visit that values belong to, by its window."""

    visit_id: str
    starts_at: datetime
    ends_at: datetime


class Copy(BaseModel):
    """Everything kept of one visitor, over all visits under the same name and phone."""

    visit_id: str
    made_at: datetime
    made_by: PersonShown | None
    made_for: CopyFor
    zone: str
    visits: list[VisitCopied]
    fields: list[Registered]
    values: list[Value]
