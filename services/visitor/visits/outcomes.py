"""Shapes of answers about more than one visit, and about one that is not made yet."""

from __future__ import annotations

from pydantic import BaseModel

from services.visitor.visits.rules import Reason
from services.visitor.visits.schemas import PersonShown, Visit


class Party(BaseModel):
    """The visits of a party, as far as the caller may see them."""

    party_id: str
    visits: list[Visit]


class PartyResult(BaseModel):
    """What became of a decision for one visitor of a party, and why not, in both languages."""

    visit_id: str
    decided: bool
    zh: str | None
    en: str | None


class PartyDecided(Party):
    """A party after a decision, with the result for each visitor the decision was for."""

    results: list[PartyResult]


class PlannedStep(BaseModel):
    """A step that a visit would need; `by_asking` is decided by sending it, `by_list` by whom the area lists."""

    reason: Reason
    by_list: bool
    by_asking: bool
    who_can: list[PersonShown]


class PlannedEscort(PersonShown):
    """Somebody designated for the whole visit, and how many open visits name them in its window."""

    department_name: str
    most_open: int
    booked: int
    is_free: bool


class Plan(BaseModel):
    """What would follow from an invitation."""

    steps: list[PlannedStep]
    needs_escort: bool
    escorts: list[PlannedEscort]
