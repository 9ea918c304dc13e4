"""`gatehouse config check` and `gatehouse status`."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

from pydantic import SecretStr

from chassis.production import weaknesses
from chassis.settings import DATABASES, Settings, source_of
from cli.opening import opened
from migrations.databases import newest_revision, stands_at

NEEDED = ("centre_manager", "guard", "security_admin", "platform_admin")
"""Roles without which a stage or a task has nobody (policy, Roles)."""


def check_config() -> tuple[dict[str, Any], list[str]]:
    """Every setting with its source, secrets masked, and what would keep the product from working."""
    settings = Settings()
    shown: dict[str, Any] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        masked = "********" if isinstance(value, SecretStr) else value
        shown[name] = {"value": masked, "from": source_of(name)}
    faults = [
        *weaknesses(settings, apart=settings.gateway_url is not None),
        *_databases(settings),
        *_people(settings),
    ]
    return shown, faults


def _databases(settings: Settings) -> list[str]:
    behind = []
    for name in DATABASES:
        at = stands_at(settings.database_url(name))
        if at != newest_revision(name):
            behind.append(f"database {name} stands at {at or 'nothing'}: run gatehouse migrate")
    return behind


def _people(settings: Settings) -> list[str]:
    """Roles nobody holds: each is a stage that nobody could fill."""
    from services.access.people import store

    if stands_at(settings.database_url("access")) is None:
        return []
    with opened(settings, "access") as access:
        missing = [role for role in NEEDED if not access.read_now(store.who_holds, role)]
    return [f"nobody holds the role {role}: appoint somebody" for role in missing]


def read_status() -> dict[str, Any]:
    """Whether the server at this deployment's address is ready, and the size of each journal."""
    settings = Settings()
    found: dict[str, Any] = {"address": settings.address, "ready": _is_ready(settings)}
    for name in DATABASES:
        if stands_at(settings.database_url(name)) is None:
            found[name] = "no database"
            continue
        with opened(settings, name) as db:
            found[name] = db.read_now(lambda tx, db=db: db.journal.size(tx.connection))  # type: ignore[misc]
    return found


def _is_ready(settings: Settings) -> bool:
    address = f"http://{settings.host}:{settings.port}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=3) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
