"""Finding and sorting people by how their names are read."""

from __future__ import annotations

import pytest

from chassis.names import normalised, search_keys, sort_key


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("曾小贤", "曾小"),
        ("曾小贤", "zengxiao"),
        ("曾小贤", "zxx"),
        ("曾小贤", "ＺＸＸ"),
        ("单雄信", "shan"),
        ("欧阳娜", "ouyang"),
        ("Anna Schneider", "schneider"),
        ("Anna Schneider", "anna s"),
    ],
)
def test_a_name_is_found_by_characters_pinyin_initials_and_words(name: str, typed: str) -> None:
    assert any(key.startswith(normalised(typed)) for key in search_keys(name))


def test_another_name_is_not_found() -> None:
    assert not any(key.startswith(("cengxiaoxianx", "li")) for key in search_keys("曾小贤"))


def test_names_stand_by_their_surnames_reading_latin_ones_among_them() -> None:
    names = ["曾小贤", "单雄信", "Anna Schneider", "李娜", "李雷", "王芳"]
    assert sorted(names, key=sort_key) == ["Anna Schneider", "李雷", "李娜", "单雄信", "王芳", "曾小贤"]
