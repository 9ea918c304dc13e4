"""REST of site settings: `GET/PUT /api/<service>/v1/settings`, the same for each service; and reading them in actions.

SETTINGS = SiteSettings(setting_table(VisitorTable.metadata), DECLARED, DIRECTORY)
values = SETTINGS.values(tx, site_id)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol

import sqlalchemy as sa
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.engine import Row
from starlette.responses import Response

from chassis import ids, setting_store
from chassis.actor import Actor
from chassis.columns import from_json
from chassis.db import Tx
from chassis.journal import Fact, record
from chassis.problems import Forbidden, NotFound, Stale
from chassis.routes import Call, MustSee, reads, writes
from chassis.rules import allowed, enforce
from chassis.site_settings import (
    Declared,
    Setting,
    Unit,
    Value,
    ValueKind,
    change_has_its_reason,
    changes_settings,
    checks_of,
)

SiteId = Annotated[str, Field(pattern=ids.PATTERN)]


@dataclass(frozen=True)
class SettingChanged(Fact, subject="setting", controls=("0.1",)):
    """A site decided otherwise, or the default holds again (no `value`); texts stay in the table."""

    setting_id: str
    value: Any = None


class Places(Protocol):
    """What settings need of people and places."""

    def site(self, tx: Tx, site_id: str) -> Row[Any] | None:
        """One site."""
        ...

    def names(self, tx: Tx, person_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """Name and employee number by id."""
        ...


class SettingsAsked(BaseModel):
    """Values to set, by key: a whole number of the setting's unit, a flag, a text, a list of roles; null for the
    default again. All or none, for one reason."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    site_id: SiteId
    values: Annotated[dict[str, int | bool | str | list[str] | None], Field(min_length=1, max_length=60)]
    reason: Annotated[str, Field(max_length=200, examples=["门口较远，访客需要更多时间"])] = ""


class ChoiceShown(BaseModel):
    """A value a setting may have."""

    value: str
    zh: str
    en: str


class SetterShown(BaseModel):
    """Who set it."""

    id: str
    name: str
    employee_no: str


class SettingShown(BaseModel):
    """One setting of a site; `since`, `set_by` and `reason` are null while the default has always held."""

    key: str
    group: str
    kind: ValueKind
    unit: Unit | None
    default: int | bool | str | list[str]
    value: int | bool | str | list[str]
    is_default: bool
    lowest: int | None
    highest: int | None
    choices: list[ChoiceShown]
    zh: str
    en: str
    why_zh: str
    why_en: str
    since: datetime | None
    set_by: SetterShown | None
    reason: str | None


class SettingsShown(BaseModel):
    """A site's settings in the order of their groups; `version` counts the changes, for If-Match."""

    site_id: str
    version: int
    items: list[SettingShown]
    can: list[str]


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """One service's settings: its table, what it declares, and where it looks up people and places."""

    table: sa.Table
    declared: Declared
    places: Places

    def stored(self, tx: Tx, site_id: str) -> setting_store.Stored:
        """What a site has set; read once in a transaction, however often it is asked."""
        return tx.once(("settings", self.table.name, site_id), lambda tx: setting_store.stored(tx, self.table, site_id))

    def values(self, tx: Tx, site_id: str) -> Mapping[str, Value]:
        """Every setting's value at a site."""
        return self.values_of(self.stored(tx, site_id))

    def values_of(self, stored: setting_store.Stored) -> Mapping[str, Value]:
        """Every setting's value where this is set."""
        return self.declared.values({key: from_json(text) for key, text in stored})

    def show(self, tx: Tx, actor: Actor, site_id: str) -> dict[str, Any]:
        """As `SettingsShown`. Raises `NotFound` for an unknown site."""
        if actor.device is not None:
            raise Forbidden()
        if self.places.site(tx, site_id) is None:
            raise NotFound("没有这个职场", "There is no such site")
        changes = setting_store.changes(tx, self.table, site_id)
        latest = {row.key: row for row in changes}
        names = self.places.names(tx, {row.set_by for row in latest.values()})
        return {
            "site_id": site_id,
            "version": len(changes),
            "items": [_shown(setting, latest.get(setting.key), names) for setting in self.declared.settings],
            "can": ["change"] if allowed(changes_settings(actor.roles)) else [],
        }

    def change(self, tx: Tx, actor: Actor, asked: SettingsAsked, seen: int) -> dict[str, Any]:
        """Set values for a site from now on, all or none. Raises `NotFound`, `Stale` when `seen` is not its version."""
        if self.places.site(tx, asked.site_id) is None:
            raise NotFound("没有这个职场", "There is no such site")
        changes = setting_store.changes(tx, self.table, asked.site_id)
        stored = {row.key: from_json(row.value) for row in changes}
        enforce(
            changes_settings(actor.roles),
            *checks_of(self.declared, asked.values, self.declared.values(stored)),
            change_has_its_reason(asked.reason),
        )
        if seen != len(changes):
            raise Stale()
        by_key = self.declared.by_key
        for number, (key, value) in enumerate(asked.values.items(), seen + 1):
            kept = {"site_id": asked.site_id, "number": number, "key": key, "value": value}
            if not setting_store.add_change(tx, self.table, {**kept, "reason": asked.reason, "set_by": actor.id}):
                raise Stale()
            told = None if by_key[key].kind is ValueKind.TEXT else value
            record(tx, actor, SettingChanged(f"{asked.site_id}/{key}", told))
        return self.show(tx, actor, asked.site_id)


def _shown(setting: Setting, change: Row[Any] | None, names: Mapping[str, Any]) -> dict[str, Any]:
    value = from_json(change.value) if change is not None else None
    default = setting.plain(setting.default)
    counted = setting.unit is not None
    return {
        **{name: getattr(setting, name) for name in ("key", "group", "kind", "unit", "zh", "en", "why_zh", "why_en")},
        "default": default,
        "value": default if value is None else value,
        "is_default": value is None,
        "lowest": setting.lowest if counted else None,
        "highest": setting.highest if counted else None,
        "choices": [choice._asdict() for choice in setting.choices],
        "since": change.from_at if change is not None else None,
        "set_by": names.get(change.set_by) if change is not None else None,
        "reason": change.reason if change is not None else None,
    }


def settings_router(service: str, settings: SiteSettings) -> APIRouter:
    """The two routes of a service's settings."""
    router = APIRouter(prefix=f"/api/{service}/v1/settings", tags=["settings"])

    @router.get("", summary="Site settings", response_model=SettingsShown)
    async def get_settings(
        call: Annotated[Call, reads("settings:read")], site_id: Annotated[str, Query(pattern=ids.PATTERN)]
    ) -> Response:
        """Each setting of a site: default, present value, bounds, and who set it when and why.

        \f
        Preamble 0.1.
        """
        return await call.read(settings.show, site_id)

    @router.put("", summary="Change site settings", response_model=SettingsShown)
    async def put_settings(
        call: Annotated[Call, writes("settings:write")], body: SettingsAsked, seen: MustSee
    ) -> Response:
        """Set values from now on, for the security admin, with a reason; needs If-Match.

        \f
        Preamble 0.1.
        """
        return await call.write(settings.change, body, seen)

    return router
