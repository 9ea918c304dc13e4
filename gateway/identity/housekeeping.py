"""Forgetting what has ended: nothing here decides anything, every row is judged by its time when read."""

from __future__ import annotations

from datetime import datetime, timedelta

from chassis.db import Tx
from gateway.identity import (
    account_store,
    attempt_store,
    client_store,
    device_store,
    passkey_store,
    session_store,
    throttle,
)
from gateway.identity.rules import LASTING


def forget(tx: Tx) -> int:
    """Delete sessions, links, ceremonies, revoked tokens and counts that no longer matter; how many rows."""
    return (
        session_store.forget(tx, tx.now)
        + account_store.forget_links(tx, tx.now - timedelta(days=7))
        + passkey_store.forget(tx, tx.now)
        + client_store.forget_tokens(tx)
        + attempt_store.forget(tx, tx.now - throttle.KNOWN_FOR)
    )


def end_what_had_ended(tx: Tx, was: datetime) -> int:
    """The clock was set back from `was`: delete what had ended by then, else it is good once more; how many rows."""
    idle = sum(session_store.forget_unused(tx, kind.value, was - lasting.idle) for kind, lasting in LASTING.items())
    return (
        idle
        + session_store.forget(tx, was)
        + account_store.forget_links(tx, was)
        + device_store.forget_pairings(tx, was)
        + passkey_store.forget(tx, was)
    )
