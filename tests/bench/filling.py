"""A visitor service with a history: N visits and what hangs on them, as many sites and years as that takes.

Growth is what a company sees that uses the product for years: a longer past, and more sites once one has three years of
it, while what comes in a day and is open now stays what one door can handle. Rows are as the product's own actions
leave them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

import orjson
import sqlalchemy as sa

from chassis import clock
from chassis.columns import instant_text
from chassis.db import Database, Tx
from chassis.names import search_keys
from services.visitor.badges.store import BADGE, HANDOUT
from services.visitor.base import DIRECTORY
from services.visitor.belongings.store import BELONGING
from services.visitor.entries.store import SCAN
from services.visitor.erasures.rules import NOBODY
from services.visitor.escorts.store import CUSTODY, DESIGNATION
from services.visitor.strangers.store import STRANGER
from services.visitor.visits.store import AREA, KEY, STEP, VISIT, VISITOR
from tests.bench.loading import AT_ONCE, load

A_DAY = 30
"""Visits of one site."""
VISITS_PER_SITE = A_DAY * 3 * 365
YEARS = timedelta(days=3 * 365)
FOR_EVER = YEARS * 100
OPEN_PER_SITE = 50
"""The newest visits of a site, which are still to come, waiting, or inside."""
HOSTS = 40
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单曾欧葛"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文建国志海龙凤玉兰红梅春晓宁"
TRADES = ("科技", "信息", "电子", "物业", "通信", "保险", "银行", "速运", "空调", "消防", "安防", "软件")
TOWNS = ("华东", "华南", "招商", "联通", "中电", "格力", "平安", "顺丰", "思科", "海康", "东软", "神州", "远大", "金蝶")
PURPOSES = ("季度业务回访", "空调检修", "系统巡检", "面试", "项目验收", "合同洽谈")


@dataclass(frozen=True, slots=True)
class Place:
    """A site as visits need it: its ids, who may be visited there, and who stands at the door."""

    site: str
    lounge: str
    floor: str
    door: str
    hosts: Sequence[str]
    guard: str


class Ids:
    """Identifiers like UUIDv7 that sort by the time they name, the same in every run."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  the same rows in every run, and no secret

    def at(self, moment: datetime) -> str:
        """An id made at this moment."""
        number = int(moment.timestamp() * 1000) << 80 | self._random.getrandbits(80)
        number = number & ~(0xF << 76) | 0x7 << 76
        text = f"{number & ~(0x3 << 62) | 0x2 << 62:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def fill(db: Database, first: Place, count: int, known: timedelta = FOR_EVER) -> list[Place]:
    """Load `count` visits with all that hangs on them into an empty service; the sites they are at, `first` first.

    Visitors of visits longer ago than `known` stand as an erasure leaves them.
    """
    places = [first, *_more_places(db, first, count // VISITS_PER_SITE)]
    for place in places:
        load(db, BADGE, _badges(place))
    story = _Story(places, count, known)
    visits = story.visits()
    while batch := list(islice(visits, AT_ONCE)):
        for table, part in PARTS:
            load(db, table, (row for visit in batch for row in part(visit)))
    load(db, STRANGER, story.strangers())
    load(db, DESIGNATION, story.designations())
    return places


def fill_journal(db: Database, count: int) -> None:
    """Load so many facts behind those that are there; their hashes are no tree's, which only an audit would see."""
    begin = db.read_now(lambda tx: db.journal.size(tx.connection))
    step, now, ids = YEARS / count, clock.now(), Ids(6)

    def rows() -> Iterator[Mapping[str, Any]]:
        for n in range(count):
            at = now - step * (count - n)
            known = {"fact": FACTS[n % len(FACTS)], "subject": f"visit:{ids.at(at)}", "actor": f"person:{n % 500}"}
            data = {**known, "at": instant_text(at), "controls": [], "body": {}}
            yield {"idx": begin + n, "data": orjson.dumps(data).decode(), "leaf": bytes(32), "at": at, **known}

    load(db, db.tables.journal, rows())


FACTS = ("VisitInvited", "StepDecided", "VisitApproved", "VisitorArrived", "IdChecked", "VisitorCleared", "VisitorLeft")


def _more_places(db: Database, first: Place, count: int) -> list[Place]:
    """Other sites with staff of their own, as a follower would have copied them."""
    ids, now = Ids(7), clock.now()
    return [db.write_now(_add_place, first.site, n, [ids.at(now) for _ in range(4 + HOSTS)]) for n in range(count)]


def _add_place(tx: Tx, like: str, number: int, ids: Sequence[str]) -> Place:
    site, lounge, floor, door, *hosts = ids
    tables, model = DIRECTORY.tables, DIRECTORY.site(tx, like)
    assert model is not None
    tx.change(sa.insert(tables.site), {**model._mapping, "id": site, "code": f"S{number:03d}"})
    for area, kind in ((lounge, "lounge"), (floor, "call_floor")):
        names = {"code": kind, "name": kind, "name_en": kind, "kind": kind}
        rest = {"privileged": False, "position": 0, "permitters": [], "active": True}
        tx.change(sa.insert(tables.area), {"id": area, "site_id": site, **names, **rest})
    for n, host in enumerate(hosts):
        who = {"id": host, "employee_no": f"X{number:03d}{n:02d}", "name": name_of(number * HOSTS + n), "site_id": site}
        rest = {"department_name": "", "management": False, "language": "zh", "active": True}
        tx.change(sa.insert(tables.person), {**who, **rest})
    return Place(site, lounge, floor, door, hosts, hosts[0])


def _badges(place: Place) -> Iterator[Mapping[str, Any]]:
    for n in range(OPEN_PER_SITE):
        yield {"site_id": place.site, "no": f"N{n:03d}", "kind": "floor" if n % 2 else "lounge", "state": _badge(n)}


def _badge(n: int) -> str:
    return "handed_out" if n in HOLDS_A_BADGE else "stored"


STATES = (
    *["submitted"] * 5, *["in_review"] * 5, *["approved"] * 20, *["arrived"] * 3, *["cleared"] * 2, *["in_lounge"] * 5,
    *["inside"] * 5, *["left_unconfirmed"] * 1, *["returned"] * 4,
)  # fmt: skip
"""How the newest visits of a site stand, the newest first."""
HOLDS_A_BADGE = frozenset(n for n, state in enumerate(STATES) if state in ("cleared", "in_lounge", "inside"))
PAST = (*["closed"] * 90, *["no_show"] * 5, *["withdrawn"] * 3, *["refused"] * 2)
TO_COME = frozenset({"submitted", "in_review", "approved", "returned"})


@lru_cache(maxsize=50_000)
def _keys(name: str, company: str) -> tuple[str, ...]:
    return tuple(search_keys(name, company))


def name_of(n: int) -> str:
    return SURNAMES[n * 7 % len(SURNAMES)] + GIVEN[n * 11 % len(GIVEN)] + GIVEN[n // 41 % len(GIVEN)]


class _Story:
    """Everything that happened, told anew by each iterator, always the same."""

    def __init__(self, places: Sequence[Place], count: int, known: timedelta) -> None:
        self.places = places
        self.count = count
        self.now = clock.now()
        self.known_since = self.now - known
        self._step = timedelta(days=1) / (A_DAY * len(places))

    def moment(self, n: int) -> datetime:
        """When the n-th thing happened; the last one just now."""
        return self.now - self._step * (self.count - 1 - n) - timedelta(minutes=1)

    def visits(self) -> Iterator[_Visit]:
        """The visits, the oldest first."""
        ids, others = Ids(1), Ids(2)
        for n in range(self.count):
            moment = self.moment(n)
            yield _Visit(self, n, moment, ids.at(moment), others.at(moment))

    def strangers(self) -> Iterator[Mapping[str, Any]]:
        """As many strangers as visits, all shown out."""
        ids = Ids(3)
        for n in range(self.count):
            place, at = self.places[n % len(self.places)], self.moment(n)
            reporter = place.hosts[n % len(place.hosts)]
            done = {"out_at": at + timedelta(minutes=4), "closed_at": at + timedelta(minutes=9), "out_by": place.guard}
            yield {"id": ids.at(at), "site_id": place.site, "place": "三楼", "state": "closed", "seen_at": at,
                   "reported_at": at, "reported_by": reporter, "outcome": "visitor", **done}  # fmt: skip

    def designations(self) -> Iterator[Mapping[str, Any]]:
        """As many designations as visits; the newest ten of a site are in force."""
        ids = Ids(4)
        for n in range(self.count):
            place, at = self.places[n % len(self.places)], self.moment(n)
            in_force = (self.count - 1 - n) // len(self.places) < 10
            ends = self.now + timedelta(days=30) if in_force else at + timedelta(hours=8)
            yield {"id": ids.at(at), "site_id": place.site, "person_id": place.hosts[n % len(place.hosts)],
                   "kind": "work", "area_ids": [place.floor], "starts_at": at, "ends_at": ends, "most_open": 3,
                   "designated_by": place.guard, "created_at": at}  # fmt: skip


class _Visit:
    """One visit with the rows that hang on it."""

    def __init__(self, story: _Story, n: int, moment: datetime, id_: str, visitor_id: str) -> None:
        self.n, self.moment, self.id = n, moment, id_
        self.place = story.places[n % len(story.places)]
        age = (story.count - 1 - n) // len(story.places)
        self.number = age if age < len(STATES) else None
        self.state = STATES[age] if age < len(STATES) else PAST[n % len(PAST)]
        self.to_floor = n % 5 < 2 if self.number is None else self.number % 2 == 1
        self.host = self.place.hosts[n // len(story.places) % len(self.place.hosts)]
        begin = story.now - timedelta(minutes=20) if self.number is not None else moment + timedelta(hours=1)
        self.begin, self.end = begin, begin + timedelta(hours=2)
        self.name = name_of(n // 3)
        self.company = TOWNS[n % 14] + TRADES[n // 14 % 12]
        self.is_known = moment > story.known_since
        known = {"name": self.name, "company": self.company, "phone_tail": f"{n % 10_000:04d}",
                 "phone_key": f"{n // 3:064x}"}  # fmt: skip
        gone = {"name": NOBODY, "erased_at": moment}
        self._visitor = {"id": visitor_id, "created_at": moment, **(known if self.is_known else gone)}
        self.has_come = self.state not in TO_COME | {"no_show", "withdrawn", "refused"}
        self.area = self.place.floor if self.to_floor else self.place.lounge
        self.code = f"{n % 10**6:06d}"
        self.is_over = self.state == "closed"
        self.in_custody = self.state == "inside"

    def visitors(self) -> Iterator[Mapping[str, Any]]:
        """Who comes."""
        yield self._visitor

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """The visit itself."""
        come = {}
        if self.has_come:
            at = self.begin + timedelta(minutes=5)
            come = {"arrived_at": at, "id_checked_at": at, "notices_at": at, "id_checked_by": self.place.guard,
                    "privacy_version": "2026-11", "rules_version": "2026-11", "door_id": self.place.door}  # fmt: skip
            if self.state != "arrived":
                come["cleared_at"] = at + timedelta(minutes=2)
            if self.to_floor and (self.is_over or self.in_custody):
                come["entered_at"] = at + timedelta(minutes=4)
            if self.is_over or self.state == "left_unconfirmed":
                come["left_at"] = self.end - timedelta(minutes=30)
        yield {
            "id": self.id, "site_id": self.place.site, "visitor_id": self._visitor["id"], "kind": "maintenance",
            "purpose": PURPOSES[self.n % len(PURPOSES)] if self.is_known else "", "host_id": self.host,
            "requested_by": self.host, "area_ids": [self.area], "starts_at": self.begin,
            "ends_at": self.end, "escort_id": self.place.hosts[0] if self.to_floor else None,
            "code": self.code, "pass_hash": f"{self.n:064x}", "state": self.state,
            "created_at": self.moment, **come,
        }  # fmt: skip

    def steps(self) -> Iterator[Mapping[str, Any]]:
        """The steps of its permission, decided unless it waits."""
        yes = {"decision": "approve", "decided_at": self.moment}
        yield {"visit_id": self.id, "round": 1, "reason": "host", "decided_by": self.host, **yes}
        if self.to_floor or self.state in ("submitted", "in_review"):
            decided = {} if self.state in ("submitted", "in_review") else {"decided_by": self.place.guard, **yes}
            yield {"visit_id": self.id, "round": 1, "reason": "floor", **decided}

    def areas(self) -> Iterator[Mapping[str, Any]]:
        """The area it is listed under."""
        yield {"area_id": self.area, "starts_at": self.begin, "visit_id": self.id}

    def keys(self) -> Iterator[Mapping[str, Any]]:
        """The texts it is found by."""
        for key in (*_keys(self.name, self.company), self.code) if self.is_known else ():
            yield {"site_id": self.place.site, "key": key, "visit_id": self.id}

    def handouts(self) -> Iterator[Mapping[str, Any]]:
        """The badge it had or has."""
        out = self.number in HOLDS_A_BADGE
        if out or self.is_over:
            no = self.number if self.number is not None else self.n % OPEN_PER_SITE
            ended = {} if out else {"outcome": "returned", "ended_at": self.end}
            yield {"id": self.id, "site_id": self.place.site, "no": f"N{no:03d}", "visit_id": self.id,
                   "host_id": self.host, "handed_at": self.begin, "handed_by": self.place.guard,
                   "due_at": self.end + timedelta(hours=12), **ended}  # fmt: skip

    def custodies(self) -> Iterator[Mapping[str, Any]]:
        """In whose company it was or is."""
        if self.to_floor and (self.is_over or self.in_custody):
            yield {"id": self.id, "visit_id": self.id, "site_id": self.place.site, "escort_id": self.place.hosts[0],
                   "kind": "work", "area_ids": [self.place.floor], "from_at": self.begin,
                   "until_at": None if self.in_custody else self.end}  # fmt: skip

    def belongings(self) -> Iterator[Mapping[str, Any]]:
        """A stick left outside by every fifth."""
        if self.has_come and self.n % 5 == 0:
            back = {"outcome": "given_back", "given_back_at": self.end} if self.is_over else {"outcome": "left_outside"}
            yield {"id": self.id, "visit_id": self.id, "site_id": self.place.site, "kind": "usb_stick", "locker": "A1",
                   "tag": f"T{self.n}", "declared_at": self.begin, "left_at": self.begin, **back}  # fmt: skip

    def scans(self) -> Iterator[Mapping[str, Any]]:
        """Its badge scanned at the floor's door."""
        if self.to_floor and self.is_over:
            yield {"id": self.id, "visit_id": self.id, "device_id": "tablet", "door_id": self.place.door,
                   "scanned_at": self.begin, "used_at": self.begin}  # fmt: skip


PARTS = (
    (VISITOR, _Visit.visitors), (VISIT, _Visit.rows), (STEP, _Visit.steps), (KEY, _Visit.keys), (AREA, _Visit.areas),
    (HANDOUT, _Visit.handouts), (CUSTODY, _Visit.custodies), (BELONGING, _Visit.belongings), (SCAN, _Visit.scans),
)  # fmt: skip
"""The tables in the order of their foreign keys, with the rows of a visit in each."""
