"""Shapes of arriving: what a tablet sends and may show, and what the guard confirms."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from chassis.moments import Day
from services.visitor.arrivals.rules import IdKind
from services.visitor.belongings.schemas import BelongingAsked
from services.visitor.consents.schemas import SignatureAsked
from services.visitor.texts.schemas import Sha256


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Lookup(_Asked):
    """Six digits, or the text of a QR pass."""

    code: Annotated[str, Field(min_length=6, max_length=60, pattern=r"^[0-9A-Za-z]+$", examples=["204817"])]


class Found(BaseModel):
    """A visit as a tablet may show it: enough to say "that is me", nothing more."""

    found: bool
    ask_desk: bool
    visit_id: str | None = None
    name: str | None = None
    phone_tail: str | None = None
    state: str | None = None
    language: str | None = None
    starts_at: datetime | None = None


class Arrival(_Asked):
    """What the visitor accepted and declared at the door. Versions and hashes are those of the texts that were shown;
    a hash left out stands for the text in force in that language."""

    privacy_version: Annotated[str, Field(max_length=20, examples=["2026-11"])]
    rules_version: Annotated[str, Field(max_length=20, examples=["2026-11"])]
    privacy_sha256: Sha256 | None = None
    rules_sha256: Sha256 | None = None
    language: Literal["zh", "en"] = "zh"
    belongings: Annotated[list[BelongingAsked], Field(max_length=20)] = []
    signature: SignatureAsked = SignatureAsked()


class WalkIn(_Asked):
    """Somebody without an appointment. `host` is a whole name, an extension or an employee number."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    company: Annotated[str, Field(max_length=80)] = ""
    phone: Annotated[str, Field(max_length=20, pattern=r"^[0-9+() -]*$")] = ""
    host: Annotated[str, Field(min_length=1, max_length=60)]
    purpose: Annotated[str, Field(min_length=1, max_length=200)]
    privacy_version: Annotated[str, Field(max_length=20)]
    privacy_sha256: Sha256 | None = None
    language: Literal["zh", "en"] = "zh"


class Waiting(BaseModel):
    """How a visitor's wait stands. `told` is the rung: 1 the host, 2 the deputy too, 3 the duty manager too."""

    visit_id: str
    state: str
    host_name: str
    told: int


class IdCheck(_Asked):
    """What the guard saw on the ID, which is neither kept nor copied; of its number at most the last four.

    The whole number only where a site's setting names the law or contract that asks for it.
    """

    id_kind: IdKind
    name_matches: StrictBool
    photo_matches: StrictBool
    expires_on: Day | None = None
    last4: Annotated[str, Field(max_length=4, pattern=r"^([0-9A-Za-z]{4})?$")] = ""
    number: Annotated[str, Field(max_length=24, pattern=r"^([0-9A-Za-z()]{5,24})?$")] = ""


class BadgeHanded(_Asked):
    """The badge given to the visitor."""

    badge_no: Annotated[str, Field(min_length=1, max_length=20)]
