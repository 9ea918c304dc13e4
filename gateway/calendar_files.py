"""Visits as iCalendar files (RFC 5545), for mails and downloads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from icalendar import Calendar, Event

from chassis import clock


def invitation_ics(visit: Mapping[str, Any], code: str) -> bytes:
    """One visit as a calendar with one event; the code stands in its description, no phone and no ID."""
    english = visit["language"] == "en"
    host = (visit["host"] or {}).get("name", "")
    event = Event()
    event.add("uid", f"{visit['id']}@gatehouse")
    event.add("dtstamp", clock.now())
    event.add("dtstart", datetime.fromisoformat(visit["starts_at"]))
    event.add("dtend", datetime.fromisoformat(visit["ends_at"]))
    event.add("summary", f"Visit to {host}" if english else f"拜访{host}")
    event.add("description", f"Your code: {code}. Bring a valid ID." if english else f"预约码：{code}。请带有效证件。")
    calendar = Calendar()
    calendar.add("prodid", "-//Gatehouse//visits//")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data
