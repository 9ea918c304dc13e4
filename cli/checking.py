"""`gatehouse config check` and `gatehouse status`."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

from pydantic import SecretStr

from chassis.production import weaknesses
from chassis.readiness import stand
from chassis.settings import DATABASES, Settings, source_of
from cli.erasing import erasures_of
from cli.opening import opened, parts_of
from migrations.databases import is_behind, stands_at


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
        *_setup(settings),
    ]
    return shown, faults


def _databases(settings: Settings) -> list[str]:
    behind = []
    for name in DATABASES:
        url = settings.database_url(name)
        if is_behind(name, url):
            behind.append(f"database {name} stands at {stands_at(url) or 'nothing'}: run gatehouse migrate")
    return behind


def _setup(settings: Settings) -> list[str]:
    """What the set-up page shows as needed and still open, from the same derivation."""
    from gateway import readiness

    found: list[dict[str, Any]] = []
    for name in ("access", "visitor", "equipment", "gateway"):
        if is_behind(name, settings.database_url(name)):
            continue
        with opened(settings, name) as db:
            tasks = readiness.tasks(settings) if name == "gateway" else parts_of(name).readiness
            found += db.read_now(stand, tasks)
    return [f"{task['title_en']}: {task['en']}" for task in found if task["needed"] and not task["done"]]


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
    return {**found, "erasures": erasures_of(settings)}


def _is_ready(settings: Settings) -> bool:
    address = f"http://{settings.host}:{settings.port}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=3) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
