"""Shapes of the lobby board and of the day as the desk shows it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from services.visitor.entries.schemas import Certainty
from services.visitor.visits.rules import State, VisitKind
from services.visitor.visits.schemas import AreaName, PersonShown


class Guest(BaseModel):
    """A visitor on the board. `can` lists what the reader may do now, judged by the rules themselves.

    `told` is how far up the ladder a walk-in's wait has come, `host_is_asked` whether it is for the
    host; `loose` and `in_locker` count declared media that are not in a locker yet, and things that
    are; `suggested` is a free badge of the right kind, each row's another.
    """

    visit_id: str
    name: str
    company: str
    kind: VisitKind
    state: State
    walk_in: bool
    areas: list[AreaName]
    host: PersonShown | None
    escort: PersonShown | None
    with_escort: bool
    escort_lost: bool
    badge_no: str | None
    id_checked: bool
    told: int
    host_is_asked: bool
    loose: int
    in_locker: int
    overstay: bool
    certainty: Certainty | None
    since: datetime
    starts_at: datetime
    ends_at: datetime
    suggested: str | None
    can: list[str]


class MissingBadge(BaseModel):
    """A badge that is out past the day it was due."""

    badge_no: str
    handed_at: datetime
    due_at: datetime
    visit_id: str
    name: str
    state: State
    host: PersonShown | None


class StrangerSeen(BaseModel):
    """A stranger, as far as the board shows it."""

    id: str
    place: str
    place_en: str
    state: str
    guard_needed: bool
    seen_at: datetime
    out_at: datetime | None


class Lobby(BaseModel):
    """The board of a site as of `as_of`; `seen` is how many facts the journal held then."""

    site_id: str
    as_of: datetime
    seen: int
    strangers: list[StrangerSeen]
    walk_ins: list[Guest]
    at_desk: list[Guest]
    inside: list[Guest]
    to_confirm: list[Guest]
    badges: list[MissingBadge]
    expected: list[Guest]


class Worst(BaseModel):
    """The item that most needs somebody: its page, what it is called in either language, since when it stands so."""

    page: str
    name: str
    name_en: str
    since: datetime


class Figure(BaseModel):
    """One figure of the day. `more` when it was counted no further; `worst` leads to the reddest item."""

    key: str
    n: int
    more: bool
    worst: Worst | None


class DayCount(BaseModel):
    """Visitors let in on a local day of the site."""

    day: date
    visitors: int


class Desk(BaseModel):
    """A site today: figures, who is expected next, and the visitors of the last thirty days."""

    site_id: str
    as_of: datetime
    figures: list[Figure]
    expected: list[Guest]
    days: list[DayCount]
