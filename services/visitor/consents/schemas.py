"""Shapes of a visitor's photo and signature."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, StrictBool

from services.visitor.consents.rules import Consent


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class PhotoAsked(_Asked):
    """A picture in base64 (JPEG, PNG or WebP, up to 6 MB), kept as a small JPEG without metadata; and the consent."""

    agreed: StrictBool
    photo: Annotated[Base64Bytes, Field(max_length=8 * 1024 * 1024)]


class SignatureAsked(_Asked):
    """A signature under the visitors' notice: the name typed, or drawn (a small PNG in base64). Without `agreed` it is
    not kept."""

    agreed: StrictBool = False
    name: Annotated[str, Field(max_length=60)] = ""
    drawn: Annotated[Base64Bytes | None, Field(max_length=160 * 1024)] = None


class Consented(BaseModel):
    """A consent of its own. `has_picture` says that a picture is kept, `text` is a typed signature for who needs it."""

    what: Consent
    agreed_at: datetime
    withdrawn_at: datetime | None
    has_picture: bool
    text: str | None


class Consents(BaseModel):
    """Of one visit; `can` says whether the reader sees the pictures and may end a consent for the visitor."""

    items: list[Consented]
    can: list[str]


class PhotoKept(BaseModel):
    """The photo is kept."""

    kept: bool
