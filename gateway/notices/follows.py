"""Notices that services ask for, taken over from their journals."""

from __future__ import annotations

from datetime import datetime

from chassis.db import Tx
from chassis.peers import Entry, Follows
from gateway.notices import store


def told(tx: Tx, entry: Entry) -> None:
    """Put a notice into the inbox of each person it is for."""
    state = entry.state
    if state is None:
        return
    values = {name: state[name] for name in ("kind", "page", "subject")}
    values |= {"alarm": state["urgency"] == "alarm", "at": datetime.fromisoformat(state["at"])}
    store.tell(tx, entry.subject_id, values, state["recipients"])


def _of(source: str) -> Follows:
    follows = Follows(source)
    follows.subject("notice")(told)
    return follows


FOLLOWS_NOTICES = (_of("visitor"),)
