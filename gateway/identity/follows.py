"""What the gateway takes over from the access service's journal: people with their roles, sites and doors."""

from __future__ import annotations

import sqlalchemy as sa

from chassis.db import Tx
from chassis.peers import Entry, Follows
from gateway.identity import accounts, place_store

FOLLOWS = Follows("access")


@FOLLOWS.subject("person")
def person(tx: Tx, entry: Entry) -> None:
    """Copy the person; a leaver is cut off in the same transaction."""
    accounts.copy_person(tx, entry.subject_id, entry.state)


@FOLLOWS.subject("site")
def site(tx: Tx, entry: Entry) -> None:
    """Copy the site's names and zone."""
    _keep(tx, place_store.SITE, entry, ("name", "name_en", "zone"))


@FOLLOWS.subject("door")
def door(tx: Tx, entry: Entry) -> None:
    """Copy the door."""
    _keep(tx, place_store.DOOR, entry, ("site_id", "name", "name_en"))


def _keep(tx: Tx, table: sa.Table, entry: Entry, columns: tuple[str, ...]) -> None:
    state = None if entry.state is None else {name: entry.state[name] for name in columns}
    place_store.keep(tx, table, entry.subject_id, state)
