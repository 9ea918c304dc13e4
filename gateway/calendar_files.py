"""Visits as iCalendar files (RFC 5545, iTIP 5546), for mails and downloads: one event, one UID, a growing SEQUENCE."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vText

from chassis import clock

STATUS = {"invited": "CONFIRMED", "changing": "TENTATIVE", "off": "CANCELLED"}


def invitation_ics(visit: Mapping[str, Any], code: str) -> bytes:
    """A visit to download; the code stands in its description, no phone and no ID."""
    host = (visit["host"] or {}).get("name", "")
    event = _event(visit["id"], visit, host, code)
    data: bytes = _calendar(event, "PUBLISH").to_ical()
    return data


def event_ics(found: Mapping[str, Any], what: str, sequence: int, sender: Address) -> str:
    """The same for a mail: asks the visitor's calendar to take, change or drop the event."""
    event = _event(found["visit_id"], found, found["host_name"], found["code"] if what == "invited" else "")
    event.add("sequence", sequence)
    event.add("status", STATUS[what])
    event.add("location", found["site_name_en"] if found["language"] == "en" else found["site_name"])
    event.add("organizer", _party(sender.addr_spec, found["host_name"]), encode=False)
    guest = _party(found["email"], found["name"])
    guest.params["rsvp"] = vText("FALSE")
    event.add("attendee", guest, encode=False)
    calendar = _calendar(event, "CANCEL" if what == "off" else "REQUEST")
    return str(calendar.to_ical().decode())


def _event(visit_id: str, times: Mapping[str, Any], host: str, code: str) -> Event:
    english = times["language"] == "en"
    event = Event()
    event.add("uid", f"{visit_id}@gatehouse")
    event.add("dtstamp", clock.now())
    event.add("dtstart", datetime.fromisoformat(times["starts_at"]))
    event.add("dtend", datetime.fromisoformat(times["ends_at"]))
    event.add("summary", f"Visit to {host}" if english else f"拜访{host}")
    if code:
        text = f"Your code: {code}. Bring a valid ID." if english else f"预约码：{code}。请带有效证件。"
        event.add("description", text)
    return event


def _party(address: str, name: str) -> vCalAddress:
    party = vCalAddress(f"MAILTO:{address}")
    party.params["cn"] = vText(name)
    return party


def _calendar(event: Event, method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Gatehouse//visits//")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return calendar
