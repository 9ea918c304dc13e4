"""What the visitor service does with the facts of others: it copies people and places, and minds escorts who go."""

from __future__ import annotations

from chassis.db import Tx
from chassis.directory import follow_directory
from chassis.peers import Entry
from services.visitor.base import DIRECTORY
from services.visitor.escorts import actions as escorts

FOLLOWS_ACCESS = follow_directory(DIRECTORY.tables)


@FOLLOWS_ACCESS.fact("PersonLeft")
def person_left(tx: Tx, entry: Entry) -> None:
    """An escort who leaves the company while holding a visitor raises an alarm at once (2.4)."""
    escorts.escort_lost(tx, entry.subject_id)


@FOLLOWS_ACCESS.fact("RoleTaken")
@FOLLOWS_ACCESS.fact("PersonChanged")
def post_changed(tx: Tx, entry: Entry) -> None:
    """A manager who is none any more, by role or by HR's record, may escort no guests: the same alarm."""
    escorts.escort_lost(tx, entry.subject_id)
