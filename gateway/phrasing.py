"""How pages say times, spans, numbers and masked values, in Chinese and English.

Every method of `Phrases` is a Jinja filter of its own name. "Today" is judged in the site's zone, at the instant the
page is rendered; both come from `reading_at`, which `Renderer.page` sets around each page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from chassis.roles import Role
from gateway import languages


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant a page is read (UTC, aware) and the IANA zone of the site it speaks about; `today` is its day."""

    now: datetime
    zone: ZoneInfo
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", self.now.astimezone(self.zone).date())


_moment: ContextVar[Moment] = ContextVar("moment")


@contextmanager
def reading_at(moment: Moment) -> Iterator[None]:
    """Within the block, filters say times as read at this moment."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def _instant(value: datetime | str) -> datetime:
    """An aware instant in the site's zone, from a datetime or ISO 8601 text. Raises ValueError for a naive one."""
    return _local(value, _moment.get().zone)


@lru_cache(4096)
def _local(value: datetime | str, zone: ZoneInfo) -> datetime:
    """The same instant stands on a row in several forms, and on the page of whoever looks next."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    if at.tzinfo is None:
        raise ValueError("an instant on a page must carry its zone")
    return at.astimezone(zone)


class Phrases:
    """The filters of one language; `labels` translates the words between the figures."""

    def __init__(self, language: str, labels: NullTranslations) -> None:
        self._ = labels.gettext
        self._n = labels.ngettext
        self._locale = "zh_Hans" if language == languages.SOURCE else "en"

    def filters(self) -> dict[str, Callable[..., str]]:
        """All filters by the name templates use."""
        times = (
            "when",
            "day",
            "last_day",
            "weekday",
            "month",
            "clock",
            "stamp",
            "left",
            "by",
            "ago",
            "waited",
            "span",
            "iso",
        )
        values = ("machine_time", "number", "tabular", "mask_name", "mask_phone", "mask_id")
        return {name: getattr(self, name) for name in times + values}

    def when(self, value: datetime | str) -> str:
        """An instant as people say it: 今天 10:42, 昨天 18:05, 11月3日 09:00, with the year if it is another one."""
        at = _instant(value)
        return f"{self._near_day(at.date())} {_time_of_day(at)}"

    def day(self, value: date | datetime | str) -> str:
        """A date: 今天, 11月3日, 2025年11月3日. A text is an ISO date, or an instant."""
        return self._near_day(_calendar_day(value))

    def last_day(self, value: datetime | str) -> str:
        """The last day of a stretch that ends at this instant: one that ends at midnight ends with the day before."""
        return self.day(_instant(value) - timedelta(seconds=1))

    def weekday(self, value: date | datetime | str) -> str:
        """A date with its day of the week: 11月3日 星期二."""
        on = _calendar_day(value)
        return f"{self._plain_day(on)} {format_date(on, 'EEEE', locale=self._locale)}"

    def month(self, value: date) -> str:
        """A month by its name: 11月, November."""
        return format_date(value, "LLLL", locale=self._locale)

    def clock(self, value: datetime | str) -> str:
        """The time of day of an instant at the site: 10:42."""
        return _time_of_day(_instant(value))

    def stamp(self, value: datetime | str) -> str:
        """An instant as paper says it, true on any later day: 2026-11-24 18:00."""
        return f"{_instant(value):%Y-%m-%d %H:%M}"

    def left(self, value: datetime | str) -> str:
        """How long until a deadline: 还剩 2 小时（18:00 前）; after it: 已超 20 分钟（应在 18:00 前）."""
        at = _instant(value)
        rest = at - _moment.get().now
        if rest >= timedelta():
            return self._("还剩 %(span)s（%(by)s 前）") % {"span": self.span(rest), "by": self.by(at)}
        return self._("已超 %(span)s（应在 %(by)s 前）") % {"span": self.span(-rest), "by": self.by(at)}

    def by(self, value: datetime | str) -> str:
        """A deadline as short as it can be said: 18:00 today, else with its day."""
        at = _instant(value)
        return self.clock(at) if at.date() == _moment.get().today else self.when(at)

    def ago(self, value: datetime | str) -> str:
        """How long since an instant: 5 分钟前; less than a minute is 刚刚."""
        passed = _moment.get().now - _instant(value)
        if passed < timedelta(minutes=1):
            return self._("刚刚")
        return self._("%(span)s前") % {"span": self.span(passed)}

    def waited(self, value: datetime | str) -> str:
        """How long it has been since an instant: 5 分钟."""
        return self.span(_moment.get().now - _instant(value))

    def span(self, value: timedelta | int | float) -> str:
        """A span in its largest whole unit, minutes at the least: 3 天, 2 小时, 20 分钟. A number is seconds."""
        seconds = value.total_seconds() if isinstance(value, timedelta) else value
        minutes = int(seconds // 60)
        if minutes < 1:
            return self._("不到 1 分钟")
        if minutes < 60:
            return self._n("%(n)s 分钟", "%(n)s 分钟", minutes) % {"n": minutes}
        if minutes < 48 * 60:
            return self._n("%(n)s 小时", "%(n)s 小时", minutes // 60) % {"n": minutes // 60}
        return self._n("%(n)s 天", "%(n)s 天", minutes // 1440) % {"n": minutes // 1440}

    def number(self, value: float) -> str:
        """A number with its groups: 12,480."""
        return format_decimal(value, locale=self._locale)

    def tabular(self, value: object) -> str:
        """A figure set in digits of equal width, so that columns line up."""
        shown = self.number(value) if isinstance(value, int | float) else str(value)
        return Markup(f'<span class="num">{escape(shown)}</span>')  # noqa: S704 — escaped

    def iso(self, value: datetime | str) -> str:
        """An instant for machines, in UTC: 2026-11-24T02:42:00Z."""
        return f"{_instant(value).astimezone(UTC).isoformat(timespec='seconds')[:19]}Z"

    def machine_time(self, value: datetime | str) -> str:
        """An instant as people say it, within a <time> that machines read too."""
        at = _instant(value)
        return Markup(f'<time datetime="{self.iso(at)}">{escape(self.when(at))}</time>')  # noqa: S704 — both are ours

    def mask_name(self, value: str) -> str:
        """A name somebody may recognise as their own but nobody else: 王＊明, 李＊, "Anna S."."""
        name = value.strip()
        if name.isascii():
            first, _, rest = name.partition(" ")
            return f"{first} {rest[0]}." if rest else f"{first[:1]}＊"
        return name[:1] + "＊" + (name[-1] if len(name) > 2 else "")

    def mask_phone(self, value: str) -> str:
        """The last four digits only: 尾号 0427."""
        return self._("尾号 %(digits)s") % {"digits": value[-4:]}

    def mask_id(self, value: str) -> str:
        """First three and last four of an identity number: 310***********1234; a short one shows its last two."""
        if len(value) < 9:
            return "*" * max(len(value) - 2, 0) + value[-2:]
        return value[:3] + "*" * (len(value) - 7) + value[-4:]

    def _near_day(self, on: date) -> str:
        away = (on - _moment.get().today).days
        if -1 <= away <= 1:
            return self._(NEAR[away])
        return self._plain_day(on)

    def _plain_day(self, on: date) -> str:
        return _day(on, on.year == _moment.get().today.year, self._locale)


NEAR = {-1: languages.label("昨天"), 0: languages.label("今天"), 1: languages.label("明天")}
PATTERNS = {"zh_Hans": ("y年M月d日", "M月d日"), "en": ("d MMM y", "d MMM")}
"""How a day is said, with its year and in the same year."""


@lru_cache(2048)
def _day(on: date, same_year: bool, locale: str) -> str:
    return format_date(on, PATTERNS[locale][same_year], locale=locale)


def _time_of_day(at: datetime) -> str:
    return f"{at.hour:02}:{at.minute:02}"


def _calendar_day(value: date | datetime | str) -> date:
    if isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return _instant(value).date()


def role_title(held: str, language: str) -> str:
    """The title of a role, with or without its scope: `guard@site:…` is 保安人员."""
    role = Role(held.partition("@")[0])
    return role.zh if language == languages.SOURCE else role.en


_CHINESE = "〇一二三四五六七八九十"


def clause_title(code: str, language: str) -> str:
    """A control code in full, as staff read it: 第四章第一条（4.1）, 第一章第五条（前）; or: chapter 4, article 1."""
    chapter, _, rest = code.partition(".")
    article = rest.partition(".")[0]
    letter = article[-1:] if article[-1:].isalpha() else ""
    article = article.removesuffix(letter)
    if language != languages.SOURCE:
        part = "general provisions" if chapter == "0" else f"chapter {chapter}"
        return f"{part}, article {article} ({code})"
    if chapter == "0":
        return f"总则第{_numeral(int(article))}条（{code}）"
    half = {"1.5a": "前", "1.5b": "后"}.get(code, code)
    return f"第{_numeral(int(chapter))}章第{_numeral(int(article))}条（{half}）"


def clause(code: str, language: str) -> Markup:
    """A control code, short, with its full form as the title."""
    return Markup('<abbr class="clause" title="{}">{}</abbr>').format(clause_title(code, language), escape(code))


def _numeral(number: int) -> str:
    """Chinese numeral of 0 to 99."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _CHINESE[ones]
    return ("" if tens == 1 else _CHINESE[tens]) + "十" + (_CHINESE[ones] if ones else "")
