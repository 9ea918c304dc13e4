"""The calendar of a site: published holidays and 调休, the company's own days against them, years not yet published."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.db import Database, Tx
from chassis.office_hours import Span, day_of, is_worked, lies_in_office_hours
from chassis.rules import PolicyRefused
from services.access.app import PARTS
from services.access.calendar import known
from services.access.calendar.schemas import DayKept
from services.access.sites import actions as sites
from services.access.sites.schemas import SiteKept
from tests.access.conftest import Office
from tests.builders import fact_names
from tests.stage import SYSTEM

NINE, SIX = time(9), time(18)
SHANGHAI = "Asia/Shanghai"
PUBLISHED = {day: one.working for day, one in known.year_of("CN", 2026).days.items()}


def at(text: str) -> datetime:
    """A time of the clock in Shanghai."""
    return datetime.fromisoformat(text + "+08:00")


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-11-25", True),  # a Wednesday
        ("2026-11-28", False),  # a Saturday
        ("2026-10-01", False),  # National Day, a Thursday
        ("2026-10-10", True),  # a Saturday worked for it (调休)
        ("2026-09-20", True),  # a Sunday worked for it
        ("2026-02-16", False),  # a Monday, New Year's Eve of the lunar calendar
    ],
)
def test_published_days_go_before_the_usual_week(day: str, worked: bool) -> None:
    assert is_worked(date.fromisoformat(day), PUBLISHED) is worked


@pytest.mark.parametrize(
    ("begin", "end", "inside"),
    [
        ("2026-11-25T09:00", "2026-11-25T18:00", True),
        ("2026-11-25T08:59", "2026-11-25T10:00", False),
        ("2026-11-25T17:00", "2026-11-25T18:01", False),
        ("2026-11-25T22:00", "2026-11-26T06:00", False),  # a night shift
        ("2026-11-25T10:00", "2026-11-26T10:00", False),  # over midnight, from office hours to office hours
        ("2026-11-25T00:00", "2026-11-25T01:00", False),
        ("2026-10-10T10:00", "2026-10-10T11:00", True),  # 调休
        ("2026-10-01T10:00", "2026-10-01T11:00", False),  # a holiday
        ("2026-11-28T10:00", "2026-11-28T11:00", False),  # a Saturday
    ],
)
def test_office_hours_are_those_of_one_worked_day(begin: str, end: str, inside: bool) -> None:
    assert lies_in_office_hours(Span(at(begin), at(end)), SHANGHAI, NINE, SIX, PUBLISHED) is inside


def test_the_hours_are_the_site_s_own() -> None:
    stretch = Span(datetime(2026, 11, 25, 9, 30, tzinfo=UTC), datetime(2026, 11, 25, 10, tzinfo=UTC))
    assert lies_in_office_hours(stretch, "Europe/Berlin", NINE, SIX, {})
    assert lies_in_office_hours(stretch, SHANGHAI, NINE, SIX, {})
    later = Span(stretch.begin + timedelta(hours=2), stretch.end + timedelta(hours=2))
    assert lies_in_office_hours(later, "Europe/Berlin", NINE, SIX, {})
    assert not lies_in_office_hours(later, SHANGHAI, NINE, SIX, {})


def test_a_day_on_which_clocks_change_has_23_or_25_hours() -> None:
    lengths = [day_of(day, "Europe/Berlin") for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 25))]
    assert [span.end - span.begin for span in lengths] == [timedelta(hours=n) for n in (23, 25, 24)]


@pytest.mark.parametrize(
    ("country", "year", "swaps"), [("CN", 2026, True), ("CN", 2030, False), ("DE", 2030, True), ("", 2030, True)]
)
def test_swapped_days_are_said_to_be_unpublished_where_they_are(country: str, year: int, swaps: bool) -> None:
    found = known.year_of(country, year)
    assert found.swaps_known is swaps
    assert bool(found.days) is bool(country)


def test_holidays_have_names_in_both_languages() -> None:
    assert known.year_of("CN", 2026).days[date(2026, 10, 1)] == known.KnownDay(False, "国庆节", "National Day")


def days(shown: dict[str, Any]) -> dict[str, Any]:
    """The days of an answer by their dates."""
    return {str(one["day"]): one for one in shown["items"]}


def test_a_site_takes_over_what_is_published_and_the_company_s_word_stands(empty: Database) -> None:
    def keep(tx: Tx, day: str, working: bool, name: str) -> dict[str, Any]:
        return sites.keep_day(tx, SYSTEM, "SZ", date.fromisoformat(day), DayKept(working=working, name=name))

    def drop(tx: Tx, day: str) -> dict[str, Any]:
        return sites.drop_day(tx, SYSTEM, "SZ", date.fromisoformat(day))

    with clock.reading(lambda: datetime(2026, 3, 2, 1, tzinfo=UTC)):
        empty.write_now(sites.keep_site, SYSTEM, "SZ", SiteKept(name="苏州", name_en="Suzhou"))
        shown = empty.read_now(sites.show_calendar, SYSTEM, "SZ")
        assert (shown["year"], shown["swaps_known"]) == (2026, True)
        worked = days(shown)["2026-10-10"]
        assert (worked["working"], worked["name"], worked["source"]) == (True, "调休上班", "public")
        own = empty.write_now(keep, "2026-10-10", False, "厂休")
        assert (days(own)["2026-10-10"]["working"], days(own)["2026-10-10"]["source"]) == (False, "company")
        assert empty.write_now(sites.take_over_calendars) == 0
        assert days(empty.write_now(drop, "2026-10-10"))["2026-10-10"]["working"]
        empty.write_now(keep, "2026-12-24", False, "司庆")
        assert "2026-12-24" not in days(empty.write_now(drop, "2026-12-24"))
        with pytest.raises(PolicyRefused, match="day_is_near"):
            empty.write_now(keep, "2020-01-01", True, "")
    assert fact_names(empty)[-4:] == ["DayKept", "DayDropped", "DayKept", "DayDropped"]


def test_the_next_year_is_taken_over_when_it_begins(empty: Database) -> None:
    with clock.reading(lambda: datetime(2026, 3, 2, 1, tzinfo=UTC)):
        empty.write_now(sites.keep_site, SYSTEM, "SZ", SiteKept(name="苏州", name_en="Suzhou"))
    with clock.reading(lambda: datetime(2029, 12, 31, 17, tzinfo=UTC)):  # 2030 in Shanghai
        assert empty.write_now(sites.take_over_calendars) == 2
        shown = empty.read_now(sites.show_calendar, SYSTEM, "SZ")
        assert (shown["year"], shown["swaps_known"]) == (2030, False)
        assert not days(shown)["2030-10-01"]["working"]


@pytest.mark.anyio
async def test_another_country_brings_its_own_holidays_but_leaves_the_company_s_days(office: Office) -> None:
    admin, year = office.as_("admin"), clock.now().year
    own = f"{year}-12-23"
    await admin.put(f"/sites/HQ/calendar/{own}", {"working": False})
    await admin.put("/sites/HQ", {"name": "总部", "name_en": "HQ", "country": "DE", "zone": "Europe/Berlin"})
    shown = {one["day"]: one for one in (await admin.get("/sites/HQ/calendar")).body["items"]}
    assert (shown[f"{year}-12-25"]["name_en"], shown[own]["source"]) == ("Christmas Day", "company")
    assert f"{year}-10-01" not in shown
    state = office.db.read_now(PARTS.states["site"], office.ids.site)
    assert state is not None
    assert {"day": own, "working": False} in state["calendar"]
