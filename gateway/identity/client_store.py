"""Tables of API clients and of tokens taken back, and the statements on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Ids, Instant
from chassis.db import Tx
from chassis.tables import table_of
from gateway.identity.base import GatewayTable


class ApiClient(GatewayTable, table=True):
    """A program that calls the API. The secret has 256 random bits, so a plain SHA-256 of it is enough.

    Kind `client` exchanges its secret for tokens; kind `scim` shows it as a bearer token, as directory providers do.
    """

    __tablename__ = "api_client"
    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=60)
    secret_hash: str = Field(unique=True, max_length=64)
    scopes: tuple[str, ...] = Field(sa_type=Ids)
    kind: str = Field(max_length=10)
    made_at: datetime = Field(sa_type=Instant)
    made_by: str = Field(max_length=36)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class RevokedToken(GatewayTable, table=True):
    """An access token taken back before it expired (RFC 7009), by the id in its `session` claim."""

    __tablename__ = "revoked_token"
    id: str = Field(primary_key=True, max_length=36)
    until: datetime = Field(sa_type=Instant)


CLIENT, REVOKED = table_of(ApiClient), table_of(RevokedToken)
SHOWN = [column for column in CLIENT.c if column.name != "secret_hash"]


def add(tx: Tx, **values: Any) -> None:
    """Insert a client made now."""
    tx.change(sa.insert(CLIENT).values(made_at=tx.now, **values))


def one(tx: Tx, client_id: str) -> Row[Any] | None:
    """One client with its secret's hash, unless revoked."""
    return tx.row(sa.select(CLIENT).where(CLIENT.c.id == client_id, CLIENT.c.revoked_at.is_(None)))


def by_secret(tx: Tx, secret_hash: str, kind: str) -> Row[Any] | None:
    """The client of `kind` with this secret, unless revoked."""
    live = (CLIENT.c.secret_hash == secret_hash, CLIENT.c.kind == kind, CLIENT.c.revoked_at.is_(None))
    return tx.row(sa.select(*SHOWN).where(*live))


def all_of(tx: Tx) -> Sequence[Row[Any]]:
    """Every client, revoked ones last."""
    return tx.rows(sa.select(*SHOWN).order_by(CLIENT.c.revoked_at.is_not(None), CLIENT.c.name, CLIENT.c.id))


def touch(tx: Tx, client_id: str) -> None:
    """Note that the client was given a token."""
    tx.change(sa.update(CLIENT).where(CLIENT.c.id == client_id).values(used_at=tx.now))


def revoke(tx: Tx, client_id: str) -> bool:
    """Revoke a client; whether it was in force."""
    here = (CLIENT.c.id == client_id, CLIENT.c.revoked_at.is_(None))
    return tx.change(sa.update(CLIENT).where(*here).values(revoked_at=tx.now)) == 1


def take_back(tx: Tx, token_id: str, until: datetime) -> bool:
    """Remember a revoked token until it would have expired anyway; whether that is news."""
    if tx.row(sa.select(REVOKED.c.id).where(REVOKED.c.id == token_id)):
        return False
    tx.change(sa.insert(REVOKED).values(id=token_id, until=until))
    return True


def is_taken_back(tx: Tx, token_id: str) -> bool:
    """Whether the token was revoked."""
    return tx.row(sa.select(REVOKED.c.id).where(REVOKED.c.id == token_id)) is not None


def forget_tokens(tx: Tx) -> int:
    """Delete revoked tokens that have expired."""
    return tx.change(sa.delete(REVOKED).where(REVOKED.c.until < tx.now))
