"""The facts of notices: channels, invitations mailed. Others may import this file."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.journal import Fact


@dataclass(frozen=True)
class ChannelAdded(Fact, subject="channel", controls=("2.12.1",)):
    """Messages may go to another place from now on."""

    channel_id: str
    carrier: str
    abroad: bool
    on: bool


@dataclass(frozen=True)
class ChannelSwitched(Fact, subject="channel", controls=("2.12.1",)):
    """A channel was switched on or off; the reason stands with the channel."""

    channel_id: str
    abroad: bool
    on: bool


@dataclass(frozen=True)
class ChannelRemoved(Fact, subject="channel", controls=("2.12.1",)):
    """A channel is gone, and its address with it."""

    channel_id: str


@dataclass(frozen=True)
class ChannelTested(Fact, subject="channel", controls=("2.12.1",)):
    """Somebody sent a test to a channel."""

    channel_id: str
    delivered: bool


@dataclass(frozen=True)
class ChannelDied(Fact, subject="channel", controls=("2.12.1",)):
    """Nothing gets through to a channel any more; the administrators were told."""

    channel_id: str
    because: str


@dataclass(frozen=True)
class InvitationMailed(Fact, subject="visit", controls=("2.1",)):
    """A visitor was mailed the invitation, a change of it, or that it is off; the address is kept nowhere here."""

    visit_id: str
    what: str
    sequence: int


@dataclass(frozen=True)
class InvitationNotMailed(Fact, subject="visit", controls=("2.1",)):
    """A mail to a visitor was tried often enough; the host was told."""

    visit_id: str
    because: str
