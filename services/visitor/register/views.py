"""Reading the register."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.rules import enforce
from services.visitor.register import rules
from services.visitor.register.fields import FIELDS, GROUNDS, Entry, kept_for


def register(_tx: Tx, actor: Actor) -> dict[str, Any]:
    """Every field, as `schemas.Register`. Raises `PolicyRefused`."""
    enforce(rules.reads_the_register(actor.roles))
    return {"items": [shown(entry) for entry in FIELDS]}


def shown(entry: Entry) -> dict[str, Any]:
    """A field as `schemas.Registered`."""
    texts = {
        "name": entry.name,
        "purpose": entry.purpose,
        "seen_by": entry.seen_by,
        "kept": kept_for(entry),
        "ground": GROUNDS[entry.ground],
    }
    plain = {name: getattr(entry, name) for name in ("field", "columns", "sealed", "days")}
    both = {f"{name}_{code}": pair[n] for name, pair in texts.items() for n, code in enumerate(("zh", "en"))}
    return {**plain, **both}
