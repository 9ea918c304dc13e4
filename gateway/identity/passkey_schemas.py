"""Shapes of the passkey API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

from gateway.identity.schemas import Shape


class Credential(Shape):
    """What `navigator.credentials` answered, as its `toJSON()` gives it (WebAuthn level 3)."""

    credential: dict[str, Any]


class PasskeyAsked(Credential):
    """A new passkey and what its owner calls it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""


class PasskeyAdded(BaseModel):
    """The passkey that was kept."""

    id: str
    name: str


class PasskeyShown(BaseModel):
    """One passkey."""

    id: str
    name: str
    made_at: str
    last_used_at: str | None


class Passkeys(BaseModel):
    """Passkeys, oldest first."""

    items: list[PasskeyShown]


class _WebAuthn(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class RelyingParty(_WebAuthn):
    """This deployment, as the browser names it."""

    name: str
    id: str


class PasskeyOwner(_WebAuthn):
    """Whom the passkey is for."""

    id: str
    name: str
    display_name: str


class KeyParameters(_WebAuthn):
    """A kind of key that is accepted."""

    type: Literal["public-key"]
    alg: int


class KnownPasskey(_WebAuthn):
    """A passkey that the person has."""

    type: Literal["public-key"]
    id: str


class AuthenticatorChoice(_WebAuthn):
    """What the authenticator has to do."""

    resident_key: str
    require_resident_key: bool
    user_verification: str


class CreationOptions(_WebAuthn):
    """What `PublicKeyCredential.parseCreationOptionsFromJSON` reads (WebAuthn level 3)."""

    rp: RelyingParty
    user: PasskeyOwner
    challenge: str
    pub_key_cred_params: list[KeyParameters]
    timeout: int
    exclude_credentials: list[KnownPasskey]
    authenticator_selection: AuthenticatorChoice
    attestation: str


class RequestOptions(_WebAuthn):
    """What `PublicKeyCredential.parseRequestOptionsFromJSON` reads; signing in names no passkeys."""

    challenge: str
    timeout: int
    rp_id: str
    allow_credentials: list[KnownPasskey] = []
    user_verification: str
