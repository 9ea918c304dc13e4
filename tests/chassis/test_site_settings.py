"""Settings of a site: their forms, their bounds, and what the refusal says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chassis.site_settings import Choice, Declared, Setting, Unit, ValueKind, checks_of

SPAN = Setting("grace", "x", timedelta(minutes=30), Unit.MINUTES, 5, 90)
COUNT = Setting("most", "x", 3, Unit.TIMES, 1, 9)
FLAG = Setting("photo", "x", False)
TEXT = Setting("company", "x", "")
CHOICE = Setting("version", "x", "a", choices=(Choice("a", "甲", "A"), Choice("b", "乙", "B")))
ROLES = Setting("told", "x", ("guard",), choices=(Choice("guard", "保安", "Guard"), Choice("leader", "领导", "Leader")))
ALL = (SPAN, COUNT, FLAG, TEXT, CHOICE, ROLES)
DECLARED = Declared(ALL)


FORM = ("请从所列各项中选择；文字最多 200 个字", "Choose one of the listed; a text has at most 200 characters")


def test_each_setting_has_the_form_of_its_default() -> None:
    assert [one.kind for one in ALL] == list(ValueKind)


@pytest.mark.parametrize("setting", ALL, ids=lambda one: one.key)
def test_a_value_survives_json(setting: Setting) -> None:
    assert setting.read(setting.plain(setting.default)) == setting.default
    assert setting.accepts(setting.plain(setting.default))


@pytest.mark.parametrize(
    ("setting", "plain", "accepted"),
    [
        (SPAN, 5, True), (SPAN, 90, True), (SPAN, 4, False), (SPAN, 91, False), (SPAN, "30", False),
        (SPAN, True, False),
        (COUNT, 1, True), (COUNT, 0, False), (COUNT, 2.5, False),
        (FLAG, True, True), (FLAG, 1, False), (FLAG, "yes", False),
        (TEXT, "华信科技", True), (TEXT, "长" * 200, True), (TEXT, "长" * 201, False), (TEXT, 7, False),
        (CHOICE, "b", True), (CHOICE, "c", False), (CHOICE, ["a"], False),
        (ROLES, ["leader", "guard"], True), (ROLES, [], True), (ROLES, ["boss"], False), (ROLES, "guard", False),
        (ROLES, ["guard", "guard"], False),
    ],
)  # fmt: skip
def test_bounds(setting: Setting, plain: Any, accepted: bool) -> None:
    assert setting.accepts(plain) is accepted


def test_a_site_s_values_stand_over_the_defaults_and_none_is_the_default_again() -> None:
    values = DECLARED.values({"grace": 10, "photo": True, "most": None, "gone": 1})
    assert values["grace"] == timedelta(minutes=10)
    assert values["photo"] is True
    assert values["most"] == 3
    assert "gone" not in values


def test_a_refusal_stands_beside_the_value_and_says_how_far_it_goes() -> None:
    wanted = {"grace": 91, "most": 2, "version": "c", "nothing": 1}
    breaches = [check for check in checks_of(DECLARED, wanted, DECLARED.values({})) if not check]
    assert [(one.pointer, one.text("zh"), one.text("en")) for one in breaches] == [
        ("/values/grace", "请填写 5 到 90 分钟", "Enter 5 to 90 minutes"),
        ("/values/version", *FORM),
        ("/values/nothing", "没有这项设置：nothing", "There is no such setting: nothing"),
    ]


def test_rules_on_several_values_judge_what_would_hold() -> None:
    seen: list[Any] = []
    declared = Declared(ALL, lambda values: seen.append(dict(values)) or [])  # type: ignore[func-returns-value]
    checks_of(declared, {"grace": 10, "most": None}, declared.values({"most": 7, "photo": True}))
    assert (seen[0]["grace"], seen[0]["most"], seen[0]["photo"]) == (timedelta(minutes=10), 3, True)
