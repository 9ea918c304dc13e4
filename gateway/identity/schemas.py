"""Shapes of the identity API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from chassis import ids

EmployeeNo = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=200)]
Id = Annotated[str, StringConstraints(pattern=ids.PATTERN)]
Scope = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,30}(:(read|write))?$")]


class Shape(BaseModel):
    """What all shapes keep: nothing that is not asked for."""

    model_config = ConfigDict(extra="forbid")


class SignIn(Shape):
    """Employee number and password."""

    employee_no: EmployeeNo
    password: Secret


class Check(Shape):
    """The password again."""

    password: Secret


class PasswordByLink(Shape):
    """A new password, by the text of a one-time link."""

    link: Annotated[str, Field(max_length=120)]
    password: Secret


class PasswordChange(Shape):
    """A new password, by the one in force."""

    old_password: Secret
    password: Secret


class Pin(Shape):
    """A new PIN for shared tablets."""

    pin: Secret


class PinSignIn(Shape):
    """A person at a shared tablet: employee number or staff badge, and PIN."""

    employee_no: EmployeeNo | None = None
    badge: EmployeeNo | None = None
    pin: Secret


class PairingAsked(Shape):
    """A code for a tablet beside this door."""

    door_id: Id
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""


class PairingCode(Shape):
    """The code from the desk, typed at the tablet."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$")]


class ClientAsked(Shape):
    """A program that shall call the API. `scim` clients show their secret as a bearer token."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=60)]
    kind: Literal["client", "scim"] = "client"


class Opened(BaseModel):
    """A session that has begun; its secrets are in cookies alone."""

    session_id: str
    person_id: str
    ends_in_seconds: int


class SessionShown(BaseModel):
    """One session. `user_agent` is the browser's own word, cut to 120 characters."""

    id: str
    kind: Literal["desk", "phone", "tablet", "passkey"]
    user_agent: str
    strength: Literal["password", "pin", "passkey", "oidc"]
    device_id: str | None
    made_at: str
    seen_at: str
    ends_at: str
    current: bool


class Sessions(BaseModel):
    """Sessions, last used first."""

    items: list[SessionShown]


class Ended(BaseModel):
    """How many sessions ended."""

    ended: int


class LinkMade(BaseModel):
    """A one-time link, shown this once: the path of a page of this deployment."""

    link: str
    expires_at: datetime


class Pairing(BaseModel):
    """A code to type at the tablet within ten minutes."""

    code: str
    door_id: str
    expires_at: str


class Paired(BaseModel):
    """A tablet's identity. `secret` is shown this once; a browser also gets it as a cookie."""

    id: str
    name: str
    site_id: str
    door_id: str
    secret: str


class DeviceShown(BaseModel):
    """One tablet."""

    id: str
    name: str
    site_id: str
    door_id: str
    paired_by: str
    paired_at: str
    seen_at: str | None
    revoked_at: str | None


class Devices(BaseModel):
    """Tablets, revoked ones last."""

    items: list[DeviceShown]


class ClientMade(BaseModel):
    """A client and its secret, shown this once."""

    id: str
    name: str
    scopes: list[str]
    kind: str
    secret: str


class ClientShown(BaseModel):
    """One client."""

    id: str
    name: str
    kind: str
    scopes: list[str]
    made_by: str
    made_at: str
    used_at: str | None
    revoked_at: str | None


class Clients(BaseModel):
    """Clients, revoked ones last."""

    items: list[ClientShown]
