"""Reading the texts: as a site has them now, as somebody accepted them, and what one visit accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.problems import NotFound
from services.visitor import settings
from services.visitor.base import DIRECTORY
from services.visitor.texts import store
from services.visitor.texts.rules import Language, Text, TextKind, text_now


def now(tx: Tx, actor: Actor, language: Language, site_id: str | None) -> dict[str, Any]:
    """Both notices of a site, as `schemas.Texts`; a tablet reads those of its own. Raises `NotFound`."""
    site_id = site_id if actor.is_person and site_id else actor.site
    if site_id is None or DIRECTORY.site(tx, site_id) is None:
        raise NotFound("没有这个职场", "There is no such site")
    limits = settings.limits(tx, site_id)
    return {
        "site_id": site_id,
        "privacy": _shown(text_now(TextKind.PRIVACY, limits, language)),
        "house": _shown(text_now(TextKind.HOUSE, limits, language)),
        "photo_wanted": limits.photo_wanted,
        "signature_wanted": limits.signature_wanted,
    }


def kept(tx: Tx, actor: Actor, sha256: str) -> dict[str, Any]:
    """A text that was accepted, as `schemas.KeptText`. Raises `NotFound`."""
    row = store.kept(tx, sha256)
    if row is None:
        raise NotFound("没有人接受过这份文本", "Nobody has accepted such a text")
    return dict(row._mapping)


def accepted(tx: Tx, visit: Row[Any]) -> list[dict[str, Any]]:
    """What a visit's visitor accepted, the privacy notice first, as `schemas.Accepted`."""
    read: dict[str, datetime] = {visit.privacy_sha256: visit.privacy_at, visit.rules_sha256: visit.notices_at}
    read.pop(None, None)  # type: ignore[call-overload]
    door = DIRECTORY.door(tx, visit.door_id) if visit.door_id and read else None
    where = {"name": door.name, "name_en": door.name_en} if door is not None else None
    rows = {row.sha256: row for row in store.named(tx, read)} if read else {}
    return [
        {**rows[sha256]._mapping, "at": at, "device_id": visit.notices_device, "door": where}
        for sha256, at in read.items()
    ]


def _shown(text: Text) -> dict[str, Any]:
    return {
        **{name: getattr(text, name) for name in ("kind", "version", "language", "title", "sha256")},
        "parts": [{"heading": heading, "lines": list(lines)} for heading, lines in text.parts],
    }
