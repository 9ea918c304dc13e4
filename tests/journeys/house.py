"""A site of our own in a running deployment: set up, staffed and equipped through its public door alone.

One administrator's one-time link is all that must be known beforehand; so the same journeys run against a product that
a test started and, by `BASE_URL`, against one that is deployed.
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from secrets import token_hex
from typing import Any

from tests.journeys.client import Client, Said

PASSWORD = "correct horse battery"
NOON = 12
AREAS = (("FLOOR", "坐席职场", "Call floor", "call_floor"), ("LOUNGE", "休息室", "Lounge", "lounge"))
DESK = ("DESK", "前台", "Front desk", "front_desk")
DOORS = (("MAIN", "正门", "Main door", "DESK"), ("FLOOR", "职场门", "Floor door", "FLOOR"))
PEOPLE_SECONDS = 30
"""How long a person who was added may take to be known everywhere on a busy machine."""


@dataclass
class Person:
    """Somebody of the cast at their own browser."""

    no: str
    name: str
    id: str
    badge_no: str
    browser: Client


@dataclass
class House:
    """The site, its places, and everybody who works there so far."""

    admin: Client
    code: str
    program: tuple[str, str] = ("", "")
    site_id: str = ""
    places: dict[str, str] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def hr(self) -> Client:
        """HR's program, with a token of its own: one lives two minutes."""
        return self.admin.again(token_of(self.admin.again(), *self.program))

    def client(self, *scopes: str) -> tuple[str, str]:
        """Add a program with these scopes; its id and secret."""
        self.check_again()
        made = good(self.admin.post("/api/gateway/v1/clients", {"name": "HR", "scopes": list(scopes)}), 201).body
        return made["id"], made["secret"]

    def check_again(self) -> None:
        """The administrator's second check, which some steps need."""
        good(self.admin.post("/api/gateway/v1/sessions/current/second-check", {"password": PASSWORD}), 200)

    def hire(self, name: str, *roles: str, **more: Any) -> Person:
        """HR adds a person by the API, the security admin gives roles, the person sets a password and signs in."""
        no = f"{self.code}-{next(self.numbers)}"
        kept = {"name": name, "site": self.code, "department": self.code, "badge_no": f"B-{no}", **more}
        added = good(self.hr.put(f"/api/access/v1/people/{no}", kept), 200)
        for role in roles:
            code, _, scope = role.partition("@")
            good(self.admin.post(f"/api/access/v1/people/{no}/roles", {"role": code, "scope": scope}), 200)
        self.check_again()
        link = eventually(lambda: self.admin.post(f"/api/gateway/v1/people/{added.body['id']}/password-link"), 201)
        browser = signed_in(self.admin.again(), no, link.body["link"])
        return Person(no, name, added.body["id"], kept["badge_no"], browser)

    def tablet(self, door: str = "MAIN") -> Client:
        """A tablet beside a door, paired by its code; it shows its secret as a program would."""
        asked = {"door_id": self.places[f"door:{door}"]}
        code = eventually(lambda: self.admin.post("/api/gateway/v1/pairings", asked), 201).body["code"]
        paired = good(self.admin.again().post("/api/gateway/v1/devices", {"code": code}), 201)
        return self.admin.again(paired.body["secret"])

    def invitation(self, *areas: str, **changes: Any) -> dict[str, Any]:
        """What a host sends: one visitor, from now on for two hours."""
        now = datetime.now(UTC)
        asked = {
            "visitors": [{"name": "王小明", "company": "华信科技", "phone": "13800000427"}],
            "kind": "maintenance",
            "purpose": "空调检修",
            "site_id": self.site_id,
            "areas": [self.places[f"area:{area}"] for area in areas],
            "starts_at": (now - timedelta(minutes=5)).isoformat(),
            "ends_at": (now + timedelta(hours=2)).isoformat(),
        }
        return {**asked, **changes}


def new_administrator() -> tuple[str, ...]:
    """The command that adds an administrator of a number nobody has, and prints their one-time link."""
    roles = ("--role", "platform_admin", "--role", "security_admin")
    return ("user", "add", "--name", "管理员", "--employee-no", f"J{token_hex(4)}", *roles)


def open_house(address: Client, no: str, link: str) -> House:
    """Sign the administrator in and set up a site of our own, at which it is noon of a working day."""
    house = House(signed_in(address, no, link), "J" + token_hex(4).upper())
    house.program = house.client("people:read", "people:write")
    admin = house.admin
    site = good(admin.put(f"/api/access/v1/sites/{house.code}", _site()), 200)
    house.site_id = site.body["id"]
    for code, name, name_en, kind in (*AREAS, DESK):
        area = {"name": name, "name_en": name_en, "kind": kind}
        made = good(admin.put(f"/api/access/v1/sites/{house.code}/areas/{code}", area), 200)
        house.places[f"area:{code}"] = made.body["id"]
    for code, name, name_en, area_code in DOORS:
        door = {"name": name, "name_en": name_en, "area": area_code}
        made = good(admin.put(f"/api/access/v1/sites/{house.code}/doors/{code}", door), 200)
        house.places[f"door:{code}"] = made.body["id"]
    for day in (datetime.now(UTC) + timedelta(days=n) for n in (-1, 0, 1)):
        good(admin.put(f"/api/access/v1/sites/{house.code}/calendar/{day:%Y-%m-%d}", {"working": True}), 200)
    department = {"name": "外呼一部", "name_en": "Outbound 1"}
    made = good(house.hr.put(f"/api/access/v1/departments/{house.code}", department), 200)
    house.places["department"] = made.body["id"]
    return house


FROM_UTC = NOON - datetime.now(UTC).hour
"""Hours from UTC to a zone in which it is about noon now: no visit of a test reaches into the evening."""


def at_the_site() -> datetime:
    """What the clocks at our site show."""
    return datetime.now(timezone(timedelta(hours=FROM_UTC)))


def _site() -> dict[str, Any]:
    return {"name": "体验职场", "name_en": "Journey site", "zone": f"Etc/GMT{-FROM_UTC:+d}"}


def token_of(caller: Client, client_id: str, secret: str) -> str:
    """A token by client credentials (RFC 6749 4.4)."""
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    said = caller.form_post("/oauth/token", {"grant_type": "client_credentials"}, {"Authorization": f"Basic {basic}"})
    token: str = good(said, 200).body["access_token"]
    return token


def signed_in(browser: Client, no: str, link: str) -> Client:
    """Set the password by a one-time link and sign in; a person added a moment ago may still be on the way."""
    chosen = {"link": link.rpartition("/")[2], "password": PASSWORD}
    eventually(lambda: browser.post("/api/gateway/v1/passwords", chosen), 204)
    good(browser.post("/api/gateway/v1/sessions", {"employee_no": no, "password": PASSWORD}), 201)
    return browser


def good(said: Said, status: int) -> Said:
    """The answer, which must have this status."""
    assert said.status == status, (said.status, said.text[:800])
    return said


def eventually(ask: Any, status: int, seconds: float = PEOPLE_SECONDS) -> Said:
    """Ask until the answer has this status: what was said a moment ago may still be on its way to another service."""
    until = time.monotonic() + seconds
    while (said := ask()).status != status and time.monotonic() < until:
        time.sleep(0.1)
    return good(said, status)


def wait_until(holds: Any, seconds: float = PEOPLE_SECONDS) -> float:
    """Wait until something holds; how many seconds it took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "not in time"
        time.sleep(0.05)
    return time.monotonic() - begun
