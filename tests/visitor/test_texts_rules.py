"""The two notices: whole in both languages, what a site's settings change in them, and that every word counts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import fields
from typing import Any

import pytest

from services.visitor.limits import Limits
from services.visitor.settings import VERSIONS
from services.visitor.texts import house, privacy
from services.visitor.texts.rules import WRITTEN, Language, TextKind, text_now, text_was_the_present_one
from services.visitor.texts.writing import Where, Written, composed

LANGUAGES: tuple[Language, ...] = ("zh", "en")
EVERYTHING: dict[str, Any] = {
    "company": "华信呼叫中心有限公司",
    "privacy_contact": "privacy@example.com",
    "photo_wanted": True,
    "signature_wanted": True,
    "phones_banned": True,
    "full_number_because": "《银行业安全评估办法》",
}
NEVER = re.compile(r"\b\d\.\d|制度第|第.{1,3}条|你|无效|非法|！|!|\{|\}")
"""No control code and no article for a visitor (2.12.2), no forbidden word, no place left unfilled."""


def body(kind: TextKind, language: Language, **changes: Any) -> str:
    return text_now(kind, Limits(**changes), language).body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(TextKind))
@pytest.mark.parametrize("changes", [{}, EVERYTHING], ids=["bare", "everything"])
def test_no_notice_names_a_rule_or_leaves_a_place_unfilled(
    kind: TextKind, language: Language, changes: dict[str, Any]
) -> None:
    assert NEVER.findall(body(kind, language, **changes)) == []


@pytest.mark.parametrize(
    "texts",
    [(privacy.ZH, privacy.EN), (house.ZH, house.EN)],
    ids=["privacy", "house"],
)
def test_both_languages_say_the_same_things_under_as_many_headings(texts: tuple[Written, Written]) -> None:
    def shape(written: Written) -> list[list[str]]:
        return [[one.wanted if isinstance(one, Where) else "" for one in lines] for _, lines in written]

    zh, en = texts
    assert shape(zh) == shape(en)


@pytest.mark.parametrize(
    ("says_zh", "says_en"),
    [
        ("是处理您个人信息的一方", "handles your personal information"),
        ("个人信息事务", "personal information ask at the desk"),
        ("核对来访许可", "check the permission"),
        ("号码后四位", "last four of its number"),
        ("只看不留，不扣押、不复印", "not kept, held or copied"),
        ("依据您的同意", "Your consent"),
        ("90 天", "90 days"),
        ("180 天", "180 days"),
        ("3 年", "3 years"),
        ("您离开时删除", "deleted when you leave"),
        ("被访人、审批人、陪同人和保安人员", "Host, approvers, escort and guards"),
        ("查阅、复制、更正、补充、删除", "see, copy, correct, complete or delete"),
        ("撤回任何一项同意：到前台说一声", "withdraw any consent: tell the desk"),
        ("网信部门投诉、举报", "cyberspace administration"),
        ("不同意登记的", "do not agree to be registered"),
    ],
)
def test_the_privacy_notice_says_what_the_law_asks_for(says_zh: str, says_en: str) -> None:
    assert says_zh in body(TextKind.PRIVACY, "zh")
    assert says_en in body(TextKind.PRIVACY, "en")


@pytest.mark.parametrize(
    ("says_zh", "says_en"),
    [
        ("U 盘、光盘、移动硬盘、MP3、MP4", "USB sticks, discs, portable disks, MP3 and MP4 players"),
        ("不搜身、不翻包", "nobody searches you"),
        ("指定陪同人员全程陪同", "a designated escort stays with you"),
        ("把访客证佩戴在看得见的位置", "Wear your badge"),
        ("不拍照、不录音、不录像", "no photographs, sound or video"),
        ("离开以后仍请保密", "also after you have left"),
        ("不乘电梯", "Do not take the lift"),
        ("禁止吸烟", "No smoking"),
        ("易燃易爆", "flammable or explosive"),
        ("出门单", "carry-out pass"),
        ("被访人到门口见您", "your host to come to the door"),
    ],
)
def test_the_visitors_notice_says_what_the_rules_ask_for(says_zh: str, says_en: str) -> None:
    assert says_zh in body(TextKind.HOUSE, "zh")
    assert says_en in body(TextKind.HOUSE, "en").replace("\n", " ")


CHANGES = [
    ("company", TextKind.PRIVACY, "华信呼叫中心有限公司", "华信呼叫中心有限公司"),
    ("privacy_contact", TextKind.PRIVACY, "联系privacy@example.com", "the desk, or privacy@example.com"),
    ("photo_wanted", TextKind.PRIVACY, "照片（选填）", "Photo (optional)"),
    ("signature_wanted", TextKind.PRIVACY, "签名（选填）", "Signature (optional)"),
    ("full_number_because", TextKind.PRIVACY, "依据：《银行业安全评估办法》", "noted: 《银行业安全评估办法》"),
    ("phones_banned", TextKind.HOUSE, "手机不得带入坐席职场", "Phones may not enter the call floor"),
]


@pytest.mark.parametrize(("key", "kind", "says_zh", "says_en"), CHANGES, ids=[one[0] for one in CHANGES])
def test_a_setting_of_the_notices_changes_their_words(key: str, kind: TextKind, says_zh: str, says_en: str) -> None:
    for language, says in (("zh", says_zh), ("en", says_en)):
        before = text_now(kind, Limits(), language)  # type: ignore[arg-type]
        after = text_now(kind, Limits(**{key: EVERYTHING[key]}), language)  # type: ignore[arg-type]
        assert says not in before.body
        assert says in after.body
        assert before.sha256 != after.sha256


def test_every_setting_that_may_change_a_notice_is_tried() -> None:
    assert {one[0] for one in CHANGES} == set(EVERYTHING) <= {field.name for field in fields(Limits)}


def test_every_version_a_site_may_choose_is_written() -> None:
    for kind in TextKind:
        assert list(WRITTEN[kind]) == [choice.value for choice in VERSIONS]
    assert Limits().privacy_version == Limits().rules_version == VERSIONS[-1].value


def test_the_hash_is_of_every_word_as_it_stands() -> None:
    text = text_now(TextKind.HOUSE, Limits(), "zh")
    assert text.body.startswith("访客须知\n\n佩戴与陪同\n- 请全程把访客证佩戴")
    assert text.sha256 == hashlib.sha256(text.body.encode()).hexdigest()
    assert text_was_the_present_one(text.sha256, text)
    assert text_was_the_present_one(None, text)
    other = text_now(TextKind.HOUSE, Limits(), "en")
    assert not text_was_the_present_one(other.sha256, text)


def test_a_line_stands_only_where_it_is_wanted() -> None:
    written: Written = (("头", ("总有", Where("a", "有 {word}"), Where("-a", "没有"))),)
    assert composed(written, {"a"}, {"word": "甲"}) == (("头", ("总有", "有 甲")),)
    assert composed(written, set(), {}) == (("头", ("总有", "没有")),)
