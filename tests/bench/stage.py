"""Sets the stage: a migrated data folder with places, people and a past, and what a measurement needs to know of it."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from chassis import clock
from chassis.db import Tx
from chassis.settings import Settings
from cli.demo_people import Stage, set_stage
from cli.opening import opened
from cli.serving import migrate_when_behind
from gateway.identity import account_store, device_store, sessions
from gateway.identity.rules import SessionKind
from gateway.identity.secret_text import hashed, new_secret
from services.visitor.visits.store import STEP, VISIT, V
from tests.bench.actors import SIGNER
from tests.bench.filling import FOR_EVER, Ids, Place, fill, fill_journal

PASSWORD = "a-bench-for-a-gate-2026"
VISITS = 20_000
TO_CHECK_IN = 12_000
"""How many visits of the past are approved for the present hour instead, so that enough check-ins can be measured."""
INBOX = 50
"""How many visits wait for the centre manager."""
TABLETS = 8
SIGNED_IN = {"guard": "G001", "manager": "M001"}


def set_up(
    folder: Path, *, visits: int = VISITS, to_check_in: int = TO_CHECK_IN, known: timedelta = FOR_EVER, facts: int = 0
) -> None:
    """Fill an empty folder; visitors are `known` for so long, and so many facts more lie in the visitor's journal."""
    settings = Settings(data=folder)
    migrate_when_behind(settings)
    with opened(settings, "access") as access, opened(settings, "visitor") as visitor:
        with opened(settings, "gateway") as gateway:
            stage = set_stage(access, visitor, gateway, PASSWORD)
            tablets = gateway.write_now(_pair_tablets, stage)
            gateway.write_now(_give_passwords, stage)
            cookies = {name: gateway.write_now(_sign_in, number) for name, number in SIGNED_IN.items()}
        fill(visitor, place_of(stage), visits, known)
        if facts:
            fill_journal(visitor, facts)
        approved = visitor.write_now(_approve, to_check_in)
        visitor.write_now(_let_wait, INBOX)
    known = {"site": stage.site, "areas": stage.areas, "doors": stage.doors, "people": stage.people}
    rest = {"approved": approved, "tablets": tablets, "cookies": cookies}
    (folder / "stage.json").write_bytes(orjson.dumps({**known, **rest}))
    (folder / "jwks.json").write_bytes(orjson.dumps(SIGNER.jwks))


def copy(folder: Path, to: Path) -> Path:
    """The same data for another process."""
    shutil.copytree(folder, to)
    return to


def place_of(stage: Stage) -> Place:
    """The head office of the demonstration's stage."""
    hosts = [id_ for number, id_ in sorted(stage.people.items()) if number.startswith("E")]
    areas, doors = stage.areas, stage.doors
    return Place(stage.site, areas["LOUNGE"], areas["FLOOR"], doors["MAIN"], hosts, stage.people["G001"])


def _pair_tablets(tx: Tx, stage: Stage) -> list[str]:
    """Tablets at the main door; their secrets."""
    ids, secrets = Ids(5), [new_secret("d") for _ in range(TABLETS)]
    for secret in secrets:
        place = {"site_id": stage.site, "door_id": stage.doors["MAIN"]}
        device_store.add(tx, id=ids.at(clock.now()), name="bench", secret_hash=hashed(secret), paired_by="-", **place)
    return secrets


def _give_passwords(tx: Tx, stage: Stage) -> None:
    """Let everybody who works at the seats sign in by the password that the cast has."""
    known = account_store.account_by_no(tx, SIGNED_IN["manager"])
    assert known is not None
    password = {"password_hash": known.password_hash, "password_set_at": tx.now}
    for number, person_id in stage.people.items():
        if number.startswith("E"):
            account_store.change(tx, person_id, **password)


def _sign_in(tx: Tx, employee_no: str) -> dict[str, str]:
    """The cookies of a browser in which the person is signed in."""
    account = account_store.account_by_no(tx, employee_no)
    assert account is not None
    opened = sessions.open_session(tx, account, SessionKind.DESK, "password", "bench")
    return {"sid": opened.sid, "wr": opened.wr}


def _approve(tx: Tx, count: int) -> list[str]:
    """Let the oldest visits be approved for the present hour; their ids."""
    oldest = sa.select(V.id).where(V.state == "closed").order_by(V.created_at).limit(count)
    ids = [row.id for row in tx.rows(oldest)]
    window = {"starts_at": tx.now - timedelta(minutes=10), "ends_at": tx.now + timedelta(hours=3)}
    blank: dict[str, Any] = dict.fromkeys(("arrived_at", "cleared_at", "entered_at", "left_at", "privacy_version"))
    for begin in range(0, len(ids), 500):
        here = sa.update(VISIT).where(V.id.in_(ids[begin : begin + 500]))
        tx.change(here.values(state="approved", **window, **blank))
    return ids


def _let_wait(tx: Tx, count: int) -> None:
    """Let this many visits wait for the floor's permission."""
    waiting = sa.select(V.id).where(V.state.in_(("submitted", "in_review")))
    more = max(0, count - len(tx.rows(waiting)))
    floor = sa.select(V.id).join(STEP, STEP.c.visit_id == V.id).where(STEP.c.reason == "floor", V.state == "closed")
    ids = [row.id for row in tx.rows(floor.order_by(V.created_at.desc()).limit(more))]
    tomorrow = {"starts_at": tx.now + timedelta(days=1), "ends_at": tx.now + timedelta(days=1, hours=2)}
    tx.change(sa.update(VISIT).where(V.id.in_(ids)).values(state="in_review", **tomorrow))
    undecided = sa.update(STEP).where(STEP.c.visit_id.in_(ids), STEP.c.reason == "floor")
    tx.change(undecided.values(decision=None, decided_by=None, decided_at=None))
