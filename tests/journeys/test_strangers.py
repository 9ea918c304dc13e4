"""A stranger on the floor: one tap by any employee, first out, then asked."""

from __future__ import annotations

from tests.journeys.cast import Cast
from tests.journeys.house import eventually, good, wait_until


def test_a_stranger_is_first_out_then_asked(cast: Cast) -> None:
    agent, guard = cast.agent.browser, cast.guard.browser
    seen = eventually(lambda: agent.post("/api/visitor/v1/strangers", {}), 201).body
    path = f"/api/visitor/v1/strangers/{seen['id']}"
    refused = agent.post(f"{path}:ask")
    assert (refused.status, refused.rules) == (409, ["out_comes_before_asked"]), refused.text
    wait_until(lambda: _told(cast, seen["id"]))
    good(agent.post(f"{path}:call-guard"), 200)
    good(guard.post(f"{path}:show-out"), 200)
    good(guard.post(f"{path}:ask"), 200)
    closed = good(guard.post(f"{path}:close", {"outcome": "left"}), 200).body
    assert closed["state"] == "closed"


def _told(cast: Cast, stranger_id: str) -> bool:
    """Whether the guard's inbox has the alarm, once."""
    notices = good(cast.guard.browser.get("/api/gateway/v1/notices"), 200).body["items"]
    about = [one for one in notices if stranger_id in one["subject"] and one["kind"] == "stranger"]
    assert len(about) <= 1, "told twice"
    return bool(about)
