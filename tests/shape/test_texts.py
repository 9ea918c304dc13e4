"""Every text a person reads exists in both languages, and every template compiles in each."""

from __future__ import annotations

from babel.messages.extract import extract_from_dir

from gateway.languages import ENGLISH, LOCALES, SOURCE, read_catalogue
from gateway.notices.words import KINDS
from gateway.render import Renderer
from services.visitor.alarms.rules import NOTICE_OF
from tests.shape.source import ROOT, python_files

METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.do,jinja2.ext.loopcontrols"}}
KEYWORDS = {"_": None, "label": None, "gettext": None, "ngettext": (1, 2)}


def test_no_text_is_untranslated() -> None:
    catalogue = read_catalogue(LOCALES / ENGLISH)
    missing = set()
    found = extract_from_dir(str(ROOT / "gateway"), method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS)
    for file, _line, message, _comments, _context in found:
        text = message[0] if isinstance(message, tuple) else message
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in text)
        if chinese and (text not in catalogue or not catalogue[text].string):
            missing.add((file, text))
    assert missing == set()


def test_every_template_compiles_in_every_language() -> None:
    for language in (SOURCE, ENGLISH):
        environment = Renderer().environment(language)
        for name in environment.list_templates():
            environment.get_template(name)


def test_every_notice_that_is_asked_for_has_words() -> None:
    asked = set()
    for path in python_files("services"):
        for line in path.read_text().splitlines():
            if "NOTICES.tell(" in line and '"' in line and 'f"' not in line.partition(",")[0]:
                words = [part for part in line.split('"')[1::2] if part and "/" not in part and ":" not in part]
                asked |= {word for word in words[:1] if "{" not in word}
    assert asked
    assert asked | set(NOTICE_OF.values()) <= set(KINDS)
