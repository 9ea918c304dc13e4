"""The texts by which a person is found and sorted: characters, full pinyin with surname readings, initials, Latin."""

from __future__ import annotations

import os
import unicodedata

SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "朴": "piao", "翟": "zhai",
    "任": "ren", "盖": "ge", "华": "hua", "缪": "miao", "宓": "fu", "乐": "yue", "员": "yun", "黑": "he",
    "秘": "bi", "冼": "xian", "尉": "wei", "召": "shao", "种": "chong", "繁": "po", "折": "she", "逄": "pang",
    "洗": "xian", "纪": "ji", "燕": "yan", "宁": "ning", "覃": "qin", "谌": "chen", "晟": "cheng", "隗": "wei",
    "祭": "zhai", "郇": "huan", "牟": "mou", "应": "ying", "车": "che", "石": "shi", "尹": "yin", "阚": "kan",
    "能": "nai", "佴": "nai", "那": "na", "哈": "ha", "干": "gan", "褚": "chu", "都": "du", "卜": "bu",
    "强": "qiang", "葛": "ge", "俞": "yu", "於": "yu", "过": "guo", "句": "gou", "麻": "ma", "钭": "tou",
    "莘": "shen", "殷": "yin", "贾": "jia", "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "令狐": "linghu",
}  # fmt: skip
"""How a character is read when it is a surname, where the usual reading differs or varies."""


def normalised(text: str) -> str:
    """NFKC, lower case, without spaces, middle dots and invisible characters: what search compares."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


MOST_TAILS = 12


def search_keys(name: str, *others: str) -> set[str]:
    """Every text whose beginning finds this person: the name, its pinyin and initials, its words; and `others`.

    Chinese is written without spaces: of a Chinese text each tail counts too, so that a given name alone finds, and a
    company by any of its words.
    """
    plain = normalised(name)
    keys = {*(normalised(word) for word in name.split()), *_tails(plain)}
    for other in others:
        keys |= _tails(normalised(other))
    for syllables in _readings(plain):
        keys.add("".join(syllables))
        keys.add("".join(syllables[1:]))
        keys.add("".join(syllable[0] for syllable in syllables if syllable))
    return {key for key in keys if key}


def sort_key(name: str) -> str:
    """Where a name stands in a list: by its pinyin as a surname is read, Latin names among them by their letters."""
    return " ".join(_readings(normalised(name))[-1])


def _tails(text: str) -> set[str]:
    """The text, and what is left of it behind each of its first letters, down to two, where these are Chinese."""
    longest = min(len(text) - 1, MOST_TAILS)
    return {text, *(text[n:] for n in range(1, longest) if "\u4e00" <= text[n] <= "\u9fff")}


def _readings(name: str) -> list[list[str]]:
    """The name as syllables: in the usual reading, and with the surname's own where that differs."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # names are no phrases; their dictionary takes 46 MB
    from pypinyin import Style, lazy_pinyin

    usual = [syllable for syllable in lazy_pinyin(name, style=Style.NORMAL, v_to_u=False) if syllable]
    found = [usual]
    for length in (2, 1):
        surname = SURNAME_READINGS.get(name[:length])
        if surname is not None:
            found.append([surname, *lazy_pinyin(name[length:], style=Style.NORMAL)])
            break
    return found


def masked(name: str) -> str:
    """A name as a stranger may see it: 王＊明, 李＊, W＊＊＊ Chen."""
    words = name.split()
    if len(words) > 1:
        return " ".join([words[0][:1] + "＊" * 3, *words[1:]])
    if len(name) <= 2:
        return name[:1] + "＊"
    return name[:1] + "＊" * (len(name) - 2) + name[-1]
