"""What the two notices are: their kinds, how one is put together, and the hash that names what was read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Literal

from chassis.rules import Kind, rule
from services.visitor.limits import Limits
from services.visitor.texts import house, privacy
from services.visitor.texts.writing import Parts

Language = Literal["zh", "en"]


class TextKind(StrEnum):
    """《来访个人信息处理告知》 and 《访客须知》."""

    PRIVACY = "privacy"
    HOUSE = "house"

    @property
    def zh(self) -> str:
        """Its title in Chinese."""
        return {"privacy": "来访个人信息处理告知", "house": "访客须知"}[self]

    @property
    def en(self) -> str:
        """Its title in English."""
        return {"privacy": "Privacy notice for visitors", "house": "Visitors' notice"}[self]


WRITTEN: Mapping[TextKind, Mapping[str, Callable[[Limits, Language], Parts]]] = {
    TextKind.PRIVACY: {"2026-11": privacy.text},
    TextKind.HOUSE: {"2026-11": house.text},
}
"""Every version of either that this release carries, the newest last. A change of words is a new version."""


@dataclass(frozen=True)
class Text:
    """A notice as it is read at one site in one language. Put together once, since every arrival asks for its hash."""

    kind: TextKind
    version: str
    language: Language
    parts: Parts

    @property
    def title(self) -> str:
        """Its title in its language."""
        return self.kind.zh if self.language == "zh" else self.kind.en

    @cached_property
    def body(self) -> str:
        """The whole of it as plain text: title, headings, and each line after a dash."""
        parts = ("\n".join((heading, *(f"- {line}" for line in lines))) for heading, lines in self.parts)
        return "\n\n".join((self.title, *parts)) + "\n"

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the whole, in hexadecimal: what was accepted can be shown again and proved the same."""
        return hashlib.sha256(self.body.encode()).hexdigest()


@lru_cache(maxsize=64)
def text_now(kind: TextKind, limits: Limits, language: Language) -> Text:
    """The notice as a site's settings make it now."""
    version = limits.privacy_version if kind is TextKind.PRIVACY else limits.rules_version
    return Text(kind, version, language, WRITTEN[kind][version](limits, language))


@rule(
    "1.5a",
    kind=Kind.INPUT,
    pointer="/rules_sha256",
    zh="告知或须知刚刚更新，请访客重新阅读",
    en="A notice has just changed; the visitor must read it again",
    public_zh="告知或须知刚刚更新，请再看一遍后接受",
    public_en="A notice has just changed. Please read it once more, then accept",
)
def text_was_the_present_one(shown: str | None, present: Text) -> bool:
    """Nobody accepts words that were not on the screen. One that names the version alone has read it elsewhere."""
    return shown is None or shown == present.sha256
