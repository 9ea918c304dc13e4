"""A clock set back, while the gateway runs: what had ended by then stays ended, and what has not ends all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.identity import TokenRefused, UnknownKey, Verifier
from gateway.identity import accounts
from gateway.identity.keeper import Keeper
from tests.builders import fact_names
from tests.gateway.identity.browser import PHONE
from tests.gateway.identity.conftest import DOOR, OPERATOR, House

pytestmark = pytest.mark.anyio
API = "/api/gateway/v1"


class Clock:
    """What went by, and what the clock shows."""

    def __init__(self) -> None:
        self.at, self.ticks = clock.now(), 0.0

    def pass_(self, **delta: float) -> None:
        """Time goes by."""
        time = timedelta(**delta)
        self.at, self.ticks = self.at + time, self.ticks + time.total_seconds()

    def set_back(self, **delta: float) -> None:
        """Somebody sets the clock back."""
        self.at -= timedelta(**delta)

    def reading(self) -> Any:
        """This is what time it is."""
        return clock.reading(lambda: self.at, lambda: self.ticks)


async def test_a_token_does_not_live_twice_when_the_clock_is_set_back(house: House) -> None:
    now = Clock()
    with now.reading():
        replicas = [Keeper(house.db, house.settings) for _ in range(2)]
        for keeper in replicas:
            await keeper.reload_keys()
        verifier = Verifier("access", "gatehouse", replicas[0].jwks())
        token = await replicas[0].service_token("visitor", "access")
        verifier.verify(token, clock.unix())
        now.pass_(seconds=66)
        with pytest.raises(TokenRefused, match="outside its time"):
            verifier.verify(token, clock.unix())
        now.set_back(hours=1)
        for keeper in (*replicas, *replicas):
            await keeper.keep_keys()
        assert fact_names(house.db) == ["KeyRotated"], "one withdraws it, once"
        fresh = await replicas[1].service_token("visitor", "access")
        assert verifier.verify(fresh, clock.unix()), "a service with the old JWKS knows the next key"
        now.pass_(minutes=59, seconds=20)
        verifier.set_keys(replicas[1].jwks())
        with pytest.raises(UnknownKey):
            verifier.verify(token, clock.unix())


async def test_links_codes_and_sessions_that_had_ended_are_not_good_again(house: House) -> None:
    now = Clock()
    with now.reading():
        keeper = house.keeper
        keeper._clock = clock.SetBack()
        person = await house.with_password("agent")
        guard, unused = await house.signed_in("guard"), await house.signed_in("agent")
        phone = await house.signed_in("agent", agent=PHONE)
        code = (await guard.post(f"{API}/pairings", {"door_id": DOOR})).json["code"]
        link = await house.db.write(accounts.issue_link, OPERATOR, person)
        now.pass_(minutes=40)
        later = await house.db.write(accounts.issue_link, OPERATOR, house.people["guard"])
        now.pass_(hours=23, minutes=30)
        now.set_back(hours=24, minutes=8)
        await keeper.keep_keys()
        asked = {"password": "another long secret"}
        said = [
            (await house.browser().post(f"{API}/devices", {"code": code})).status,
            (await house.browser().post(f"{API}/passwords", {"link": link, **asked})).status,
            (await unused.get(f"{API}/sessions")).status,
            (await phone.get(f"{API}/sessions")).status,
        ]
        assert said == [422, 410, 401, 401], "a code, a link and two sessions, each within its time by the clock alone"
        assert (await house.browser().post(f"{API}/passwords", {"link": later, **asked})).status == 204


@pytest.mark.parametrize(("minutes", "status"), [(20, 200), (40, 401)])
async def test_a_session_that_nobody_uses_gains_no_more_than_its_idle_time(
    house: House, minutes: float, status: int
) -> None:
    now = Clock()
    with now.reading():
        browser = await house.signed_in("agent")
        now.set_back(minutes=minutes)
        house.keeper.forget()
        assert (await browser.get(f"{API}/sessions")).status == status
