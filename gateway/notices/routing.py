"""Where a notice goes besides the inbox: the work mail of each person, and the channels that are on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from chassis.db import Tx
from gateway.identity import account_store, place_store
from gateway.notices import channel_store, delivery_store, rules, store
from gateway.notices.delivery_store import CHANNEL, MAIL
from gateway.notices.rules import QUIET, Quiet

USUAL_ZONE = "Asia/Shanghai"
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told, without whom."""

    id: str
    kind: str
    page: str
    subject: str
    at: datetime
    alarm: bool = False
    asks: bool = False
    settles: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One place a message may go to, with its quiet hours and the zone they are kept in."""

    place: Place
    quiet: Quiet
    zone: str
    is_shared: bool = False
    alarms_only: bool = False


def tell(tx: Tx, notice: Notice, people: Collection[str], *, mail: bool, but: Place | None = None) -> None:
    """Put a notice into these people's inboxes and on its way to every place of theirs but one.

    What somebody is asked again replaces what was asked before.
    """
    if notice.asks:
        store.settle(tx, notice.subject, people, before=notice.id)
    values = {name: getattr(notice, name) for name in ("kind", "page", "subject", "at", "alarm", "asks")}
    for person_id in people:
        store.tell(tx, notice.id, person_id, values)
    for way in _ways(tx, people, mail=mail):
        if way.place != but and (notice.alarm or not way.alarms_only):
            _send(tx, notice, way)


def settle(tx: Tx, notice: Notice, people: Collection[str], by: str, *, mail: bool) -> None:
    """What was asked about the subject is done: nobody of these is waited for, and each but `by` is told so.

    Where the question never arrived there is nothing to take back; a shared chat hears it once nobody is asked.
    """
    store.settle(tx, notice.subject, people, before=notice.id)
    others = [person_id for person_id in people if person_id != by]
    values = {name: getattr(notice, name) for name in ("kind", "page", "subject", "at")}
    for person_id in others:
        store.tell(tx, notice.id, person_id, values)
    over = not store.is_asked(tx, notice.subject)
    ways = [way for way in _ways(tx, others, mail=mail) if over or not way.is_shared]
    reached = delivery_store.drop_unsent(tx, notice.subject, {way.place for way in ways})
    for way in ways:
        if way.place in reached:
            _send(tx, notice, way)


def _send(tx: Tx, notice: Notice, way: Way) -> None:
    due_at = rules.goes_out_at(tx.now, alarm=notice.alarm, quiet=way.quiet, zone=way.zone)
    values = {name: getattr(notice, name) for name in ("kind", "page", "subject", "at", "alarm", "asks")}
    place = dict(zip(("place_kind", "place_id"), way.place, strict=True))
    delivery_store.add(tx, {"notice_id": notice.id, "due_at": due_at, **place, **values})


def _ways(tx: Tx, people: Collection[str], *, mail: bool) -> Iterator[Way]:
    """Every place a notice to these people may go to, each once."""
    accounts = account_store.present(tx, people)
    sites = {account.site_id for account in accounts if account.site_id}
    zones = {site_id: _zone(tx, site_id) for site_id in sites}
    homes = {account.person_id: zones.get(account.site_id, USUAL_ZONE) for account in accounts}
    for account in accounts:
        if mail and account.work_email:
            yield Way((MAIL, account.person_id), QUIET, homes[account.person_id])
    for channel in channel_store.in_use(tx, sites, list(homes)) if homes else ():
        yield _of_channel(channel, homes, zones)


def _of_channel(channel: Row[Any], homes: dict[str, str], zones: dict[str, str]) -> Way:
    shared = channel.person_id is None
    zone = zones.get(channel.site_id) or homes.get(channel.person_id) or next(iter(homes.values()))
    quiet = Quiet(channel.quiet_from, channel.quiet_to)
    return Way((CHANNEL, channel.id), quiet, zone, is_shared=shared, alarms_only=channel.alarms_only)


def _zone(tx: Tx, site_id: str) -> str:
    site = place_store.site(tx, site_id)
    return site.zone if site is not None else USUAL_ZONE
