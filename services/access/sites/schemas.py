"""Shapes of sites, areas and doors."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from chassis.moments import TimeOfDay
from services.access.sites.rules import AreaKind, DoorKind

Code = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9_-]+$", examples=["HQ"])]
Name = Annotated[str, Field(min_length=1, max_length=60, examples=["三楼坐席职场"])]
Storey = Annotated[str, Field(max_length=40, examples=["三楼"])]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SiteKept(_Asked):
    """A site as it shall be. Office hours are local times of its zone; `country` is whose public holidays it keeps."""

    name: Name
    name_en: Name
    zone: Annotated[str, Field(max_length=40, examples=["Asia/Shanghai"])] = "Asia/Shanghai"
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$", examples=["CN"])] = "CN"
    opens_at: TimeOfDay = time(9)
    closes_at: TimeOfDay = time(18)
    active: StrictBool = True


class AreaKept(_Asked):
    """An area as it shall be. A privileged area needs the centre manager's permission too."""

    name: Name
    name_en: Name
    kind: AreaKind
    privileged: StrictBool = False
    storey: Storey = ""
    storey_en: Storey = ""
    position: Annotated[StrictInt, Field(ge=0, le=999, description="Its place in lists")] = 0
    active: StrictBool = True


class DoorKept(_Asked):
    """A door as it shall be; `area` is the code of the area it leads into."""

    name: Name
    name_en: Name
    area: Code
    kind: DoorKind = DoorKind.INNER
    active: StrictBool = True


class Site(SiteKept):
    """A site."""

    id: str
    code: Code
    version: int


class Area(BaseModel):
    """An area of a site."""

    id: str
    site_id: str
    code: Code
    name: Name
    name_en: Name
    kind: AreaKind
    privileged: bool
    storey: str
    storey_en: str
    position: int
    active: bool
    version: int


class Door(BaseModel):
    """A door of a site; `area_id` is the area it leads into."""

    id: str
    site_id: str
    area_id: str
    code: Code
    name: Name
    name_en: Name
    kind: DoorKind
    active: bool
    version: int


class Sites(BaseModel):
    """All sites with their areas and doors, those no longer used too; `can` says whether the reader may change them."""

    sites: list[Site]
    areas: list[Area]
    doors: list[Door]
    can: list[str]
