"""`docs/policy.md`: every article of the policy with the rules that keep it and the measures that watch it.

Made from `docs/controls.toml` (what the article demands) and from the code (what keeps it), by `make docs`. A test
holds the page to the code, so that it never promises what is not there.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from chassis.measures import Measure
from chassis.rules import RULES, Rule
from chassis.settings import SERVICES
from gateway.controls import CHAPTERS, CONTROLS

ROOT = Path(__file__).parents[1]
PAGE, SOURCE = ROOT / "docs/policy.md", ROOT / "docs/controls.toml"
HEAD = """# The policy, article by article

Made from the code by `make docs`; do not edit. For each control: what the article demands, what makes it true, and the
rules and measures that exist in the code today. A control without rules is not built yet, and the board says so.
A rule is a pure function that must be true; its refusal is what staff read (visitors and tablets read other words,
without a code: 2.12.2). Staff see a code as 第四章第一条（4.1）.
"""


def policy_page() -> str:
    """The whole page as Markdown."""
    texts = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    measures = _measures()  # first: loads every service, and with it the rules that stand outside a slice
    rules = _rules()
    parts = [HEAD]
    for chapter, title in CHAPTERS.items():
        parts.append(f"\n## {title}\n" if chapter == "0" else f"\n## 第{'一二三四'[int(chapter) - 1]}章 {title}\n")
        for code, name in CONTROLS:
            if code.startswith(chapter + "."):
                parts += _control(code, name, texts[code], rules.get(code, ()), measures.get(code, ()))
    return "".join(parts)


def _control(
    code: str, name: str, text: Mapping[str, str], rules: Sequence[Rule], measures: Sequence[Measure]
) -> Iterator[str]:
    yield f"\n### {code} {name}\n\n"
    yield f"{text['demands']}.\n\n"
    yield f"- **Made true by** ({text['kept_by']}): {text['makes_it_true']}.\n"
    yield f"- **Evidence**: {text['evidence']}.\n"
    if not rules and not measures:
        yield "- Not built yet.\n"
    for rule in rules:
        link = _link(rule.module)
        yield f"- **{rule.name}** ([{link}](../{link})): {_sentence(rule.doc)} {rule.zh} · {rule.en}\n"
    for measure in measures:
        link = _link(measure.run.__module__)
        yield f"- **measured** by `{measure.run.__name__}` ([{link}](../{link})): {_sentence(measure.run.__doc__)}\n"


def _sentence(doc: str | None) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join((doc or "").strip().split("\n\n")[0].split())


def _link(module: str) -> str:
    return module.replace(".", "/") + ".py"


def _rules() -> dict[str, list[Rule]]:
    """Every rule of the house by its control."""
    for path in sorted(ROOT.glob("services/*/*/rules.py")) + sorted(ROOT.glob("gateway/*/rules.py")):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found: dict[str, list[Rule]] = {}
    for rule in sorted(RULES.values(), key=lambda rule: (rule.module, rule.name)):
        if rule.module.startswith("tests."):
            continue
        found.setdefault(rule.control, []).append(rule)
    return found


def _measures() -> dict[str, list[Measure]]:
    found: dict[str, list[Measure]] = {}
    for service in SERVICES:
        for measure in importlib.import_module(f"services.{service}.app").PARTS.measures:
            found.setdefault(measure.control, []).append(measure)
    return found


if __name__ == "__main__":
    PAGE.write_text(policy_page(), encoding="utf-8")
