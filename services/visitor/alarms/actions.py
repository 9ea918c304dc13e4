"""Raising an alarm, telling the next ones when nobody comes, and settling it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict, Forbidden, NotFound
from chassis.rules import enforce
from services.visitor import events, on_call, settings
from services.visitor.alarms import rules, schemas, store, views
from services.visitor.alarms.rules import AlarmKind
from services.visitor.base import DIRECTORY, NOTICES

WATCH = Actor.system("alarms")
BOARD = "/visits/board"


def raise_alarm(
    tx: Tx,
    actor: Actor,
    kind: AlarmKind,
    site_id: str,
    subject: str,
    page: str,
    *,
    also: Iterable[str | None] = (),
    again: bool = False,
) -> bool:
    """Tell the site's people for this kind of alarm, and `also`, at once; whether anybody was told now.

    One that stands already rings again after a minute, or when it gets worse (`again`).
    """
    routing = settings.routing(tx, site_id, kind)
    reached = on_call.reached(tx, site_id, routing.first)
    people = tuple(dict.fromkeys((*reached.people, *(person for person in also if person))))
    later_at = tx.now + settings.limits(tx, site_id).alarm_later_after if routing.later else None
    values: dict[str, Any] = {"site_id": site_id, "kind": kind.value, "subject": subject, "page": page, "told": people}
    values |= {"unstaffed": reached.unstaffed, "later_at": later_at}
    alarm_id = store.add(tx, values)
    if alarm_id is not None:
        record(tx, actor, events.AlarmRaised(alarm_id, kind, subject, reached.unstaffed))
    elif not _rings_again(tx, kind, subject, people, again=again):
        return False
    NOTICES.tell(tx, actor, rules.NOTICE_OF[kind], people, page, subject, alarm=True)
    return True


def _rings_again(tx: Tx, kind: AlarmKind, subject: str, people: tuple[str, ...], *, again: bool) -> bool:
    standing = store.open_about(tx, kind, subject)
    if standing is None or not (again or rules.rings_again(standing.rung_at, tx.now)):
        return False
    return store.note_told(tx, standing, people, rung_at=tx.now)


def call_for_help(tx: Tx, actor: Actor) -> dict[str, Any]:
    """Somebody at a tablet asks for help: the guards are told where. Raises `Forbidden` elsewhere."""
    if actor.kind is not ActorKind.DEVICE or actor.site is None or actor.door is None:
        raise Forbidden("请在已配对的平板上办理", "This is done at a paired tablet")
    door = DIRECTORY.door(tx, actor.door)
    if door is None:
        raise NotFound("这块平板没有绑定到门", "This tablet is bound to no door")
    raise_alarm(tx, actor, AlarmKind.HELP, actor.site, f"door:{door.id}", BOARD)
    return {"told": True}


def settled(tx: Tx, actor: Actor, kind: AlarmKind, subject: str) -> tuple[str, ...]:
    """What the alarm was about is over; ids of who had been told. Without an open one nothing changes."""
    standing = store.open_about(tx, kind, subject)
    if standing is None or not store.settle(tx, standing.id, f"{actor.kind}:{actor.id}"):
        return ()
    record(tx, actor, events.AlarmSettled(standing.id, kind, by_hand=False))
    told: tuple[str, ...] = standing.told
    return told


def settle(tx: Tx, actor: Actor, alarm_id: str, asked: schemas.Settled) -> dict[str, Any]:
    """Somebody says that it is dealt with, and how. Raises `NotFound`, `Conflict` naming who was faster."""
    row = store.alarm_for_update(tx, alarm_id)
    if row is None or not rules.sees_alarms(actor.roles, row.site_id):
        raise NotFound("没有这条警报", "There is no such alarm")
    enforce(rules.settles_alarms(actor.roles, row.site_id), rules.settling_says_how(asked.note))
    if not store.settle(tx, alarm_id, f"{actor.kind}:{actor.id}", asked.note):
        name = views.settler(tx, row)
        raise Conflict(f"已由{name}处理，您的操作没有生效", f"{name} has settled it; yours took no effect")
    record(tx, actor, events.AlarmSettled(alarm_id, row.kind, by_hand=True))
    return views.standing(tx, actor, row.site_id)


def tell_later(tx: Tx) -> int:
    """Tell the next ones of each alarm that nobody has settled in time; how many alarms."""
    return sum(_tell_later(tx, row) for row in store.due_later(tx))


def _tell_later(tx: Tx, row: Any) -> bool:
    kind, due = AlarmKind(row.kind), row.later_at
    reached = on_call.reached(tx, row.site_id, settings.routing(tx, row.site_id, kind).later)
    people = [person for person in reached.people if person not in row.told]
    if not store.note_told(tx, row, people, later_at=None):
        return False
    record(tx, WATCH, events.AlarmPassedOn(row.id, kind, due))
    NOTICES.tell(tx, WATCH, rules.NOTICE_OF[kind], people, row.page, row.subject, alarm=True)
    return True
