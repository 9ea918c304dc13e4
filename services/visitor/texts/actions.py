"""Accepting the texts: what is accepted is kept word for word, and the visit keeps which, when and where."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.rules import enforce
from services.visitor import settings
from services.visitor.texts import rules, store
from services.visitor.texts.rules import Language, TextKind


def accept_privacy(tx: Tx, actor: Actor, site_id: str, language: Language, shown: str | None) -> dict[str, Any]:
    """The privacy notice is accepted now: the columns of the visit that keep it. `shown` is the hash that was read."""
    sha256 = _accept(tx, TextKind.PRIVACY, site_id, language, shown)
    version = settings.limits(tx, site_id).privacy_version
    return {"privacy_version": version, "privacy_sha256": sha256, "privacy_at": tx.now, "notices_device": actor.device}


def accept_house(tx: Tx, actor: Actor, site_id: str, language: Language, shown: str | None) -> dict[str, Any]:
    """The same for the visitors' notice."""
    sha256 = _accept(tx, TextKind.HOUSE, site_id, language, shown)
    version = settings.limits(tx, site_id).rules_version
    return {"rules_version": version, "rules_sha256": sha256, "notices_at": tx.now, "notices_device": actor.device}


def _accept(tx: Tx, kind: TextKind, site_id: str, language: Language, shown: str | None) -> str:
    text = rules.text_now(kind, settings.limits(tx, site_id), language)
    field = "rules_sha256" if kind is TextKind.HOUSE else "privacy_sha256"
    enforce(rules.text_was_the_present_one(shown, text).at(f"/{field}"))
    store.keep(tx, text)
    return text.sha256
