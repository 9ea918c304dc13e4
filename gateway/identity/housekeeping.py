"""Forgetting what has ended: nothing here decides anything, every row is judged by its time when read."""

from __future__ import annotations

from datetime import timedelta

from chassis.db import Tx
from gateway.identity import account_store, attempt_store, client_store, passkey_store, session_store, throttle


def forget(tx: Tx) -> int:
    """Delete sessions, links, ceremonies, revoked tokens and counts that no longer matter; how many rows."""
    return (
        session_store.forget(tx, tx.now)
        + account_store.forget_links(tx, tx.now - timedelta(days=7))
        + passkey_store.forget(tx)
        + client_store.forget_tokens(tx)
        + attempt_store.forget(tx, tx.now - throttle.KNOWN_FOR)
    )
