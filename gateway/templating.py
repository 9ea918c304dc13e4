"""The Jinja environment of one language: strict, autoescaped, its constant labels translated when it compiles.

There is one environment a language, so `{{ _("发送") }}` is text in the compiled template and costs nothing when a page
is rendered. The macros of `templates/macros/` are all reachable as `ui.<name>` in every template, also in a block that
is rendered alone; no template imports anything.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, cast

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.bccache import Bucket
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from gateway import charts, compiling, languages
from gateway.answers import Answers
from gateway.phrasing import Phrases, clause, clause_title, role_title
from gateway.qr import qr_svg
from gateway.tags import tag_for

TEMPLATES = Path(__file__).parent / "templates"
MOST_TEXTS = 1024
THE_SAME = ("icon", "tag")
"""Macros that always say the same of the same codes, and are asked on every row: rendered once for each."""


class _FoldLabels(NodeTransformer):
    """Replaces `_("constant")` by its translation, so that only texts with figures in them are looked up later."""

    def __init__(self, gettext: Callable[[str], str]) -> None:
        self._gettext = gettext

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 — the name Jinja's visitor looks for
        """A call of `_` or `gettext` with one constant and nothing else becomes that constant's translation."""
        node = cast("nodes.Call", self.generic_visit(call))
        named = isinstance(node.node, nodes.Name) and node.node.name in ("_", "gettext")
        bare = len(node.args) == 1 and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if named and bare and isinstance(node.args[0], nodes.Const):
            # As Jinja's own newstyle gettext does: "%%" is a percent sign, and a translation is trusted markup.
            return nodes.Const(Markup(self._gettext(node.args[0].value) % {}), lineno=node.lineno)  # noqa: S704
        return node


class _Compiled(BytecodeCache):
    """What the templates of one language compiled to, kept for the life of the process."""

    _known: ClassVar[dict[tuple[str, str, str], bytes]] = {}

    def __init__(self, language: str) -> None:
        self._language = language

    def load_bytecode(self, bucket: Bucket) -> None:
        """Find what the same source compiled to, if it did."""
        known = self._known.get((self._language, bucket.key, bucket.checksum))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._known[self._language, bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class PageEnvironment(Environment):
    """Jinja for one language."""

    code_generator_class = compiling.PageCode
    shown = staticmethod(compiling.shown)
    macro = staticmethod(compiling.macro)

    def __init__(self, language: str, folder: Path, shared: Mapping[str, Any], *, fresh: bool) -> None:
        super().__init__(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=True,
            auto_reload=fresh,
            cache_size=-1,
            bytecode_cache=_Compiled(language),
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        )
        self.texts = texts = languages.translations(language)
        self._fold = _FoldLabels(texts.gettext)
        self.said = lru_cache(MOST_TEXTS)(lambda text: Markup(texts.gettext(text) % {}))  # noqa: S704 — our own texts
        cast("Any", self).install_gettext_translations(texts, newstyle=True)
        self.filters.update(Phrases(language, texts).filters())
        self.filters["labels"] = lambda pairs: [(value, texts.gettext(text)) for value, text in pairs]
        self.filters["role"] = lambda held: role_title(held, language)
        self.filters["local"] = lambda thing: thing["name" if language == languages.SOURCE else "name_en"]
        self.globals.update(shared)
        self.ui = Macros(self)
        self.globals.update(
            lang=language,
            ui=self.ui,
            tag_for=tag_for,
            clause=lambda code: clause(code, language),
            clause_title=lambda code: clause_title(code, language),
            qr_svg=qr_svg,
            charts=charts,
            form_key=lambda: secrets.token_urlsafe(18),
            blank=Answers(),
        )

    def filled_in(self, text: str, /, **values: Any) -> Markup:
        """A label with figures, in this language; what is filled in is escaped."""
        return compiling.trusted(self.texts.gettext(text) % {name: self.shown(value) for name, value in values.items()})

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(self._fold.visit(source), name, filename, defer_init)


class Macros:
    """`ui`: every public macro of `templates/macros/*.html` under one name; two of the same name are an error."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def _all(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for template in self._environment.list_templates(filter_func=lambda name: name.startswith("macros/")):
            module = self._environment.get_template(template).module
            for name, value in vars(module).items():
                if name.startswith("_"):
                    continue
                if name in found:
                    raise ValueError(f"{template}: there is another macro called {name!r}")
                found[name] = lru_cache(MOST_TEXTS, typed=True)(value) if name in THE_SAME else value
        return found

    def __getattr__(self, name: str) -> Any:
        """Asked for the first macro, and for one that is not there."""
        self.__dict__.update(self._all())
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(f"no macro called {name!r} in templates/macros/") from None
