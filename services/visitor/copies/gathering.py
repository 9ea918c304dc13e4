"""Everything kept of a visitor as single values, each with since when and until when."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from chassis.columns import instant_text
from chassis.db import Tx
from services.visitor.base import DIRECTORY
from services.visitor.copies import store, words
from services.visitor.copies.schemas import Form
from services.visitor.log.words import Pair
from services.visitor.texts.kept import DAYS, YEARS_OF_FACTS, years_after
from services.visitor.visits import personal
from services.visitor.visits import store as visits
from services.visitor.visits.rules import OVER, State

Values = Iterator[dict[str, Any]]
PERSON = ("company", "phone", "email")
TIMES = (
    "starts_at", "ends_at", "privacy_at", "notices_at", "arrived_at", "id_checked_at", "cleared_at", "entered_at",
    "left_at",
)  # fmt: skip
"""The instants of a visit, in the order in which they come."""


def ended(visit: Row[Any]) -> datetime | None:
    """When a visit ended: when its visitor left, else the end of its window; None while it is not over."""
    if State(visit.state) not in OVER:
        return None
    at: datetime = visit.left_at or visit.ends_at
    return at


@dataclass(frozen=True)
class Kept:
    """The rows of one visitor, and what they mean in time."""

    tx: Tx
    people: store.Rows
    visits: store.Rows

    @classmethod
    def of(cls, tx: Tx, visitor_ids: Sequence[str]) -> Kept:
        """Read the records and their visits."""
        return cls(tx, store.visitors(tx, visitor_ids), store.visits(tx, visitor_ids))

    def values(self) -> list[dict[str, Any]]:
        """Every value, person by person and visit by visit."""
        ids = [visit.id for visit in self.visits]
        found: list[dict[str, Any]] = []
        for guest in self.people:
            found += self._of_person(guest)
        for visit in self.visits:
            found += self._of_visit(visit)
        for part in (self._pictures(), self._things(ids), self._decisions(ids), self._movements(ids)):
            found += part
        return found

    def _last(self, visitor_id: str) -> datetime | None:
        """When the last visit of a record ended; None while one is not over."""
        ends = [ended(visit) for visit in self.visits if visit.visitor_id == visitor_id]
        return None if None in ends or not ends else max(end for end in ends if end is not None)

    def _until(self, visitor_id: str, days: int) -> datetime | None:
        last = self._last(visitor_id)
        return None if last is None else last + timedelta(days=days)

    def _contact(self, visit: Row[Any]) -> datetime | None:
        return self._until(visit.visitor_id, DAYS["contact"])

    def _facts(self, visit: Row[Any]) -> datetime | None:
        end = ended(visit)
        return None if end is None else years_after(end, YEARS_OF_FACTS)

    def _of_person(self, guest: Row[Any]) -> Values:
        until, since = self._until(guest.id, DAYS["contact"]), guest.created_at
        yield value("name", "name", guest.name, since, until)
        for name in PERSON:
            text = guest.company if name == "company" else personal.known(self.tx, guest, name)
            if text:
                yield value(name, name, text, since, until)
        checked = [visit.id_checked_at for visit in self.visits if visit.visitor_id == guest.id and visit.id_checked_at]
        until = self._until(guest.id, DAYS["id_number"])
        for name in ("id_number", "id_last4"):
            text = personal.known(self.tx, guest, name)
            if text:
                yield value("id_number", name, text, max(checked, default=since), until)

    def _of_visit(self, visit: Row[Any]) -> Values:
        free, facts = self._contact(visit), self._facts(visit)
        for name in ("purpose", "items"):
            if getattr(visit, name):
                yield value(name, name, getattr(visit, name), visit.created_at, free, visit.id)
        help_needed = personal.assistance_of(self.tx, visit)
        if help_needed:
            yield value("assistance", "assistance", help_needed, visit.assistance_agreed_at, None, visit.id)
        for name in ("kind", "state", "id_kind"):
            code = getattr(visit, name)
            if code:
                yield coded("presence", name, code, visit.created_at, facts, visit.id)
        host = DIRECTORY.names(self.tx, [visit.host_id]).get(visit.host_id)
        areas = DIRECTORY.areas(self.tx, visit.area_ids)
        named = ("、".join(area.name for area in areas), ", ".join(area.name_en for area in areas))
        if host is not None:
            yield value("presence", "host", host["name"], visit.created_at, facts, visit.id)
        yield said("presence", "areas", named, visit.created_at, facts, visit.id)
        yield value("presence", "code", visit.code, visit.created_at, facts, visit.id)
        for name in TIMES:
            at = getattr(visit, name)
            if at is not None:
                since = visit.created_at if name in ("starts_at", "ends_at") else at
                yield instant("presence", name, at, since, facts, visit.id)

    def _pictures(self) -> Values:
        by_id = {visit.id: visit for visit in self.visits}
        for row in store.consents(self.tx, [guest.id for guest in self.people]):
            if row.sealed is None:
                continue
            end = ended(by_id[row.visit_id])
            until = None if end is None else end + timedelta(days=DAYS[row.what])
            opened = self.tx.vault.open_(self.tx, row.visitor_id, row.what, row.sealed)
            is_text = row.media_type is None
            text = opened.decode() if is_text else b64encode(opened).decode()
            made = value(row.what, row.what, text, row.agreed_at, until, row.visit_id)
            yield made if is_text else {**made, "form": Form.PICTURE, "media_type": row.media_type}

    def _things(self, visit_ids: Sequence[str]) -> Values:
        by_id = {visit.id: visit for visit in self.visits}
        for row in store.belongings(self.tx, visit_ids):
            visit = by_id[row.visit_id]
            yield coded("presence", "thing", row.kind, row.declared_at, self._facts(visit), visit.id)
            for name in ("serial", "note", "lost_note"):
                if getattr(row, name):
                    since = row.lost_at if name == "lost_note" else row.declared_at
                    yield value("belongings", name, getattr(row, name), since, self._contact(visit), visit.id)

    def _decisions(self, visit_ids: Sequence[str]) -> Values:
        by_id = {visit.id: visit for visit in self.visits}
        for row in visits.steps_of(self.tx, visit_ids):
            if row.decision is None:
                continue
            visit, pair = by_id[row.visit_id], words.decided(row.reason, row.decision)
            yield said("presence", "decided", pair, row.decided_at, self._facts(visit), visit.id)
            if row.comment:
                yield value("comments", "comment", row.comment, row.decided_at, self._contact(visit), visit.id)
        for row in store.alarms(self.tx, visit_ids):
            visit = by_id[row.page.removeprefix("/visits/")]
            if row.note:
                yield value("comments", "alarm", row.note, row.settled_at, self._contact(visit), visit.id)
        for row in store.strangers(self.tx, visit_ids):
            if row.note:
                until = row.closed_at and row.closed_at + timedelta(days=DAYS["contact"])
                yield value("notes", "case", row.note, row.seen_at, until, row.visit_id)

    def _movements(self, visit_ids: Sequence[str]) -> Values:
        by_id = {visit.id: visit for visit in self.visits}
        for row in store.handouts(self.tx, visit_ids):
            yield value("presence", "badge", row.no, row.handed_at, self._facts(by_id[row.visit_id]), row.visit_id)
        custodies = store.custodies(self.tx, visit_ids)
        people = DIRECTORY.names(self.tx, {row.escort_id for row in custodies})
        for row in custodies:
            name = people.get(row.escort_id, {}).get("name", "—")
            yield value("presence", "escort", name, row.from_at, self._facts(by_id[row.visit_id]), row.visit_id)
        for row in store.scans(self.tx, visit_ids):
            until = self._facts(by_id[row.visit_id])
            yield instant("presence", "scan", row.scanned_at, row.scanned_at, until, row.visit_id)


def value(
    of: str, label: str, text: str, since: datetime, until: datetime | None, visit_id: str | None = None
) -> dict[str, Any]:
    """One value as `schemas.Value`: a text."""
    zh, en = words.LABELS[label]
    plain = {"field": of, "visit_id": visit_id, "zh": zh, "en": en, "form": Form.TEXT, "value": text}
    return {**plain, "value_zh": None, "value_en": None, "media_type": None, "since": since, "until": until}


def instant(
    of: str, label: str, at: datetime, since: datetime, until: datetime | None, visit_id: str
) -> dict[str, Any]:
    """An instant, in UTC."""
    return {**value(of, label, instant_text(at), since, until, visit_id), "form": Form.INSTANT}


def coded(of: str, label: str, code: str, since: datetime, until: datetime | None, visit_id: str) -> dict[str, Any]:
    """A code with its words."""
    pair = words.CODES[label][code]
    return {**said(of, label, pair, since, until, visit_id), "value": code}


def said(of: str, label: str, pair: Pair, since: datetime, until: datetime | None, visit_id: str) -> dict[str, Any]:
    """Something that is said in both languages."""
    made: Mapping[str, Any] = value(of, label, pair[0], since, until, visit_id)
    return {**made, "form": Form.CODE, "value_zh": pair[0], "value_en": pair[1]}
