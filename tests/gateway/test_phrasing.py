"""How pages say times, spans and masked values, and control codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.languages import translations
from gateway.phrasing import Moment, Phrases, clause, clause_title, reading_at

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "filter_name", "chinese", "english"),
    [
        (NOON - timedelta(hours=1, minutes=18), "when", "今天 10:42", "today 10:42"),
        (NOON - timedelta(hours=18), "when", "昨天 18:00", "yesterday 18:00"),
        (NOON - timedelta(days=21), "when", "11月3日 12:00", "3 Nov 12:00"),
        (NOON - timedelta(days=400), "when", "2025年10月20日 12:00", "20 Oct 2025 12:00"),
        (NOON + timedelta(hours=6), "left", "还剩 6 小时（18:00 前）", "6 hours left (by 18:00)"),
        (NOON + timedelta(days=3), "left", "还剩 3 天（11月27日 12:00 前）", "3 days left (by 27 Nov 12:00)"),
        (NOON - timedelta(minutes=20), "left", "已超 20 分钟（应在 11:40 前）", "20 minutes late (was due by 11:40)"),
        (NOON - timedelta(minutes=1), "ago", "1 分钟前", "1 minute ago"),
        (NOON - timedelta(seconds=20), "ago", "刚刚", "just now"),
        (NOON, "stamp", "2026-11-24 12:00", "2026-11-24 12:00"),
        (NOON.isoformat(), "iso", "2026-11-24T04:00:00Z", "2026-11-24T04:00:00Z"),
        ("2026-11-25", "day", "明天", "tomorrow"),
        ("2026-11-03", "weekday", "11月3日 星期二", "3 Nov Tuesday"),
    ],
)
def test_times_are_said_in_the_sites_zone(at: datetime | str, filter_name: str, chinese: str, english: str) -> None:
    assert filtered(at, filter_name, "zh-Hans") == chinese
    assert filtered(at, filter_name, "en") == english


@pytest.mark.parametrize(
    ("value", "filter_name", "shown"),
    [
        ("王小明", "mask_name", "王＊明"),
        ("李雷", "mask_name", "李＊"),
        ("Anna Schneider", "mask_name", "Anna S."),
        ("13800000427", "mask_phone", "尾号 0427"),
        ("310101199001011234", "mask_id", "310***********1234"),
        ("E12345", "mask_id", "****45"),
        (12480, "number", "12,480"),
        (12480, "tabular", '<span class="num">12,480</span>'),
    ],
)
def test_values_are_masked_and_grouped(value: object, filter_name: str, shown: str) -> None:
    assert filtered(value, filter_name, "zh-Hans") == shown


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        filtered(NOON.replace(tzinfo=None), "when", "zh-Hans")


def filtered(value: object, name: str, language: str) -> str:
    """What a filter says at noon of 24 November 2026 in Shanghai."""
    said = getattr(Phrases(language, translations(language)), name)
    with reading_at(Moment(NOON, ZoneInfo("Asia/Shanghai"))):
        return str(said(value))


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("4.1", "第四章第一条（4.1）", "chapter 4, article 1 (4.1)"),
        ("2.12.2", "第二章第十二条（2.12.2）", "chapter 2, article 12 (2.12.2)"),
        ("2.7c", "第二章第七条（2.7c）", "chapter 2, article 7 (2.7c)"),
        ("1.5a", "第一章第五条（前）", "chapter 1, article 5 (1.5a)"),
        ("1.5b", "第一章第五条（后）", "chapter 1, article 5 (1.5b)"),
        ("0.2", "总则第二条（0.2）", "general provisions, article 2 (0.2)"),
    ],
)
def test_control_codes_are_said_in_full(code: str, chinese: str, english: str) -> None:
    assert clause_title(code, "zh-Hans") == chinese
    assert clause_title(code, "en") == english


def test_a_short_code_has_its_full_form_as_title() -> None:
    assert clause("4.1", "zh-Hans") == '<abbr class="clause" title="第四章第一条（4.1）">4.1</abbr>'
