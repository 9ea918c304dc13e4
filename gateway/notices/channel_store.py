"""Tables of channels and of how each carrier fares, and the statements on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.tables import insert_unless_taken, table_of
from gateway.identity.base import GatewayTable


class Channel(GatewayTable, table=True):
    """A chat or other service that messages go to, for a site, for a person, or for every site.

    The address holds secrets: sealed under a key of the channel's own. `shown` is what is left of it to recognise.
    """

    __table_args__ = (sa.Index("channel_person", "person_id"),)
    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=60)
    site_id: str | None = Field(default=None, max_length=36)
    person_id: str | None = Field(default=None, max_length=36)
    carrier: str = Field(max_length=20)
    url: bytes
    shown: str = Field(max_length=200)
    abroad: bool = False
    on: bool = True
    reason: str = Field(default="", max_length=200)
    alarms_only: bool = False
    language: str = Field(default="zh", max_length=2)
    quiet_from: time
    quiet_to: time
    made_by: str = Field(max_length=80)
    made_at: datetime = Field(sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1


class CarrierHealth(GatewayTable, table=True):
    """How a way out fares: a channel by its id, or `smtp`."""

    __tablename__ = "carrier_health"
    id: str = Field(primary_key=True, max_length=36)
    failures: int = 0
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    because: str = Field(default="", max_length=60)
    delivered_at: datetime | None = Field(default=None, sa_type=Instant)
    told_at: datetime | None = Field(default=None, sa_type=Instant)


CHANNEL, HEALTH = table_of(Channel), table_of(CarrierHealth)
C, H = CHANNEL.c, HEALTH.c
STANDS = C.removed_at.is_(None)


def add(tx: Tx, values: dict[str, Any]) -> None:
    """Insert a channel."""
    tx.change(sa.insert(CHANNEL).values(made_at=tx.now, version=1, **values))


def channel(tx: Tx, channel_id: str) -> Row[Any] | None:
    """One channel that was not removed."""
    return tx.row(sa.select(CHANNEL).where(C.id == channel_id, STANDS))


def channels(tx: Tx) -> Sequence[Row[Any]]:
    """Every channel with how it fares, by name."""
    health = (H.failures, H.failing_since, H.because, H.delivered_at)
    found = sa.select(CHANNEL, *health).join_from(CHANNEL, HEALTH, H.id == C.id, isouter=True).where(STANDS)
    return tx.rows(found.order_by(C.name, C.id))


def change(tx: Tx, channel_id: str, **values: Any) -> bool:
    """Set columns of a channel that was not removed."""
    here = sa.update(CHANNEL).where(C.id == channel_id, STANDS)
    return tx.change(here.values(version=C.version + 1, **values)) == 1


def in_use(tx: Tx, site_ids: Collection[str], person_ids: Collection[str]) -> Sequence[Row[Any]]:
    """Channels that are on: of these sites, of every site, and of these people."""
    of_site = sa.and_(C.person_id.is_(None), sa.or_(C.site_id.is_(None), C.site_id.in_(sorted(site_ids))))
    here = sa.or_(of_site, C.person_id.in_(sorted(person_ids)))
    return tx.rows(sa.select(CHANNEL).where(here, C.on, STANDS).order_by(C.id))


def health(tx: Tx, carrier_id: str) -> Row[Any] | None:
    """How a way out fares."""
    return tx.row(sa.select(HEALTH).where(H.id == carrier_id))


def failing(tx: Tx) -> Sequence[Row[Any]]:
    """The ways out that fail, with the name of a channel."""
    found = sa.select(HEALTH, C.name).join_from(HEALTH, CHANNEL, C.id == H.id, isouter=True)
    return tx.rows(found.where(H.failing_since.is_not(None)).order_by(H.failing_since))


def note_delivered(tx: Tx, carrier_id: str) -> None:
    """Something got through."""
    values = {"failures": 0, "failing_since": None, "because": "", "delivered_at": tx.now, "told_at": None}
    _keep(tx, carrier_id, values)


def note_failed(tx: Tx, carrier_id: str, because: str) -> Row[Any]:
    """Something did not get through; how the way fares then."""
    values = {
        "failures": H.failures + 1,
        "failing_since": sa.func.coalesce(H.failing_since, sa.literal(tx.now, H.failing_since.type)),
        "because": because[:60],
    }
    _keep(tx, carrier_id, values)
    found = health(tx, carrier_id)
    assert found is not None
    return found


def note_told(tx: Tx, carrier_id: str) -> bool:
    """Mark that the administrators know; False when they did already."""
    here = sa.update(HEALTH).where(H.id == carrier_id, H.told_at.is_(None), H.failing_since.is_not(None))
    return tx.change(here.values(told_at=tx.now)) == 1


def forget_health(tx: Tx, carrier_id: str) -> None:
    """A channel that is gone fares no more."""
    tx.change(sa.delete(HEALTH).where(H.id == carrier_id))


def _keep(tx: Tx, carrier_id: str, values: dict[str, Any]) -> None:
    here = sa.update(HEALTH).where(H.id == carrier_id).values(values)
    if not tx.change(here):
        insert_unless_taken(tx, HEALTH, {"id": carrier_id, "failures": 0, "because": ""})
        tx.change(here)
