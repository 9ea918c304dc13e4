"""Opening what is sealed of a visitor, for whoever was found to need it."""

from __future__ import annotations

from sqlalchemy.engine import Row

from chassis.db import Tx


def known(tx: Tx, guest: Row[object], field: str) -> str:
    """A sealed text of a visitor, "" when there is none."""
    return tx.vault.text(tx, guest.id, field, getattr(guest, field)) or ""


def assistance_of(tx: Tx, visit: Row[object]) -> str:
    """What the visitor needs in an evacuation, "" when nothing is kept."""
    return tx.vault.text(tx, visit.visitor_id, "assistance", visit.assistance) or ""
