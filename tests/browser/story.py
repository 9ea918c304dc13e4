"""What happens in the demonstration while tests look on: each step by the API, in the name of whoever does it."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from chassis import clock
from services.visitor.limits import Limits
from tests.browser.demo import TABLET, Demo

Visit = dict[str, Any]
HOST, MANAGER, DUTY_MANAGER, GUARD, ESCORT = "E001", "M001", "D001", "G001", "S001"
_NAMES = ("周敏", "许立", "Marta Novak", "何静", "苏强", "Peter Hall", "韩雪", "罗琳")
_numbers = count()
READ = {"privacy_version": Limits().privacy_version}


def area(demo: Demo, code: str) -> dict[str, Any]:
    """The area of this code."""
    areas = demo.get(HOST, "/api/access/v1/sites")["areas"]
    found: dict[str, Any] = next(one for one in areas if one["code"] == code)
    return found


def make_room(demo: Demo) -> None:
    """The escort of these tests may have twenty visitors: each test brings some, and none waits for another's."""
    floor = area(demo, "FLOOR")
    body = {
        "site_id": floor["site_id"],
        "employee_no": ESCORT,
        "kind": "work",
        "area_ids": [floor["id"]],
        "starts_at": (clock.now() - timedelta(hours=1)).isoformat(),
        "ends_at": (clock.now() + timedelta(days=2)).isoformat(),
        "most_open": 20,
    }
    demo.post(MANAGER, "/api/visitor/v1/escorts", body)


def invited(demo: Demo, to: str = "LOUNGE", **changes: Any) -> Visit:
    """A visit asked for by the host, for now."""
    place, number = area(demo, to), next(_numbers)
    body = {
        "visitors": [{"name": _NAMES[number % len(_NAMES)], "company": "联通华东", "phone": f"138000010{number:02}"}],
        "purpose": "季度业务回访",
        "kind": "maintenance" if to == "FLOOR" else "guest",
        "site_id": place["site_id"],
        "areas": [place["id"]],
        "starts_at": clock.now().isoformat(),
        "ends_at": (clock.now() + timedelta(hours=2)).isoformat(),
        "escort_no": ESCORT if to == "FLOOR" else None,
    }
    made: Visit = demo.post(HOST, "/api/visitor/v1/visits", body | changes)["visits"][0]
    return made


def permitted(demo: Demo, to: str = "LOUNGE", **changes: Any) -> Visit:
    """The same, with every yes it needs at this hour."""
    visit_id = invited(demo, to, **changes)["id"]
    for who in (MANAGER, DUTY_MANAGER):
        seen = demo.get(who, f"/api/visitor/v1/visits/{visit_id}")
        if "approve" in seen["can"]:
            decide = f"/api/visitor/v1/visits/{visit_id}:decide"
            demo.post(who, decide, {"decision": "approve"}, version=seen["version"])
    return see(demo, HOST, visit_id)


def arrived(demo: Demo, to: str = "LOUNGE", things: tuple[str, ...] = ()) -> Visit:
    """A visitor who has registered at the tablet and stands at the desk."""
    visit_id = permitted(demo, to)["id"]
    body = {
        **READ,
        "rules_version": Limits().rules_version,
        "belongings": [{"kind": kind} for kind in things],
    }
    demo.post(TABLET, f"/api/visitor/v1/arrivals/{visit_id}:arrive", body)
    return see(demo, GUARD, visit_id)


def walked_in(demo: Demo) -> Visit:
    """Somebody without an appointment, who waits for the host's yes."""
    body = {"name": "林涛", "company": "顺丰速运", "host": "李娜", "purpose": "合同洽谈"}
    asked = demo.post(TABLET, "/api/visitor/v1/walk-ins", body | READ)
    return see(demo, GUARD, asked["visit_id"])


def see(demo: Demo, who: str, visit_id: str) -> Visit:
    """The visit as somebody sees it now."""
    seen: Visit = demo.get(who, f"/api/visitor/v1/visits/{visit_id}")
    return seen
