"""What pages say agrees with docs/glossary.md: its terms in English, and the words that never appear."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.languages import ENGLISH, LOCALES, read_catalogue, read_file

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs/glossary.md").read_text()
NEVER = ("非法", "无效", "违规者", "罚款", "操作失败", "请稍后再试", "黑名单", "特权工号", "超级管理员", "！", "你")


def variants(cell: str) -> list[str]:
    """The words of a cell: 访客 / 来访人员 are two."""
    return [re.sub(r"（.*?）|\(.*?\)", "", word).strip() for word in re.split(r"[/·：:,]", cell)]


def terms() -> dict[str, set[str]]:
    """Chinese term → the English words that stand for it on pages or in the code, in small letters."""
    table = GLOSSARY.partition("## Terms")[2].partition("## Control codes")[0]
    found: dict[str, set[str]] = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] not in ("in code, API", "---"):
            for chinese in variants(cells[1]):
                words = [*variants(cells[0]), *variants(cells[2])]
                found.setdefault(chinese, set()).update(word.lower() for word in words if word)
    return {chinese: english for chinese, english in found.items() if chinese and english}


def test_a_term_that_stands_alone_is_translated_as_the_glossary_says() -> None:
    wrong, known = [], terms()
    for message in read_catalogue(LOCALES / ENGLISH):
        said = known.get(message.id) if isinstance(message.id, str) else None
        if said and not any(word in message.string.lower() for word in said):
            wrong.append((message.id, message.string, said))
    assert wrong == []


def test_terms_are_read_from_the_glossary() -> None:
    assert terms()["被访人"] == {"host"}
    assert terms()["二次验证"] == {"second check", "step-up"}


def test_words_that_never_appear_do_not() -> None:
    catalogue = read_catalogue(LOCALES / ENGLISH)
    texts = ["".join(message.id) for message in catalogue if message.id]
    assert [(word, text) for text in texts for word in NEVER if word in text] == []


def test_files_agree_on_every_text() -> None:
    said: dict[object, tuple[str, object]] = {}
    for path in sorted((LOCALES / ENGLISH).glob("*.po")):
        for message in read_file(path):
            key = (message.context, message.id)
            if message.id:
                first, string = said.setdefault(key, (path.name, message.string))
                assert string == message.string, f"{message.id}: {first} and {path.name} differ"


def test_nothing_chinese_is_left_in_the_english() -> None:
    allowed = {"没有找到“张三”的来访记录"}
    chinese = re.compile(r"[\u4e00-\u9fff]")
    left = [m.id for m in read_catalogue(LOCALES / ENGLISH) if m.id not in allowed and chinese.search(str(m.string))]
    assert left == []
