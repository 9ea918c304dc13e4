"""Shapes of the texts a visitor reads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from services.visitor.texts.rules import TextKind

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Part(BaseModel):
    """A heading with the lines under it."""

    heading: str
    lines: list[str]


class TextShown(BaseModel):
    """A notice as it is read: `sha256` is that of the whole text, and goes back with what is accepted."""

    kind: TextKind
    version: str
    language: Literal["zh", "en"]
    title: str
    parts: list[Part]
    sha256: Sha256


class Texts(BaseModel):
    """Both notices as a site has them now, and what the tablet asks for besides, each with its own consent."""

    site_id: str
    privacy: TextShown
    house: TextShown
    photo_wanted: bool
    signature_wanted: bool


class KeptText(BaseModel):
    """A notice somebody accepted, word for word."""

    sha256: Sha256
    kind: TextKind
    version: str
    language: Literal["zh", "en"]
    body: str
    first_accepted_at: datetime


class DoorName(BaseModel):
    """The door a tablet stands at."""

    name: str
    name_en: str


class Accepted(BaseModel):
    """What a visitor accepted: which text in which language, when, at which tablet."""

    kind: TextKind
    version: str
    sha256: Sha256
    language: Literal["zh", "en"]
    at: datetime
    device_id: str | None
    door: DoorName | None
