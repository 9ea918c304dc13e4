"""Shapes of sites, areas, doors and calendar days."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.access.sites.rules import AreaKind

Code = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9_-]+$", examples=["HQ"])]
Name = Annotated[str, Field(min_length=1, max_length=60, examples=["三楼坐席职场"])]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SiteKept(_Asked):
    """A site as it shall be. Office hours are local times of its zone."""

    name: Name
    name_en: Name
    zone: Annotated[str, Field(max_length=40, examples=["Asia/Shanghai"])] = "Asia/Shanghai"
    opens_at: time = time(9)
    closes_at: time = time(18)


class AreaKept(_Asked):
    """An area as it shall be. A privileged area needs the centre manager's permission too."""

    name: Name
    name_en: Name
    kind: AreaKind
    privileged: bool = False


class DoorKept(_Asked):
    """A door as it shall be; `area` is the code of the area it leads into."""

    name: Name
    name_en: Name
    area: Code


class DayKept(_Asked):
    """A day worked or free against the usual week."""

    working: bool
    name: Annotated[str, Field(max_length=60, examples=["国庆节调休上班"])] = ""


class Site(SiteKept):
    """A site."""

    id: str
    code: Code
    version: int


class Area(AreaKept):
    """An area of a site."""

    id: str
    site_id: str
    code: Code
    version: int


class Door(BaseModel):
    """A door of a site; `area_id` is the area it leads into."""

    id: str
    site_id: str
    area_id: str
    code: Code
    name: Name
    name_en: Name
    version: int


class CalendarDay(DayKept):
    """A day of a site's calendar."""

    day: date


class Sites(BaseModel):
    """All sites with their areas, doors and calendars."""

    sites: list[Site]
    areas: list[Area]
    doors: list[Door]
