"""API clients: programs with a secret of their own and a list of what they may do."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.columns import instant_text
from chassis.db import Tx
from chassis.ids import new_id
from chassis.journal import record
from chassis.problems import NotFound, SecondCheckNeeded
from chassis.rules import enforce
from gateway.identity import client_store, rules
from gateway.identity.events import ClientAdded, ClientRevoked
from gateway.identity.secret_text import hashed, new_secret


def add(tx: Tx, actor: Actor, name: str, scopes: list[str], kind: str, now: int) -> dict[str, Any]:
    """Add a client as an administrator; the answer holds its secret, this once. Raises `SecondCheckNeeded`."""
    enforce(rules.administers_accounts(actor.roles))
    if not actor.checked_lately(now):
        raise SecondCheckNeeded()
    return add_client(tx, actor, name, scopes, kind)


def add_client(tx: Tx, actor: Actor, name: str, scopes: list[str], kind: str = "client") -> dict[str, Any]:
    """Add a client; for the operator at the shell, who needs no role. `kind` is `client` or `scim`."""
    enforce(rules.scopes_are_for_clients(scopes))
    client_id, secret, wanted = new_id(), new_secret("c"), tuple(sorted(set(scopes)))
    values = {"id": client_id, "name": name, "scopes": wanted, "kind": kind, "made_by": actor.id}
    client_store.add(tx, secret_hash=hashed(secret), **values)
    record(tx, actor, ClientAdded(client_id, kind, wanted))
    return {"id": client_id, "name": name, "scopes": list(wanted), "kind": kind, "secret": secret}


def all_clients(tx: Tx, actor: Actor) -> dict[str, Any]:
    """Every client, revoked ones last; never a secret."""
    enforce(rules.administers_accounts(actor.roles))
    return {"items": [_shown(row) for row in client_store.all_of(tx)]}


def revoke(tx: Tx, actor: Actor, client_id: str) -> dict[str, Any]:
    """The client may call no more, also with tokens it holds. Raises `NotFound`."""
    enforce(rules.administers_accounts(actor.roles))
    if not client_store.revoke(tx, client_id):
        raise NotFound()
    record(tx, actor, ClientRevoked(client_id))
    return {"id": client_id}


def _shown(row: Any) -> dict[str, Any]:
    times = ("made_at", "used_at", "revoked_at")
    return {
        **{name: getattr(row, name) for name in ("id", "name", "kind", "made_by")},
        "scopes": list(row.scopes),
        **{name: instant_text(value) if (value := getattr(row, name)) else None for name in times},
    }
