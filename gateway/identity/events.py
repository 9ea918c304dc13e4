"""The facts of the gateway: signing in, cutting off, tablets, clients and keys. Others may import this file."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.journal import Fact


@dataclass(frozen=True)
class SignedIn(Fact, subject="account", controls=("2.10",)):
    """A person opened a session."""

    account_id: str
    session_id: str
    kind: str
    strength: str


@dataclass(frozen=True)
class SignInFailed(Fact, subject="account", controls=("2.10",)):
    """Somebody tried to sign in and was refused; `unknown` where no person is known. What was typed is never kept."""

    account_id: str
    how: str


@dataclass(frozen=True)
class SignedOut(Fact, subject="account", controls=("2.10",)):
    """A person ended their own session."""

    account_id: str
    session_id: str


@dataclass(frozen=True)
class SessionEnded(Fact, subject="account", controls=("2.10",)):
    """A session was ended from elsewhere, by the person or by an administrator."""

    account_id: str
    session_id: str


@dataclass(frozen=True)
class SecondCheckPassed(Fact, subject="account", controls=("2.10",)):
    """A person proved again who they are, and the session got new cookies."""

    account_id: str
    session_id: str
    strength: str


@dataclass(frozen=True)
class SubjectCutOff(Fact, subject="account", controls=("2.14",)):
    """Every session and token of a person issued up to now is void."""

    account_id: str
    reason: str


@dataclass(frozen=True)
class LinkIssued(Fact, subject="account", controls=("2.10",)):
    """A one-time link to set a password was issued."""

    account_id: str
    purpose: str


@dataclass(frozen=True)
class PasswordSet(Fact, subject="account", controls=("2.10",)):
    """A person set a password."""

    account_id: str


@dataclass(frozen=True)
class PinSet(Fact, subject="account", controls=("2.10",)):
    """A person set the PIN for shared tablets."""

    account_id: str


@dataclass(frozen=True)
class PasskeyAdded(Fact, subject="account", controls=("2.10",)):
    """A person added a passkey; `passkey` is the first characters of its id."""

    account_id: str
    passkey: str


@dataclass(frozen=True)
class PasskeyRemoved(Fact, subject="account", controls=("2.10",)):
    """A person removed a passkey."""

    account_id: str
    passkey: str


@dataclass(frozen=True)
class PairingOpened(Fact, subject="door", controls=("2.1",)):
    """A code was made that pairs a tablet to a door."""

    door_id: str


@dataclass(frozen=True)
class DevicePaired(Fact, subject="device", controls=("2.1",)):
    """A tablet was paired to a door."""

    device_id: str
    door_id: str


@dataclass(frozen=True)
class DeviceRevoked(Fact, subject="device", controls=("2.1",)):
    """A tablet lost its rights."""

    device_id: str


@dataclass(frozen=True)
class ClientAdded(Fact, subject="client", controls=("2.10",)):
    """A program may call the API from now on."""

    client_id: str
    kind: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class ClientRevoked(Fact, subject="client", controls=("2.10",)):
    """A program may call the API no more."""

    client_id: str


@dataclass(frozen=True)
class TokenRevoked(Fact, subject="client", controls=("2.10",)):
    """A program gave an access token back (RFC 7009); `session_id` names the token."""

    client_id: str
    session_id: str


@dataclass(frozen=True)
class KeyRotated(Fact, subject="key", controls=("2.10",)):
    """Another key signs tokens from now on."""

    key_id: str
