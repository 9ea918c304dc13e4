"""A site to write at, set up through the public door: a tablet reports strangers, a guard is alarmed."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.deployment import until
from tests.faults.load import Report
from tests.journeys.client import Client
from tests.journeys.house import House, Person, eventually, good, new_administrator, open_house

INBOX = 50
INBOX_SECONDS = 60
Run = Callable[..., dict[str, Any]]


@dataclass
class Site:
    """Where the load writes, and what has become of it."""

    house: House
    guard: Person
    tablet: Client

    def strangers(self) -> dict[str, str]:
        """Every case of the site: the key it was written with, by id."""
        found: dict[str, str] = {}
        asked: dict[str, Any] = {"site_id": self.house.site_id, "limit": 200}
        while True:
            page = good(self.guard.browser.get("/api/visitor/v1/strangers", **asked), 200).body
            found |= {one["id"]: one["place"] for one in page["items"]}
            if page["next"] is None:
                return found
            asked["cursor"] = page["next"]

    def alarms(self) -> Counter[str]:
        """How often each case was told to the guard, as far as the inbox shows: its newest fifty notices."""
        notices = good(self.guard.browser.get("/api/gateway/v1/notices"), 200).body["items"]
        return Counter(one["subject"].partition(":")[2] for one in notices if one["kind"] == "stranger")


def prepare(address: str, trust: ssl.SSLContext | None, run: Run) -> Site:
    """Set the site up; `run` is the deployment's command line."""
    admin = run(*new_administrator())
    house = open_house(Client(address, trust), admin["employee_no"], admin["link"])
    guard = house.hire("吴保安", f"guard@site:{house.site_id}")
    made = Site(house, guard, house.tablet())
    eventually(lambda: guard.browser.get("/api/visitor/v1/strangers", site_id=house.site_id), 200)
    return made


def nothing_lost(report: Report, site: Site) -> None:
    """Every acknowledged write is there once, with one alarm to the guard, and nothing else."""
    kept = site.strangers()
    assert Counter(kept.values()).most_common(1)[0][1] == 1, "a write was done twice"
    lost = [key for key, id_ in report.acknowledged.items() if kept.get(id_) != key]
    assert lost == [], f"acknowledged and lost: {lost}"
    assert set(kept.values()) == set(report.acknowledged), "what was never acknowledged was retried until it was"
    newest = min(INBOX, len(kept))
    until(lambda: len(site.alarms()) >= newest, INBOX_SECONDS, lambda: f"alarms lost: {site.alarms()}")
    assert set(site.alarms().values()) == {1}, "an alarm was told twice"
    assert site.alarms().keys() <= kept.keys(), "an alarm was told of nothing that is kept"
