"""One-time links, and what a password and a PIN may be."""

from __future__ import annotations

import asyncio

import pytest

from chassis import clock
from gateway.identity import accounts, rules
from gateway.identity.passwords import common_passwords
from tests.gateway.identity.conftest import OPERATOR, PASSWORD, House, Later

API = "/api/gateway/v1"


@pytest.mark.parametrize(
    "password",
    [
        "password123!",
        "1234567890",
        "QWERTYUIOP",
        "woaini1314520",
        "aaaaaaaaaaaa",
        "abcdefghijkl",
        "Gatehouse2026!",
        "Admin@123456",
    ],
)
def test_common_passwords_are_refused(password: str) -> None:
    assert not rules.password_is_uncommon(password, common_passwords())


@pytest.mark.parametrize("password", [PASSWORD, "四月的雨落在窗台上真好", "7391046285", "tr0ub4dor&3-again"])
def test_uncommon_ones_pass_whatever_they_are_made_of(password: str) -> None:
    assert rules.password_is_uncommon(password, common_passwords())
    assert rules.password_is_long_enough(password)


def test_names_and_numbers_are_refused_within_a_password() -> None:
    assert not rules.password_is_not_personal("my E010 is secret", "E010", "蒋坐席")
    assert not rules.password_is_not_personal("蒋坐席的长密码一二三", "E010", "蒋坐席")
    assert not rules.password_is_not_personal("hello lina hello", "E010", "Lina Wang")
    assert rules.password_is_not_personal("correct horse", "E010", "Bo")


@pytest.mark.parametrize(
    "pin", ["111111", "123456", "654321", "121212", "123123", "12345", "1234567", "12a456", "１２３４５６"]
)
def test_pins_that_are_guessed_first_are_refused(pin: str) -> None:
    shape = rules.pin_is_six_digits(pin)
    assert not shape or not rules.pin_is_uncommon(pin, "E010")
    assert rules.pin_is_six_digits("739204")
    assert rules.pin_is_uncommon("739204", "E010")


@pytest.mark.anyio
async def test_a_link_works_once_even_for_two_at_the_same_time(house: House) -> None:
    person = await house.copy("agent")
    link = await house.db.write(accounts.issue_link, OPERATOR, person)
    said = await asyncio.gather(
        *(house.browser().post(f"{API}/passwords", {"link": link, "password": f"{PASSWORD} {n}"}) for n in range(2))
    )
    assert sorted(answer.status for answer in said) == [204, 410]
    assert (await house.browser().post(f"{API}/passwords", {"link": link, "password": PASSWORD})).status == 410


@pytest.mark.anyio
async def test_a_link_expires_after_a_day_and_a_newer_one_ends_it(house: House) -> None:
    later = Later()
    with clock.reading(later):
        person = await house.copy("agent")
        old = await house.db.write(accounts.issue_link, OPERATOR, person)
        new = await house.db.write(accounts.issue_link, OPERATOR, person)
        assert (await house.browser().post(f"{API}/passwords", {"link": old, "password": PASSWORD})).status == 410
        later.go(hours=24, seconds=1)
        assert (await house.browser().post(f"{API}/passwords", {"link": new, "password": PASSWORD})).status == 410


@pytest.mark.anyio
async def test_a_weak_password_is_refused_with_every_fault_and_the_link_stays_good(house: House) -> None:
    person = await house.copy("agent")
    link = await house.db.write(accounts.issue_link, OPERATOR, person)
    said = await house.browser().post(f"{API}/passwords", {"link": link, "password": "my e010"})
    assert said.status == 422
    assert said.rules == ["password_is_long_enough", "password_is_not_personal"]
    assert (await house.browser().post(f"{API}/passwords", {"link": link, "password": PASSWORD})).status == 204


@pytest.mark.anyio
async def test_a_link_issued_before_the_account_arrives_says_wait(house: House) -> None:
    from chassis.ids import new_id

    person = new_id()
    house.people["agent"] = person
    link = await house.db.write(accounts.issue_link, OPERATOR, person)
    said = await house.browser().get(f"/password/{link}")
    assert (said.status, said.headers["refresh"]) == (409, "2")
    assert (await house.browser().post(f"{API}/passwords", {"link": link, "password": PASSWORD})).status == 409
    await house.copy("agent")
    page = await house.browser().submit(f"/password/{link}", password=PASSWORD, again="different")
    assert page.status == 422
    assert "The two passwords differ" in page.text
    page = await house.browser().submit(f"/password/{link}", password=PASSWORD, again=PASSWORD)
    assert page.status == 200
    assert (await house.browser().get(f"/password/{link}")).status == 410


@pytest.mark.anyio
async def test_an_administrator_issues_links_after_a_second_check(house: House) -> None:
    await house.copy("agent")
    later = Later()
    with clock.reading(later):
        admin, guard = await house.signed_in("admin"), await house.signed_in("guard")
        path = f"{API}/people/{house.people['agent']}/password-link"
        assert (await guard.post(path)).rules == ["administers_accounts"]
        said = await admin.post(path)
        assert said.status == 201
        assert said.json["link"].startswith("/password/ghl_")
        later.go(minutes=6)
        assert (await admin.post(path)).json["type"] == "/problems/second-check-needed"
