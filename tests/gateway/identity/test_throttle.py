"""Guessing is slowed down, and nobody can lock another person out by it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from chassis import clock
from gateway.identity.throttle import ACCOUNT, ACCOUNT_HERE, ADDRESS, PIN, network
from tests.gateway.identity.browser import Browser, Said
from tests.gateway.identity.conftest import PASSWORD, House, Later

WRONG = "a wrong password"
SESSIONS = "/api/gateway/v1/sessions"


async def attempt(browser: Browser, number: str = "E010", password: str = WRONG) -> Said:
    return await browser.post(SESSIONS, {"employee_no": number, "password": password})


def test_delays_grow_from_nothing_to_their_longest() -> None:
    delays = [ACCOUNT_HERE.delay(count).total_seconds() for count in range(1, 8)]
    assert delays == [0, 0, 1, 2, 4, 8, 16]
    assert ACCOUNT_HERE.delay(1000) == timedelta(minutes=15)
    assert ACCOUNT.delay(10_000) == timedelta(seconds=30)
    assert ADDRESS.delay(99) == timedelta(0)
    assert [PIN.delay(count) for count in (4, 5, 6)] == [timedelta(0), timedelta(minutes=15), timedelta(minutes=30)]


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8::1:2:3:4", "2001:db8::"), ("2001:db8:0:0:ffff::9", "2001:db8::"), ("", "")],
)
def test_an_ipv6_network_counts_as_one_address(address: str, counted_as: str) -> None:
    assert network(address) == counted_as


@pytest.mark.anyio
@pytest.mark.parametrize("number", ["E010", "E999"])
async def test_the_fourth_guess_waits_whether_the_number_exists_or_not(house: House, number: str) -> None:
    await house.with_password("agent")
    browser = house.browser()
    assert [(await attempt(browser, number)).status for _ in range(3)] == [401, 401, 401]
    said = await attempt(browser, number, PASSWORD)
    assert said.status == 429
    assert said.headers["retry-after"] == "1"


@pytest.mark.anyio
async def test_the_right_password_after_the_delay_clears_the_count(house: House) -> None:
    later = Later()
    with clock.reading(later):
        await house.with_password("agent")
        browser = house.browser()
        for _ in range(3):
            await attempt(browser)
        later.go(seconds=2)
        assert (await attempt(browser, password=PASSWORD)).status == 201
        assert [(await attempt(browser)).status for _ in range(3)] == [401, 401, 401]


@pytest.mark.anyio
async def test_guesses_sent_at_once_are_counted_too(house: House) -> None:
    await house.with_password("agent")
    browsers = [house.browser() for _ in range(12)]
    said = await asyncio.gather(*(attempt(browser) for browser in browsers))
    statuses = [answer.status for answer in said]
    assert statuses.count(401) == 3
    assert statuses.count(429) == 9


@pytest.mark.anyio
async def test_an_attack_from_elsewhere_does_not_hold_up_an_address_that_signed_in_before(house: House) -> None:
    later = Later()
    with clock.reading(later):
        await house.signed_in("agent", address="192.0.2.10")
        for turn in range(30):
            await attempt(house.browser(address=f"198.51.100.{turn}"))
        assert (await attempt(house.browser(address="203.0.113.9"), password=PASSWORD)).status == 429
        assert (await attempt(house.browser(address="192.0.2.10"), password=PASSWORD)).status == 201


@pytest.mark.anyio
async def test_a_whole_shift_can_sign_in_from_one_address(house: House) -> None:
    await house.with_password("agent")
    for _ in range(120):
        marks = await house.db.write(_begin_and_succeed)
        assert marks
    assert (await attempt(house.browser(), password=PASSWORD)).status == 201


def _begin_and_succeed(tx):  # type: ignore[no-untyped-def]
    from gateway.identity import throttle

    marks = throttle.sign_in_marks(tx, "E010", "192.0.2.10")
    throttle.begin(tx, marks)
    throttle.succeed(tx, marks)
    return marks


@pytest.mark.anyio
async def test_an_address_that_tries_many_numbers_is_slowed_down(house: House) -> None:
    await house.with_password("agent")

    def many(tx):  # type: ignore[no-untyped-def]
        from gateway.identity import throttle

        for turn in range(100):
            throttle.begin(tx, throttle.sign_in_marks(tx, f"X{turn}", "192.0.2.66"))

    moment = clock.now()  # the delay is short: a slow machine must not wait it out
    with clock.reading(lambda: moment):
        await house.db.write(many)
        assert (await attempt(house.browser(address="192.0.2.66"), password=PASSWORD)).status == 429
        assert (await attempt(house.browser(address="192.0.2.67"), password=PASSWORD)).status == 201


@pytest.mark.anyio
async def test_a_full_hashing_queue_refuses_and_counts_nothing(house: House) -> None:
    await house.with_password("agent")
    house.keeper.passwords._accepted = 10_000
    said = await attempt(house.browser(), password=PASSWORD)
    assert (said.status, said.headers["retry-after"]) == (429, "5")
    house.keeper.passwords._accepted = 0
    browser = house.browser()
    assert [(await attempt(browser)).status for _ in range(3)] == [401, 401, 401]
