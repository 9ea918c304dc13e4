"""When a message goes out, and which channels there may be."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from chassis.rules import Check
from gateway.notices import rules
from gateway.notices.because import BECAUSE, because
from gateway.notices.carriers import CARRIERS, scheme_of
from gateway.notices.rules import QUIET, Quiet, goes_out_at

SHANGHAI = "Asia/Shanghai"


def at(hour: int, minute: int = 0) -> datetime:
    """An instant of a day at Shanghai."""
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("now", "alarm", "quiet", "due"),
    [
        (at(10), False, QUIET, at(10) + rules.BATCH),
        (at(10), True, QUIET, at(10)),
        (at(2), True, QUIET, at(2)),
        (at(2), False, QUIET, at(8)),
        (at(22), False, QUIET, at(8) + timedelta(days=1)),
        (at(20, 59), False, QUIET, at(20, 59) + rules.BATCH),
        (at(8), False, QUIET, at(8) + rules.BATCH),
        (at(12, 30), False, Quiet(time(12), time(13)), at(13)),
        (at(2), False, None, at(2) + rules.BATCH),
        (at(2), False, Quiet(time(0), time(0)), at(2) + rules.BATCH),
    ],
)
def test_alarms_go_at_once_and_others_not_at_night(
    now: datetime, alarm: bool, quiet: Quiet | None, due: datetime
) -> None:
    assert goes_out_at(now, alarm=alarm, quiet=quiet, zone=SHANGHAI) == due


def test_the_night_is_that_of_the_site() -> None:
    assert goes_out_at(at(10), alarm=False, quiet=QUIET, zone="America/New_York") == at(21)


def test_pauses_grow_and_end() -> None:
    pauses = [rules.pause_after(tries) for tries in range(8)]
    assert pauses == sorted(pauses)
    assert [rules.is_given_up(tries) for tries in (1, 6, 7)] == [False, False, True]


@pytest.mark.parametrize(
    ("check", "holds"),
    [
        (rules.administers_channels({"platform_admin"}), True),
        (rules.administers_channels({"security_admin"}), True),
        (rules.administers_channels({"auditor", "centre_manager@site:x", "guard@site:x"}), False),
        (rules.abroad_has_its_reason(True, True, ""), False),
        (rules.abroad_has_its_reason(True, True, "境外团队值班"), True),
        (rules.abroad_has_its_reason(True, False, ""), True),
        (rules.abroad_has_its_reason(False, True, ""), True),
        (rules.scheme_means_what_it_says("wecom"), False),
        (rules.scheme_means_what_it_says("wecombot"), True),
        (rules.carrier_is_known("syslog", CARRIERS), False),
        (rules.carrier_is_known("wecombot", CARRIERS), True),
        (rules.travels_encrypted(True, False), False),
        (rules.travels_encrypted(True, True), True),
        (rules.travels_encrypted(False, False), True),
        (rules.url_is_whole(False), False),
        (rules.person_is_known(False), False),
    ],
)
def test_each_rule(check: Check, holds: bool) -> None:
    assert bool(check) is holds


def test_every_carrier_is_one_of_apprise_and_goes_through_requests() -> None:
    import apprise

    known = {
        scheme
        for one in apprise.Apprise().details()["schemas"]
        for scheme in (*(one["protocols"] or ()), *(one["secure_protocols"] or ()))
    }
    assert set(CARRIERS) <= known
    assert {"mailto", "syslog", "rsyslog", "mqtt", "dbus"}.isdisjoint(CARRIERS)
    plain = {scheme for scheme, carrier in CARRIERS.items() if carrier.plain}
    assert plain == {"json", "ntfy", "gotify", "mmost"}


def test_the_scheme_is_read_as_people_write_it() -> None:
    assert scheme_of(" WeComBot://key") == "wecombot"


def test_every_reason_has_words() -> None:
    assert because("answer 503")[1] == {"code": "503"}
    assert because("ConnectionRefusedError")[0] == "连接不上"
    assert all(because(code)[0] == text for code, text in BECAUSE.items())
