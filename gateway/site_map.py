"""Sites, areas and doors as pages need them, and local times of a site as people type them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request

from chassis.problems import NotFound
from gateway.caller import Caller
from gateway.render import Deployment


@dataclass(frozen=True, slots=True)
class SiteMap:
    """Every site in use with its areas and doors in use."""

    sites: Sequence[Mapping[str, Any]]
    areas: Sequence[Mapping[str, Any]]
    doors: Sequence[Mapping[str, Any]]

    def site(self, site_id: str | None) -> Mapping[str, Any] | None:
        """The site with this id, or the first one."""
        return next((site for site in self.sites if site["id"] == site_id), self.sites[0] if self.sites else None)

    def zone_of(self, site_id: str | None) -> str:
        """The time zone of the site with this id, else of the first one."""
        site = self.site(site_id)
        return str(site["zone"]) if site is not None else Deployment().zone

    def areas_of(self, site_id: str) -> list[Mapping[str, Any]]:
        """The areas of a site."""
        return [area for area in self.areas if area["site_id"] == site_id]

    def doors_of(self, site_id: str) -> list[Mapping[str, Any]]:
        """The doors of a site."""
        return [door for door in self.doors if door["site_id"] == site_id]


async def site_map(caller: Caller) -> SiteMap:
    """Ask access for every site in use. Raises `Down`."""
    found = (await caller.get("access", "/sites")).data
    return SiteMap(*([place for place in found[kind] if place["active"]] for kind in ("sites", "areas", "doors")))


def instant_of(day: str, clock: str, zone: str) -> str:
    """A local day and time of day at a site as an instant for the API; the text as typed when it is no time."""
    try:
        local = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return f"{day}T{clock}"
    return local.astimezone(UTC).isoformat().replace("+00:00", "Z")


def end_of_day(day: str, zone: str) -> str:
    """The instant at which a local day is over; the text as typed when it is no day."""
    try:
        following = date.fromisoformat(day) + timedelta(days=1)
    except ValueError:
        return day
    return instant_of(following.isoformat(), "00:00", zone)


def date_and_time(instant: str | None, zone: str) -> tuple[str, str]:
    """An instant of the API as the two fields of a form show it; both empty without one."""
    if instant is None:
        return "", ""
    local = datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"


async def chosen_site(request: Request, caller: Caller) -> tuple[SiteMap, Mapping[str, Any]]:
    """Every site, and the one that the address names (`?site=`), else the viewer's own. Raises `NotFound` without."""
    known = await site_map(caller)
    site = known.site(request.query_params.get("site") or caller.principal.actor.site)
    if site is None:
        raise NotFound("还没有职场", "There is no site yet")
    return known, site


def own_site(caller: Caller, known: SiteMap) -> Mapping[str, Any] | None:
    """The site the viewer belongs to, else the first."""
    return known.site(caller.principal.actor.site)


def named_site(caller: Caller, known: SiteMap) -> Mapping[str, Any] | None:
    """The site of `known` that the address names (`?site=`), else the viewer's own; None while none is known."""
    return known.site(caller.request.query_params.get("site") or caller.principal.actor.site)
