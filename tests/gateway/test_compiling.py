"""What our templates compile to says what Jinja's own code would: escaping, fields, texts, macros."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from gateway.templating import PageEnvironment

MACROS = """
{% macro cell(text, cls=None, wide=False) %}<td{{ {"class": cls}|xmlattr }}>{{ text }}
{{- "!" if wide }}</td>{% endmacro %}
{% macro box(title) %}<b>{{ title }}</b>{{ caller("<i>") if caller else "-" }}{% endmacro %}
{% macro icon(name) %}<svg>{{ name }}</svg>{% endmacro %}
"""


def render(folder: Path, source: str, **values: Any) -> str:
    """A template of one language, with macros of its own."""
    (folder / "macros").mkdir(exist_ok=True)
    (folder / "macros/all.html").write_text(MACROS, encoding="utf-8")
    (folder / "page.html").write_text(source, encoding="utf-8")
    return PageEnvironment("en", folder, {}, fresh=False).get_template("page.html").render(values)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ typed }}", "&lt;b&gt; &amp; &#39;&#34;"),
        ("{{ typed|safe }}{{ number }}{{ none }}", "<b> & '\"7None"),
        ("{{ ui.cell(typed) }}", "<td>&lt;b&gt; &amp; &#39;&#34;</td>"),
        ("{{ ui.cell(ours, 'a', True) }}", '<td class="a"><br>!</td>'),
        ("{{ ui.cell(wide=True, text=1) }}", "<td>1!</td>"),
        ("{% call(tag) ui.box(typed) %}{{ tag }}{% endcall %}", "<b>&lt;b&gt; &amp; &#39;&#34;</b>&lt;i&gt;"),
        ("{{ ui.box(1) }}", "<b>1</b>-"),
        ("{{ ui.icon(typed) }}{{ ui.icon(ours) }}", "<svg>&lt;b&gt; &amp; &#39;&#34;</svg><svg><br></svg>"),
        ("{{ ui.icon(typed|safe) }}{{ ui.icon(typed) }}", "<svg><b> & '\"</svg><svg>&lt;b&gt; &amp; &#39;&#34;</svg>"),
        ("{{ record.items }} {{ record.of.id }} {{ record.keys()|length }}", "3 5 2"),
        ("{{ _(label) }} {{ _('找到 %(n)s 条', n=typed) }}", "Inbox &lt;b&gt; &amp; &#39;&#34; found"),
        ("{{ _('%(from)s 至 %(to)s 外出', from=typed, to=1) }}", "Away from &lt;b&gt; &amp; &#39;&#34; to 1"),
        ("{% autoescape false %}{{ typed }} {{ _('找到 %(n)s 条', n=typed) }}{% endautoescape %}",
         "<b> & '\" <b> & '\" found"),
    ],
)  # fmt: skip
def test_a_template_says_the_same(tmp_path: Path, source: str, said: str) -> None:
    values = {"typed": "<b> & '\"", "ours": Markup("<br>"), "number": 7, "none": None, "label": "待办"}
    assert render(tmp_path, source, **values, record={"items": 3, "of": {"id": 5}}) == said


@pytest.mark.parametrize("call", ["ui.cell()", "ui.cell(1, 2, 3, 4)", "ui.cell(1, text=2)", "ui.cell(1, tall=True)"])
def test_a_macro_takes_its_own_arguments_once(tmp_path: Path, call: str) -> None:
    with pytest.raises(Exception, match=r"argument|not provided"):
        render(tmp_path, "{{ " + call + " }}")


def test_a_field_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nowhere"):
        render(tmp_path, "{{ record.nowhere }}", record={"id": 1})
