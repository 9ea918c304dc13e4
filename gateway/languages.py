"""Languages of the pages: Chinese is the source, English is translated, en-XA is English made longer for tests.

A template writes Chinese; `locales/en/*.po` (one file a slice, so that two people rarely touch the same one) says it in
English. Catalogues are read once, when the first page of that language is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
SOURCE = "zh-Hans"
ENGLISH = "en"
PSEUDO = "en-XA"
NAMES = {SOURCE: "中文", ENGLISH: "English", PSEUDO: "Pseudo"}


def label(text: str) -> str:
    """Mark a Chinese text written in Python as one to be translated where it is shown; returns it unchanged."""
    return text


def read_catalogue(folder: Path) -> Catalog:
    """All `.po` files of a language as one catalogue. Where two differ the first by name wins; a test finds them."""
    merged = Catalog(locale=folder.name)
    for path in sorted(folder.glob("*.po")):
        for message in read_file(path):
            if message.id and merged.get(message.id, message.context) is None:
                merged.add(message.id, message.string, context=message.context)
    return merged


def read_file(path: Path) -> Catalog:
    """One `.po` file. Raises babel's PoFileError where it is malformed."""
    with path.open("rb") as source:
        return read_po(source, locale=path.parent.name, abort_invalid=True)


def translations(language: str) -> NullTranslations:
    """The texts of a language, ready for Jinja. The source language answers every text with itself."""
    if language == SOURCE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(LOCALES / ENGLISH))
    compiled.seek(0)
    english = GNUTranslations(compiled)
    return Stretched(english) if language == PSEUDO else english


class Stretched(NullTranslations):
    """English with accents and 40 % more length: shows what clips and what was never translated."""

    _ACCENTS = str.maketrans("aceinouyACEINOUY", "áçéîñöûýÁÇÉÎÑÖÛÝ")
    _KEEP = re.compile(r"(%\(\w+\)[sd]|&\w+;|<[^>]+>)")

    def __init__(self, english: NullTranslations) -> None:
        super().__init__()
        self._english = english

    def gettext(self, message: str) -> str:
        """The stretched English of a text."""
        return self._stretch(self._english.gettext(message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The stretched English of a text that counts."""
        return self._stretch(self._english.ngettext(singular, plural, n))

    def pgettext(self, context: str, message: str) -> str:
        """The stretched English of a text whose meaning depends on where it stands."""
        return self._stretch(self._english.pgettext(context, message))

    def npgettext(self, context: str, singular: str, plural: str, n: int) -> str:
        """The stretched English of a counting text whose meaning depends on where it stands."""
        return self._stretch(self._english.npgettext(context, singular, plural, n))

    def _stretch(self, text: str) -> str:
        parts = self._KEEP.split(text)
        accented = "".join(part if index % 2 else part.translate(self._ACCENTS) for index, part in enumerate(parts))
        return f"[{accented}{'~' * (len(text) * 2 // 5)}]"


def choose(offered: Iterable[str], wished: str | None, cookie: str | None, accept: str | None) -> str:
    """The language of a page: the user's setting, else the cookie, else Accept-Language, else Chinese.

    `offered` are the languages this deployment shows; anything else a browser asks for is ignored.
    """
    by_name = {name.lower(): name for name in offered}
    for tag in (wished, cookie, *_accepted(accept or "")):
        found = _match((tag or "").lower(), by_name)
        if found:
            return found
    return SOURCE


def _match(tag: str, by_name: Mapping[str, str]) -> str | None:
    if tag in by_name:
        return by_name[tag]
    primary = tag.partition("-")[0]
    return SOURCE if primary == "zh" else by_name.get(primary)


def _accepted(header: str) -> list[str]:
    """Language tags of an Accept-Language header (RFC 9110, 12.5.4), best first; at most 10 are read."""
    weighed = []
    for position, part in enumerate(header[:400].split(",")[:10]):
        tag, _, parameter = part.strip().partition(";")
        quality = re.fullmatch(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", parameter)
        weight = float(quality[1]) if quality else 1.0
        if weight > 0:
            weighed.append((-weight, position, tag.strip()))
    return [tag for _, _, tag in sorted(weighed)]
