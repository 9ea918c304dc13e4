"""The form of a visit and the body of its call: rows of visitors, a window in the site's own time, faults by field.

Fields of the first visitor have plain names (`name`, `phone`), those of the n-th end in `_n` (`name_2`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from chassis import clock
from gateway.site_map import instant_of

MOST_ROWS = 100
CONTACT = ("name", "company", "phone", "email")
VISITOR = (*CONTACT, "same_as", "assistance", "assistance_agreed")
RENAMED = {"starts_at": "begin", "ends_at": "end", "area_ids": "areas"}


def field(name: str, row: int) -> str:
    """The name of a visitor's field in a row, counted from 1."""
    return name if row == 1 else f"{name}_{row}"


def rows_of(form: Mapping[str, Any]) -> int:
    """How many visitors the form asks for."""
    text = str(form.get("rows") or "1")
    return min(max(int(text), 1), MOST_ROWS) if text.isdecimal() and len(text) < 4 else 1


def with_rows(form: FormData) -> dict[str, Any]:
    """The form after its rows were changed: one more, one less, or those of a pasted list, a visitor a line."""
    values: dict[str, Any] = {name: form.getlist(name) if name == "areas" else form[name] for name in form}
    guests = [{name: str(form.get(field(name, row)) or "") for name in VISITOR} for row in range(1, rows_of(form) + 1)]
    act = str(form.get("row") or "")
    if act.startswith("remove-"):
        guests = [guest for row, guest in enumerate(guests, 1) if act != f"remove-{row}"]
    elif act == "paste":
        guests = [guest for guest in guests if guest["name"]] + _pasted(str(form.get("paste") or ""))
        values["paste"] = ""
    elif act == "add":
        guests.append({})
    guests = guests[:MOST_ROWS] or [{}]
    kept = {name: value for name, value in values.items() if name.rpartition("_")[0] not in VISITOR}
    cells = {field(name, row): guest.get(name, "") for row, guest in enumerate(guests, 1) for name in VISITOR}
    return {**kept, **cells, "rows": str(len(guests))}


def _pasted(text: str) -> list[dict[str, str]]:
    """One visitor a line: name, company, phone, e-mail, by comma or tab."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.replace("，", ",").replace("\t", ",").split(",")]
        if cells[0]:
            found.append(dict(zip(CONTACT, cells, strict=False)))
    return found


def plan_of(form: Mapping[str, Any], site: Mapping[str, Any]) -> dict[str, Any]:
    """What decides the steps of a visit, as the API takes it."""
    zone, day = str(site["zone"]), str(form.get("day") or "")
    last_day = str(form.get("end_day") or "") or day
    return {
        "kind": form.get("kind") or "guest",
        "site_id": site["id"],
        "areas": areas_of(form),
        "starts_at": instant_of(day, str(form.get("begin") or ""), zone),
        "ends_at": instant_of(last_day, str(form.get("end") or ""), zone),
        **({"host_no": form["host_no"]} if form.get("host_no") else {}),
    }


def areas_of(form: Mapping[str, Any]) -> list[str]:
    """The areas ticked."""
    found = form.getlist("areas") if isinstance(form, FormData) else form.get("areas", [])
    return [str(area) for area in found]


def invitation(form: FormData, site: Mapping[str, Any]) -> dict[str, Any]:
    """The whole invitation. Rows that nothing was typed into are nobody."""
    rows = [row for row in range(1, rows_of(form) + 1) if row == 1 or form.get(field("name", row))]
    return {
        **plan_of(form, site),
        **_texts(form),
        "visitors": [_guest(form, row) for row in rows],
        "escort_no": form.get("escort_no") or None,
    }


def change(form: FormData, site: Mapping[str, Any]) -> dict[str, Any]:
    """What an edited visit shall be; a phone or e-mail left empty stays as it is."""
    plan = {name: value for name, value in plan_of(form, site).items() if name not in ("site_id", "host_no")}
    typed = {name: str(form.get(name) or "") for name in CONTACT}
    visitor = {name: text for name, text in typed.items() if text or name == "company"}
    return {
        **plan,
        **_texts(form),
        "visitor": visitor,
        "escort_no": form.get("escort_no") or None,
        "assistance": form.get("assistance") or "",
        "assistance_agreed": form.get("assistance_agreed") == "yes",
    }


def _texts(form: FormData) -> dict[str, Any]:
    return {
        "purpose": form.get("purpose") or "",
        "items": form.get("items") or "",
        "language": form.get("language") or "zh",
    }


def _guest(form: FormData, row: int) -> dict[str, Any]:
    guest: dict[str, Any] = {name: str(form.get(field(name, row)) or "") for name in (*CONTACT, "assistance")}
    guest["assistance_agreed"] = form.get(field("assistance_agreed", row)) == "yes"
    same_as = form.get(field("same_as", row))
    return {**guest, "same_as": same_as} if same_as else guest


def as_typed(visits: list[Mapping[str, Any]], zone: str, *, again: bool) -> dict[str, Any]:
    """A visit, or a whole party, as its form would have been typed; `again` for the next one like it.

    Phone and e-mail are not shown: left empty they stay as they are.
    """
    visit = visits[0]
    begin, end = (datetime.fromisoformat(visit[name]).astimezone(ZoneInfo(zone)) for name in ("starts_at", "ends_at"))
    if again:
        today = clock.now().astimezone(ZoneInfo(zone))
        days = max((today.date() - begin.date()).days, 0) + (begin.time() <= today.time())
        begin, end = begin + timedelta(days=days), end + timedelta(days=days)
    guests = {
        field(name, row): value
        for row, one in enumerate(visits, 1)
        for name, value in _typed_guest(one, again=again).items()
    }
    return {
        **{name: visit[name] for name in ("kind", "purpose", "items", "language")},
        **guests,
        "rows": str(len(visits)),
        "areas": [area["id"] for area in visit["areas"]],
        "day": f"{begin:%Y-%m-%d}",
        "begin": f"{begin:%H:%M}",
        "end": f"{end:%H:%M}",
        "end_day": f"{end:%Y-%m-%d}" if end.date() != begin.date() else "",
        "escort_no": visit["escort"]["employee_no"] if visit["escort"] else "",
        "host_no": visit["host"]["employee_no"] if visit["host"] else "",
    }


def _typed_guest(visit: Mapping[str, Any], *, again: bool) -> dict[str, str]:
    guest = {name: visit["visitor"][name] for name in ("name", "company")}
    if again:
        return {**guest, "same_as": visit["id"]}
    assistance = visit["assistance"] or ""
    return {**guest, "assistance": assistance, "assistance_agreed": "yes" if assistance else ""}


def to_fields(problem: Mapping[str, Any]) -> dict[str, Any]:
    """The problem with pointers of the API turned into names of the form's fields."""
    return {
        **problem,
        "errors": [{**error, "pointer": _field_of(error.get("pointer"))} for error in problem.get("errors", ())],
    }


def _field_of(pointer: Any) -> str:
    parts = str(pointer or "").strip("/").split("/")
    if parts[0] == "visitors" and len(parts) > 2 and parts[1].isdecimal():
        return "/" + field(parts[2], int(parts[1]) + 1)
    name = parts[-1] if parts[0] == "visitor" else parts[0]
    return "/" + RENAMED.get(name, name) if name else ""
