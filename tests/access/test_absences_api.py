"""Being away: by oneself or HR, with a stand-in who works here; on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis import clock
from services.access.people import store
from tests.access.conftest import Office
from tests.builders import fact_names
from tests.calls import Caller

pytestmark = pytest.mark.anyio
PATH = "/people/E001/absence"


def asked(days: float = 3, begin: float = 0, **changes: Any) -> dict[str, Any]:
    """Li Na's absence from `begin` days ahead, for some days, with the supervisor standing in."""
    start = clock.now() + timedelta(days=begin)
    times = {"starts_at": _text(start), "ends_at": _text(start + timedelta(days=days))}
    return {**times, "deputy_no": "S001", **changes}


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


async def test_one_is_away_and_back(office: Office) -> None:
    host = office.as_("host")
    away = await host.put(PATH, asked())
    assert (away.status, away.body["away_deputy"]["employee_no"]) == (200, "S001")
    assert "be_away" in away.body["can"]
    seen = (await office.as_("agent").get("/people/E001")).body
    assert seen["away_until"] == away.body["away_until"]
    assert "be_away" not in seen["can"]
    assert "away_deputy_no" not in seen
    await host.put("/people/E001/absence", asked(days=5))
    back = await host.send("DELETE", PATH)
    assert (back.body["away_from"], back.body["away_deputy"]) == (None, None)
    assert (await host.send("DELETE", PATH)).status == 200
    assert fact_names(office.db).count("PersonAway") == 3
    state = office.db.read_now(store.person_state, office.ids.people["host"])
    assert state is not None
    assert (state["away_from"], state["away_deputy_no"]) == (None, None)


async def test_an_absence_that_is_over_is_shown_to_nobody(office: Office) -> None:
    await office.as_("host").put(PATH, asked(days=1))
    later = clock.now() + timedelta(days=2)
    with clock.reading(lambda: later):
        assert (await office.as_("agent").get("/people/E001")).body["away_until"] is None


@pytest.mark.parametrize(
    ("changes", "rule", "pointer"),
    [
        ({"days": -1}, "absence_is_ahead", "/ends_at"),
        ({"begin": -9, "days": 2}, "absence_is_ahead", "/ends_at"),
        ({"days": 400}, "absence_is_ahead", "/ends_at"),
        ({"deputy_no": "NOBODY"}, "stand_in_works_here", "/deputy_no"),
        ({"deputy_no": "E001"}, "deputy_is_another", "/deputy_no"),
    ],
)
async def test_what_is_refused(office: Office, changes: dict[str, Any], rule: str, pointer: str) -> None:
    said = await office.as_("host").put(PATH, asked(**changes))
    assert (said.status, said.rules, said.body["errors"][0]["pointer"]) == (422, [rule], pointer)


async def test_who_may_enter_it(office: Office) -> None:
    assert (await Caller(office.app, "access", None).put(PATH, asked())).status == 401
    for name in ("agent", "supervisor", "manager", "auditor"):
        refused = await office.as_(name).put(PATH, asked())
        assert (name, refused.status, refused.rules) == (name, 403, ["enters_absence"])
        assert (await office.as_(name).send("DELETE", PATH)).rules == ["enters_absence"]
    assert (await office.as_("hr").put(PATH, asked())).status == 200
    assert (await office.as_("hr").put("/people/NOBODY/absence", asked())).status == 404
    assert (await office.as_("host").put(PATH, {"deputy_no": "S001"})).status == 422
