"""Whether the company's sites are set up: looked at, with a floor, a door to it and an entrance."""

from __future__ import annotations

from typing import Any

from chassis.db import Tx
from chassis.readiness import Ready, readiness
from services.access.calendar import actions as calendar
from services.access.calendar import store as calendars
from services.access.sites import actions, store
from services.access.sites.rules import AreaKind, DoorKind


@readiness("sites", zh="职场名称和办公时间", en="Name and office hours of each site", page="/settings/sites")
def sites_are_looked_at(tx: Tx) -> Ready:
    """What the first start made up is somebody's own once they saved it."""
    new = [site for site in _in_use(tx) if site["version"] == 1]
    names, names_en = ("、".join(site["name"] for site in new), ", ".join(site["name_en"] for site in new))
    if not new:
        return Ready(True, "每个职场都已核对", "Every site was looked at")
    return Ready(
        False, f"请核对名称、时区和办公时间并保存：{names}", f"Check name, zone and office hours, and save: {names_en}"
    )


@readiness("areas", zh="区域和门", en="Areas and doors", page="/settings/sites")
def floors_have_their_doors(tx: Tx) -> Ready:
    """Visitors come in by an entrance, and to a floor through a door of its own."""
    areas, doors = ([place for place in store.all_of(tx, kind) if place["active"]] for kind in ("area", "door"))
    missing: list[tuple[str, str]] = []
    for site in _in_use(tx):
        own = [area for area in areas if area["site_id"] == site["id"]]
        here = [door for door in doors if door["site_id"] == site["id"]]
        name, name_en = site["name"], site["name_en"]
        if not any(door["kind"] == DoorKind.ENTRANCE for door in here):
            missing.append((f"{name}没有出入口", f"{name_en} has no entrance"))
        floors = [area for area in own if area["kind"] == AreaKind.CALL_FLOOR]
        if not floors:
            missing.append((f"{name}没有坐席职场", f"{name_en} has no call floor"))
        leads_to = {door["area_id"] for door in here if door["kind"] == DoorKind.FLOOR}
        missing += [
            (f"{area['name']}没有职场门", f"{area['name_en']} has no floor door")
            for area in floors if area["id"] not in leads_to
        ]  # fmt: skip
    if not missing:
        return Ready(
            True, "每个职场都有出入口，每个坐席职场都有门", "Every site has an entrance, every call floor its door"
        )
    return Ready(False, "；".join(zh for zh, _ in missing), "; ".join(en for _, en in missing))


@readiness("calendar", zh="节假日和调休", en="Holidays and shifted days", page="/settings/calendar")
def this_year_is_known(tx: Tx) -> Ready:
    """The year's swapped working days are published, or the company has set its own."""
    unknown: list[tuple[str, str]] = []
    for site in _in_use(tx):
        row = actions.site_or_404(tx, site["code"])
        year = calendar.this_year(tx, row)
        kept = calendars.year_of(tx, site["id"], year)
        own = any(day.source == "company" for day in calendars.days(tx, site["id"], year))
        if not own and (kept is None or not kept.swaps_known):
            unknown.append((f"{site['name']}：{year} 年调休未公布", f"{site['name_en']}: {year} is not published"))
    if not unknown:
        return Ready(True, "今年的节假日和调休已经取得", "Holidays and shifted days of this year are known")
    return Ready(False, "；".join(zh for zh, _ in unknown), "; ".join(en for _, en in unknown))


def _in_use(tx: Tx) -> list[dict[str, Any]]:
    return [site for site in store.all_of(tx, "site") if site["active"]]
