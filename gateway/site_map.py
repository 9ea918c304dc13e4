"""Sites, areas and doors as pages need them, and local times of a site as people type them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.caller import Caller


@dataclass(frozen=True, slots=True)
class SiteMap:
    """Every site with its areas and doors."""

    sites: Sequence[Mapping[str, Any]]
    areas: Sequence[Mapping[str, Any]]
    doors: Sequence[Mapping[str, Any]]

    def site(self, site_id: str | None) -> Mapping[str, Any] | None:
        """The site with this id, or the first one."""
        return next((site for site in self.sites if site["id"] == site_id), self.sites[0] if self.sites else None)

    def areas_of(self, site_id: str) -> list[Mapping[str, Any]]:
        """The areas of a site."""
        return [area for area in self.areas if area["site_id"] == site_id]

    def doors_of(self, site_id: str) -> list[Mapping[str, Any]]:
        """The doors of a site."""
        return [door for door in self.doors if door["site_id"] == site_id]


async def site_map(caller: Caller) -> SiteMap:
    """Ask access for every site. Raises `Down`."""
    found = (await caller.get("access", "/sites")).data
    return SiteMap(found["sites"], found["areas"], found["doors"])


def instant_of(day: str, clock: str, zone: str) -> str:
    """A local day and time of day at a site as an instant for the API; the text as typed when it is no time."""
    try:
        local = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return f"{day}T{clock}"
    return local.astimezone(UTC).isoformat().replace("+00:00", "Z")


def own_site(caller: Caller, known: SiteMap) -> Mapping[str, Any] | None:
    """The site the viewer belongs to, else the first."""
    return known.site(caller.principal.actor.site)
