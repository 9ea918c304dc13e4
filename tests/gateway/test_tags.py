"""Every state of every service has its word, and the words are the glossary's."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path

import pytest

from gateway.languages import ENGLISH, translations
from gateway.tags import STATES, TAGS, Tone, tag_for

ROOT = Path(__file__).parents[2]


def glossary_tags() -> list[list[str]]:
    """Rows of the glossary's table of tags: state, Chinese, English, tone."""
    lines = (ROOT / "docs/glossary.md").read_text().partition("## Tags")[2].partition("## Decisions")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return rows[2:]


def states_of_services() -> list[tuple[str, str]]:
    """(kind, state) of every enumeration called State or …State in a slice's rules."""
    found = []
    for path in sorted(ROOT.glob("services/*/*/rules.py")):
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, value in vars(module).items():
            ours = isinstance(value, type) and issubclass(value, StrEnum) and value.__module__ == module.__name__
            if ours and name.endswith("State"):
                found += [(path.parent.name.removesuffix("s"), state.value) for state in value]
    return found


def test_the_glossary_says_the_same() -> None:
    english = translations(ENGLISH)
    ours = [[name, tag.label, english.gettext(tag.label), tag.tone.value] for name, tag in TAGS.items()]
    assert ours == glossary_tags()


@pytest.mark.parametrize(("kind", "state"), states_of_services())
def test_every_state_of_a_service_has_a_tag(kind: str, state: str) -> None:
    assert tag_for(state, kind) in TAGS.values()


def test_states_of_the_visitor_service_are_looked_at() -> None:
    assert ("visit", "left_unconfirmed") in states_of_services()


def test_states_map_onto_tags_that_exist() -> None:
    assert set(STATES.values()) <= set(TAGS)


def test_a_state_without_a_word_is_refused() -> None:
    with pytest.raises(KeyError):
        tag_for("frobnicated", "visit")


def test_every_tone_has_a_sign_and_a_colour() -> None:
    style = (ROOT / "gateway/static/gatehouse.css").read_text()
    icons = (ROOT / "gateway/templates/icons.html").read_text()
    for tag in TAGS.values():
        assert f'id="i-{tag.sign}"' in icons
    coloured = {tone for tone in Tone if f".{tone} {{" in style or f".tag.{tone}" in style}
    assert coloured == set(Tone) - {Tone.NEUTRAL}


def test_silence_never_looks_normal() -> None:
    assert tag_for("unknown").tone is Tone.UNKNOWN
    assert tag_for("unknown").sign != tag_for("normal").sign
