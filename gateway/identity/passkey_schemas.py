"""Shapes of the passkey API."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints

from gateway.identity.schemas import Shape


class Credential(Shape):
    """What `navigator.credentials` answered, as its `toJSON()` gives it (WebAuthn level 3)."""

    credential: dict[str, Any]


class PasskeyAsked(Credential):
    """A new passkey and what its owner calls it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""


class PasskeyShown(BaseModel):
    """One passkey."""

    id: str
    name: str
    made_at: str
    last_used_at: str | None


class Passkeys(BaseModel):
    """Passkeys, oldest first."""

    items: list[PasskeyShown]
