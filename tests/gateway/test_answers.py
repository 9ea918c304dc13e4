"""A form with its faults: which field of a page each fault of the API stands beside."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gateway.answers import Answers, on_row

ROW = on_row("01a21245-76ea-715b-86b0-d30a1e4f240d", "note")


@pytest.mark.parametrize(
    ("pointer", "fields", "rest", "name"),
    [
        ("/purpose", {}, None, "purpose"),
        ("/visitors/0/name", {}, None, "visitors.0.name"),
        ("/area_ids/0", {"area_ids": "areas"}, None, "areas"),
        ("/signature/name", {"signature.name": "typed"}, None, "typed"),
        ("/note", ROW, "", "note-d30a1e4f240d"),
        ("/site_id", ROW, "", ""),
        ("/role", {}, "employee_no", "employee_no"),
        ("", {}, "employee_no", ""),
    ],
)
def test_a_fault_stands_beside_its_field(pointer: str, fields: Mapping[str, str], rest: str | None, name: str) -> None:
    problem = {"errors": [{"pointer": pointer, "detail": "请填写"}]}
    assert Answers.refused({}, problem, fields=fields, rest=rest).faults[0].name == name
