"""Site settings: what a company decides for each of its sites where the policy leaves it open.

A service declares each setting once, with default, bounds, and the reason for the default in both languages:

    Setting("early", "entry", timedelta(minutes=30), Unit.MINUTES, lowest=0, highest=240,
            zh="可提前多久入内", en="Entry before the window", why_zh="…", why_en="…")

Rules read no setting: an action reads the site's values once and passes what it needs. Values travel as JSON: a span as
a whole number of its unit, roles as a list of codes. Nothing here touches the database (`setting_store.py` does).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from chassis.roles import Role, covers
from chassis.rules import Check, Kind, rule

Value = timedelta | int | bool | str | tuple[str, ...]
"""What an action sees of a setting."""
MOST_TEXT = 200


class Unit(StrEnum):
    """What a number counts."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    PEOPLE = "people"
    TIMES = "times"


class ValueKind(StrEnum):
    """Which form a setting's value has, and so which field a page shows for it."""

    SPAN = "span"
    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"
    CHOICE = "choice"
    ROLES = "roles"


SPANS = {unit: timedelta(**{unit.value: 1}) for unit in (Unit.SECONDS, Unit.MINUTES, Unit.HOURS, Unit.DAYS)}


class Choice(NamedTuple):
    """One of the values a setting may have."""

    value: str
    zh: str
    en: str


ROLE_CHOICES = tuple(Choice(role.value, role.zh, role.en) for role in Role if not role.is_duty)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a service: what it is for, what holds unless a site says otherwise, and how far it may go.

    `lowest` and `highest` are in its unit. `why` says why the default is what it is.
    """

    key: str
    group: str
    default: Value
    unit: Unit | None = None
    lowest: int = 0
    highest: int = 0
    choices: tuple[Choice, ...] = ()
    zh: str = ""
    en: str = ""
    why_zh: str = ""
    why_en: str = ""

    @property
    def kind(self) -> ValueKind:
        """The form of its value."""
        if isinstance(self.default, bool):
            return ValueKind.FLAG
        if isinstance(self.default, timedelta):
            return ValueKind.SPAN
        if isinstance(self.default, int):
            return ValueKind.NUMBER
        if isinstance(self.default, tuple):
            return ValueKind.ROLES
        return ValueKind.CHOICE if self.choices else ValueKind.TEXT

    def plain(self, value: Value) -> Any:
        """A value as JSON."""
        if isinstance(value, timedelta):
            assert self.unit is not None
            return value // SPANS[self.unit]
        return list(value) if isinstance(value, tuple) else value

    def read(self, plain: Any) -> Value:
        """A value from the JSON that `plain` gave."""
        if self.kind is ValueKind.SPAN:
            assert self.unit is not None
            return int(plain) * SPANS[self.unit]
        value: Value = tuple(plain) if self.kind is ValueKind.ROLES else plain
        return value

    def accepts(self, plain: Any) -> bool:
        """Whether JSON that somebody sent is a value this setting may have."""
        kind = self.kind
        if kind in (ValueKind.SPAN, ValueKind.NUMBER):
            return isinstance(plain, int) and not isinstance(plain, bool) and self.lowest <= plain <= self.highest
        if kind is ValueKind.FLAG:
            return isinstance(plain, bool)
        if kind is ValueKind.ROLES:
            known = {choice.value for choice in self.choices}
            return isinstance(plain, list) and len(set(map(str, plain))) == len(plain) and set(plain) <= known
        if not isinstance(plain, str):
            return False
        return plain in {choice.value for choice in self.choices} if self.choices else len(plain) <= MOST_TEXT


@dataclass(frozen=True, slots=True)
class Declared:
    """All settings of a service. `together` are rules on several values at once, judged on what a change would give."""

    settings: tuple[Setting, ...]
    together: Callable[[Mapping[str, Value]], Sequence[Check]] = lambda values: ()

    @property
    def by_key(self) -> dict[str, Setting]:
        """Every setting by its key, in the order declared."""
        return {setting.key: setting for setting in self.settings}

    def values(self, stored: Mapping[str, Any]) -> dict[str, Value]:
        """Every setting's value: what a site has set (JSON), else the default. Keys nobody declares any more rest."""
        return {
            setting.key: setting.read(stored[setting.key]) if stored.get(setting.key) is not None else setting.default
            for setting in self.settings
        }


@rule(
    "0.1",
    kind=Kind.WHO,
    zh="站点设置由安全管理员修改，并写明原因",
    en="Site settings are changed by the security admin, with a reason",
)
def changes_settings(roles: Sequence[str] | frozenset[str]) -> bool:
    """Who changes how a rule is applied is named, and is not who lives by it."""
    return covers(roles, Role.SECURITY_ADMIN)


@rule("0.1", kind=Kind.INPUT, pointer="/values", zh="没有这项设置：{key}", en="There is no such setting: {key}")
def setting_is_declared(known: bool) -> bool:
    """Only what the product knows how to keep can be set."""
    return known


@rule(
    "0.1",
    kind=Kind.INPUT,
    pointer="/values",
    zh="请填写 {lowest} 到 {highest} {unit_zh}",
    en="Enter {lowest} to {highest} {unit_en}",
)
def number_is_within_bounds(within: bool) -> bool:
    """A setting adapts a rule to a site; it never switches the rule off."""
    return within


@rule(
    "0.1",
    kind=Kind.INPUT,
    pointer="/values",
    zh="请从所列各项中选择；文字最多 {most} 个字",
    en="Choose one of the listed; a text has at most {most} characters",
)
def value_has_its_form(fits: bool) -> bool:
    """What is set is something the product knows how to keep."""
    return fits


@rule("0.1", kind=Kind.INPUT, pointer="/reason", zh="请写明修改的原因", en="Say why it is changed")
def change_has_its_reason(reason: str) -> bool:
    """Whoever reads the board later reads why."""
    return len(reason.strip()) >= 2


def checks_of(declared: Declared, wanted: Mapping[str, Any], present: Mapping[str, Value]) -> list[Check]:
    """Every rule on setting `wanted` (JSON by key, None for the default again) where `present` holds now."""
    known, checks, after = declared.by_key, [], dict(present)
    for key, plain in wanted.items():
        setting = known.get(key)
        at = f"/values/{key}"
        if setting is None:
            checks.append(setting_is_declared(False).say(key=key).at(at))
            continue
        within = plain is None or setting.accepts(plain)
        checks.append(_fits(setting, within).at(at))
        if within:
            after[key] = setting.default if plain is None else setting.read(plain)
    return [*checks, *declared.together(after)]


UNITS = {
    Unit.SECONDS: ("秒", "seconds"),
    Unit.MINUTES: ("分钟", "minutes"),
    Unit.HOURS: ("小时", "hours"),
    Unit.DAYS: ("天", "days"),
    Unit.PEOPLE: ("位", "people"),
    Unit.TIMES: ("次", "times"),
}


def _fits(setting: Setting, accepted: bool) -> Check:
    """The rule on a value's form or bounds, with the words of its refusal."""
    if setting.unit is None:
        return value_has_its_form(accepted).say(most=str(MOST_TEXT))
    zh, en = UNITS[setting.unit]
    words = {"lowest": str(setting.lowest), "highest": str(setting.highest), "unit_zh": zh, "unit_en": en}
    return number_is_within_bounds(accepted).say(**words)
