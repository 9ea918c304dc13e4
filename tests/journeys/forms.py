"""The forms of a page, read from its HTML as a browser would fill and send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Form:
    """A form: where it is sent, and what it says when nothing is typed."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def filled(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What is sent when these values are typed or chosen. A field that the form does not have fails the test."""
        unknown = set(values) - self.names
        assert not unknown, f"{self.action} has no {sorted(unknown)}, but {sorted(self.names)}"
        kept = [(name, value) for name, value in self.fields if name not in values]
        typed = [(name, str(one)) for name, value in values.items() for one in _many(value)]
        return [*kept, *typed]


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def forms_of(page: str) -> list[Form]:
    """Every form of a page that is sent by POST."""
    reader = _Reader()
    reader.feed(page)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notice forms and what is in them."""
        have = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(have.get("action", ""))
            if have.get("method", "").lower() == "post":
                self.found.append(self._form)
        elif self._form is not None and tag in ("input", "textarea", "select", "button"):
            self._take(tag, have)
        elif self._form is not None and tag == "option" and self._select and "selected" in have:
            self._form.fields.append((self._select, have.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """A form or a choice ends."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""

    def _take(self, tag: str, have: dict[str, str]) -> None:
        assert self._form is not None
        name, kind = have.get("name", ""), have.get("type", "")
        if not name:
            return
        self._form.names.add(name)
        self._select = name if tag == "select" else self._select
        chosen = kind not in ("checkbox", "radio") or "checked" in have
        if tag == "input" and chosen and kind not in ("submit", "file"):
            self._form.fields.append((name, have.get("value", "on" if kind == "checkbox" else "")))
