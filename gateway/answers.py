"""What a person has typed into a form, and what is wrong with it: the one thing every field macro reads.

A page route makes one from the form it received and the problem the service answered, and renders the same template
again with status 422: every answer is kept, every fault stands in the summary and beside its field in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right: the field's name ("" for the form as a whole), the sentence, the control for staff."""

    name: str
    says: str
    control: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Values by field name, and the faults found in them. `Answers()` is an empty, untouched form."""

    values: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[Fault] = ()

    @classmethod
    def refused(
        cls,
        values: Mapping[str, Any],
        problem: Mapping[str, Any],
        *,
        staff: bool = False,
        fields: Mapping[str, str] | None = None,
        rest: str | None = None,
    ) -> Self:
        """The form again, with the faults of a service's problem+json (RFC 9457 with `errors[]`).

        `problem["errors"]` entries have `pointer` (RFC 6901), `detail` and perhaps `control`, which is kept for staff
        only (2.12.2). A problem without entries becomes one fault of the whole form.

        `fields` names the form's field for a name of the API (`area_ids` also for `area_ids.0`). What it does not name
        keeps its own, or stands at the field `rest`: with "" for the form as a whole.
        """
        entries = problem.get("errors") or [{"pointer": "", "detail": problem.get("detail") or problem.get("title")}]
        return cls(values, tuple(_fault(entry, staff, fields or {}, rest) for entry in entries))

    def value(self, name: str, default: Any = "") -> Any:
        """What was typed in a field; the default if the field was never shown."""
        found = self.values.get(name, default)
        return default if found is None else found

    def chosen(self, name: str) -> Sequence[str]:
        """The values ticked in a group of boxes, as texts."""
        found = self.values.get(name, ())
        getlist = getattr(self.values, "getlist", None)
        if getlist:
            return [str(value) for value in getlist(name)]
        return [str(found)] if isinstance(found, str | int) else [str(value) for value in found]

    def fault(self, name: str) -> Fault | None:
        """The first fault of a field, or None."""
        return next((fault for fault in self.faults if fault.name == name), None)

    def only(self, name: str, says: str) -> Answers:
        """The same answers with one fault and no other."""
        return Answers(self.values, (Fault(name, says),))

    def with_faults(self, faults: Iterable[Fault]) -> Answers:
        """The same answers with more faults, for checks the page itself makes."""
        return Answers(self.values, (*self.faults, *faults))


def tail(id_: str) -> str:
    """The end of a row's id: it makes the names of the fields of a form on a row one of a kind on the page."""
    return id_[-12:]


def on_row(id_: str, *names: str) -> dict[str, str]:
    """The fields of a form that stands on the row of `id_`, by their names in the API."""
    return {name: f"{name}-{tail(id_)}" for name in names}


def _fault(entry: Mapping[str, Any], staff: bool, fields: Mapping[str, str], rest: str | None) -> Fault:
    said = str(entry.get("pointer") or "").lstrip("/").replace("/", ".").replace("~1", "/").replace("~0", "~")
    name = said and fields.get(said, fields.get(said.partition(".")[0], said if rest is None else rest))
    return Fault(name, str(entry.get("detail") or ""), str(entry.get("control") or "") if staff else "")
