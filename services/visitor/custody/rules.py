"""Who may hand a visitor over or bring one back."""

from __future__ import annotations

from chassis.rules import Kind, rule


@rule("2.4", kind=Kind.WHO, zh="交接由现在的陪同人和接手的陪同人办理", en="Custody passes between the two escorts")
def person_escorts(person: bool) -> bool:
    """A handover of custody is two people's act, never a tablet's or a program's."""
    return person


@rule(
    "2.4",
    kind=Kind.WHO,
    zh="这位访客由{holder}陪同，由{holder}确认离开区域",
    en="This visitor is in {holder}'s company; {holder} says when they have left the area",
)
def holder_brings_back(holder_id: str | None, person_id: str) -> bool:
    """Whoever has the visitor in company says that the visitor is out of the area again."""
    return holder_id == person_id


@rule("2.4", kind=Kind.INPUT, pointer="/employee_no", zh="没有这个员工编号", en="There is no such employee number")
def offered_person_is_known(known: bool) -> bool:
    """A visitor is offered to somebody of the directory."""
    return known
