"""What the gateway takes over from the visitor service's journal: notices to tell, and visits to mail about."""

from __future__ import annotations

from datetime import datetime

from chassis.db import Tx
from chassis.peers import Entry, Follows
from gateway.notices import mail_store, routing

MAILED_ABOUT = ("VisitApproved", "VisitChanged", "VisitEnded")
"""Facts of a visit that its visitor may have to know."""


def follows_visitor(*, mail: bool) -> Follows:
    """Follow the visitor service; with `mail`, a mail server is set and people are written to as well."""

    def told(tx: Tx, entry: Entry) -> None:
        _told(tx, entry, mail=mail)

    follows = Follows("visitor")
    follows.subject("notice")(told)
    for fact in MAILED_ABOUT if mail else ():
        follows.fact(fact)(lambda tx, entry: mail_store.wish(tx, entry.subject_id))
    return follows


def _told(tx: Tx, entry: Entry, *, mail: bool) -> None:
    """Put a notice into the inbox of each person it is for, and on its way."""
    state = entry.state
    if state is None:
        return
    plain = {name: state[name] for name in ("kind", "page", "subject", "asks", "settles")}
    at = datetime.fromisoformat(state["at"])
    notice = routing.Notice(id=entry.subject_id, at=at, alarm=state["urgency"] == "alarm", **plain)
    if notice.settles:
        routing.settle(tx, notice, state["recipients"], state["by"].removeprefix("person:"), mail=mail)
    else:
        routing.tell(tx, notice, state["recipients"], mail=mail)
