"""Policy rules as sentences that must be true.

A rule is a pure function that returns a bool, declared with the control it keeps and the words of its refusal:

    @rule("2.4", zh="{who}不是指定陪同人员", en="{who} is not a designated escort", kind=Kind.WHO)
    def escort_is_designated(designations: Sequence[Designation], at: datetime) -> bool: ...

Called, it gives a `Check`; `enforce(check, …)` raises one `PolicyRefused` with every check that does not hold,
so that a person sees all faults at once. `allowed(check, …)` answers the same question for buttons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")

PUBLIC_ZH = "今天暂时不能办理，请到前台，工作人员会协助您"
PUBLIC_EN = "This cannot be done here today. Please come to the desk, someone will help"


class Kind(StrEnum):
    """What a breach is about, which decides the status of the answer (RFC 9110)."""

    WHO = "who"
    """The person may not do this at all: 403."""
    STATE = "state"
    """The thing is not in a state, or the moment not right, for it: 409."""
    INPUT = "input"
    """What was sent cannot be accepted: 422."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the policy: its control code (`policy.md`), its name, and what a refusal says.

    `zh` and `en` are for staff and may hold `{placeholders}` that `Check.say` fills;
    `public_zh` and `public_en` are for visitors and tablets: no code and no name (2.12.2).
    `pointer` is the JSON pointer (RFC 6901) of the field at fault, "" for the whole.
    """

    control: str
    name: str
    zh: str
    en: str
    kind: Kind
    pointer: str
    public_zh: str
    public_en: str
    doc: str
    module: str


@dataclass(frozen=True, slots=True)
class Check:
    """A rule applied to a case: does it hold, and with which words would it refuse."""

    rule: Rule
    holds: bool
    words: Mapping[str, str] = field(default_factory=dict)
    field_at: str | None = None

    def __bool__(self) -> bool:
        return self.holds

    @property
    def pointer(self) -> str:
        """The JSON pointer of the field at fault: the rule's own, unless the case said where."""
        return self.rule.pointer if self.field_at is None else self.field_at

    def say(self, **words: str) -> Check:
        """The same check with the placeholders of its text filled, such as who can help."""
        return replace(self, words={**self.words, **words})

    def at(self, pointer: str) -> Check:
        """The same check about the field at `pointer`, where a rule is applied to several."""
        return replace(self, field_at=pointer)

    def text(self, language: str, *, public: bool = False) -> str:
        """The refusal in `language` ("zh" or "en"); `public` for visitors and tablets."""
        rule = self.rule
        both = (rule.public_zh, rule.public_en) if public else (rule.zh, rule.en)
        return both[0 if language.startswith("zh") else 1].format_map(_Blank(self.words))


class _Blank(dict[str, str]):
    """A placeholder nobody filled reads as an ellipsis rather than failing a refusal."""

    def __missing__(self, key: str) -> str:
        return "…"


class PolicyRefused(Exception):
    """One or more rules refuse. Ends as a problem (RFC 9457) of status 403, 409 or 422 by the gravest breach."""

    def __init__(self, breaches: tuple[Check, ...]) -> None:
        super().__init__(", ".join(f"{breach.rule.control} {breach.rule.name}" for breach in breaches))
        self.breaches = breaches

    @property
    def kind(self) -> Kind:
        """Who before state before input: a person without the right is told that first."""
        kinds = {breach.rule.kind for breach in self.breaches}
        return next(kind for kind in Kind if kind in kinds)


RULES: dict[str, Rule] = {}
"""Every rule of the house by `module:name`; the policy page and the board are made from it."""


def rule(
    control: str,
    *,
    zh: str,
    en: str,
    kind: Kind = Kind.STATE,
    pointer: str = "",
    public_zh: str = PUBLIC_ZH,
    public_en: str = PUBLIC_EN,
) -> Callable[[Callable[P, bool]], Callable[P, Check]]:
    """Declare a pure function as the rule that keeps `control`."""

    def declare(holds: Callable[P, bool]) -> Callable[P, Check]:
        declared = Rule(
            control, holds.__name__, zh, en, kind, pointer, public_zh, public_en, holds.__doc__ or "", holds.__module__
        )
        RULES[f"{holds.__module__}:{holds.__name__}"] = declared

        @wraps(holds)
        def check(*args: P.args, **kwargs: P.kwargs) -> Check:
            return Check(declared, holds(*args, **kwargs))

        return check

    return declare


def enforce(*checks: Check) -> None:
    """Raise `PolicyRefused` with every check that does not hold; return quietly when all hold."""
    breaches = tuple(check for check in checks if not check.holds)
    if breaches:
        raise PolicyRefused(breaches)


def allowed(*checks: Check) -> bool:
    """Whether all checks hold: what a page asks before it shows a button."""
    return all(check.holds for check in checks)
