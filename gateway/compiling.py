"""How our templates become Python: Jinja's own code, without what only other people's templates need.

Jinja asks at each call whether the called wants its context, wraps each escaped text in an object of its own, and looks
up a macro's arguments by name. A page of fifty rows does so some thousand times. Ours escape always, no macro takes
arguments it does not name, and only the texts want a context, which is judged here, when a template compiles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from keyword import iskeyword
from typing import Any

import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.runtime import Undefined
from jinja2.utils import missing
from markupsafe import Markup, escape

TEXTS = ("_", "gettext", "ngettext", "pgettext", "npgettext")
"""Functions that escape what they fill in where the template does."""
trusted: Callable[[str], Markup] = partial(str.__new__, Markup)
"""Text that is markup already, without asking it for its own."""
escaped: Callable[[str], str] = markupsafe._escape_inner  # type: ignore[attr-defined]
"""What `escape` makes of a text, before it becomes an object of its own."""


class PageCode(CodeGenerator):
    """Writes the Python of one template."""

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 — Jinja's
        """A plain call; what a label says that is only known when the page is rendered is looked up once."""
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        is_text = name == "_" and _escapes(frame)
        spread = node.dyn_args or node.dyn_kwargs or any(iskeyword(one.key) for one in node.kwargs)
        if spread or (name in TEXTS and not is_text):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        if is_text:
            self.write("environment.filled_in" if node.kwargs else "environment.said")
        else:
            self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 — Jinja's
        """`thing.name`: of a record of the API its field, before anything else; of `ui` the macro."""
        if _is_macro(node):
            self.write(f"environment.ui.{node.attr}")
            return
        self.write(f"(of_[{node.attr!r}] if type(of_ := ")
        self.visit(node.node, frame)
        self.write(f") is dict and {node.attr!r} in of_ else environment.getattr(of_, {node.attr!r}))")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """A macro as a function. Raises where it takes arguments without naming them."""
        if macro_ref.accesses_kwargs or macro_ref.accesses_varargs:
            self.fail("a macro of ours names its arguments", macro_ref.node.lineno)
        names = tuple(argument.name for argument in macro_ref.node.args)
        self.write(f"environment.macro(macro, {names!r}, {macro_ref.accesses_caller!r})")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _escapes(frame):
            self.write("(" if isinstance(node, nodes.Call) and _is_macro(node.node) else "environment.shown(")
        else:
            super()._output_child_pre(node, frame, finalize)


def _escapes(frame: Frame) -> bool:
    return frame.eval_ctx.autoescape and not frame.eval_ctx.volatile


def _is_macro(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "ui"


def shown(value: Any) -> str:
    """A value as it stands on a page."""
    kind = type(value)
    if kind is str:
        return escaped(value)
    return value if kind is Markup else escape(value)


def macro(body: Callable[..., str], names: Sequence[str], takes_caller: bool) -> Callable[..., Markup]:
    """The function that templates call for a macro, with the arguments of these names, each once."""
    count = len(names)
    no_caller = (Undefined("No caller defined", name="caller"),) if takes_caller else ()
    absent = [(missing,) * n + no_caller for n in range(count + 1)]

    def called(*given: Any, **named: Any) -> Markup:
        if not named:
            return trusted(body(*given, *absent[count - len(given)]))
        last = (named.pop("caller", *no_caller),) if takes_caller else ()
        values = [*given, *(named.pop(name, missing) for name in names[len(given) :])]
        if named:
            raise TypeError(f"a macro has no argument {', '.join(named)}, or was given it already")
        return trusted(body(*values, *last))

    return called
