"""What a production deployment must say by its environment; nothing starts without it."""

from __future__ import annotations

from urllib.parse import urlsplit

from chassis.settings import Settings, SettingsWrong

SHARED_KEYS = ("master_key", "lookup_key", "journal_key", "service_secret")
"""What every process of a deployment of many must hold alike; one that made its own could read nobody's data."""


def weaknesses(settings: Settings, *, apart: bool = False) -> list[str]:
    """What keeps these settings from production, in sentences; `apart` for parts that run as processes of their own."""
    if settings.mode != "production":
        return []
    found = []
    if urlsplit(settings.public_url or "").scheme != "https":
        found.append("GATEHOUSE_PUBLIC_URL must be the https address people type: links in messages lead there")
    if apart:
        missing = (name for name in SHARED_KEYS if getattr(settings, name) is None)
        found += [f"GATEHOUSE_{name.upper()}_FILE must name a file that every process reads" for name in missing]
    if settings.demo:
        found.append("GATEHOUSE_DEMO is for trials")
    return found


def refuse_weak(settings: Settings, *, apart: bool = False) -> None:
    """Raise `SettingsWrong` with everything that keeps these settings from production."""
    found = weaknesses(settings, apart=apart)
    if found:
        raise SettingsWrong("; ".join(found))
