"""Every rule of the house: its code is one of the policy's, it speaks both languages, and visitors read no code."""

from __future__ import annotations

import importlib
import re

import pytest

from chassis.rules import RULES, Rule
from gateway.controls import CONTROLS
from tests.shape.source import ROOT, name_of, python_files

for path in python_files("services", "gateway"):
    if path.name == "rules.py":
        importlib.import_module(name_of(path).removesuffix(".py").replace("/", "."))

TESTED = tuple(
    f"services.visitor.{slice_}."
    for slice_ in ("visits", "arrivals", "entries", "escorts", "custody", "alarms", "unmaskings", "copies")
)
CODES = {code for code, _ in CONTROLS}
ALL = sorted(RULES.values(), key=lambda rule: (rule.module, rule.name))
FIGURES = {"seconds", "minutes", "at", "where"}
"""What the words for visitors and tablets may be filled with."""
CODE = re.compile(r"(?<![\d.])[0-4]\.\d{1,2}(\.\d)?[a-c]?(?![\d.])")


def test_the_catalogue_is_complete() -> None:
    assert len(CODES) == len(CONTROLS) == 36
    assert len(ALL) > 40


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: f"{rule.module}.{rule.name}")
def test_a_rule_names_a_control_and_speaks_both_languages(rule: Rule) -> None:
    assert rule.control in CODES
    assert rule.doc.strip(), "a rule says in a sentence what must be true"
    assert re.search(r"[\u4e00-\u9fff]", rule.zh)
    assert not re.search(r"[\u4e00-\u9fff]", rule.en)
    assert _places(rule.zh) == _places(rule.en)
    assert _places(rule.public_zh) == _places(rule.public_en) <= FIGURES, "the public words name nobody"
    assert "!" not in rule.en
    assert "！" not in rule.zh


def _places(text: str) -> set[str]:
    """The placeholders of a text; `{kind_zh}` and `{kind_en}` are one place in two languages."""
    return {re.sub(r"_(zh|en)$", "", name) for name in re.findall(r"{(\w+)}", text)}


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: f"{rule.module}.{rule.name}")
def test_visitors_read_no_code(rule: Rule) -> None:
    assert not CODE.search(rule.public_zh)
    assert not CODE.search(rule.public_en)
    assert "制度第" not in rule.public_zh


def test_the_checker_of_codes_can_fail() -> None:
    assert CODE.search("请按 2.7c 寄存")
    assert not CODE.search("请在 60 秒内")


def test_each_rule_of_the_door_has_a_test_that_names_it() -> None:
    """A rule nobody tests is a comment: its name, or the function's call, stands in some test."""
    tests = "\n".join(path.read_text() for path in sorted((ROOT / "tests").rglob("test_*.py")))
    untested = [
        f"{rule.module}.{rule.name}" for rule in ALL if rule.module.startswith(TESTED) and rule.name not in tests
    ]
    assert untested == []
