"""`gatehouse backup`, an erasure, `gatehouse restore`: the restored copy does not bring the person back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from chassis import clock
from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.ids import new_id
from chassis.outside import ErasedList, keep
from chassis.settings import Settings
from cli.auditing import verify
from cli.backups import make_backup, restore_backup
from cli.erasing import erasures_of
from cli.opening import opened
from migrations.run import migrate_all
from services.visitor.erasures import actions
from services.visitor.erasures.again import ERASING
from services.visitor.erasures.schemas import ErasureAsked
from services.visitor.visits import store

NAME = "欧阳明珠"


def visited(tx: Tx) -> str:
    """A visit that was withdrawn, of somebody with a phone."""
    visitor_id, visit_id = new_id(), new_id()
    phone = tx.vault.seal(tx, visitor_id, "phone", b"13800000427")
    store.add_visitor(tx, {"id": visitor_id, "name": NAME, "company": "", "phone": phone})
    plain = {"site_id": new_id(), "host_id": new_id(), "requested_by": new_id(), "area_ids": [new_id()]}
    window = {"starts_at": tx.now, "ends_at": tx.now, "kind": "guest", "purpose": f"{NAME}来访", "state": "withdrawn"}
    store.add_visit(tx, {"id": visit_id, "visitor_id": visitor_id, "code": "1", "pass_hash": "x", **plain, **window})
    return visit_id


def erase(settings: Settings, visit_id: str) -> None:
    """The security admin erases, and the service's loop turns once."""
    known = {"auth_time": clock.unix(), "strength": "password", "session": "s"}
    admin = Actor(ActorKind.PERSON, new_id(), frozenset({"security_admin"}), **known)
    with opened(settings, "visitor") as db:
        db.write_now(actions.erase, admin, visit_id, ErasureAsked(reason="本人申请删除"))
        assert db.vault is not None
        asyncio.run(keep(db, ERASING, ErasedList(settings, "visitor", db.vault)))


def names(settings: Settings) -> list[str]:
    """The names of the visitors that are kept."""
    with opened(settings, "visitor") as db:
        return db.read_now(lambda tx: [row.name for row in tx.rows(sa.select(store.VISITOR.c.name))])


def test_the_restored_copy_does_not_bring_the_person_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_CHECKPOINTS", str(tmp_path / "outside"))
    monkeypatch.setenv("GATEHOUSE_DATA", str(tmp_path / "live"))
    live = Settings()
    migrate_all(live)
    with opened(live, "visitor") as db:
        visit_id = db.write_now(visited)
    make_backup(str(tmp_path / "backup"), with_keys=True)
    erase(live, visit_id)
    assert names(live) == ["***"]
    assert verify("visitor")["erasures"]["visitor"] == {"listed": 1, "unreadable": 0, "waiting": 0, "redone": None}
    monkeypatch.setenv("GATEHOUSE_DATA", str(tmp_path / "restored"))
    told = restore_backup(str(tmp_path / "backup"))["erasures"]["visitor"]
    assert (told["waiting"], told["redone"]["visitors"]) == (0, 1)
    restored = Settings()
    assert names(restored) == ["***"]
    assert erasures_of(restored)["visitor"] == told == verify("visitor")["erasures"]["visitor"]


def test_without_the_list_a_restored_copy_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_DATA", str(tmp_path / "live"))
    live = Settings()
    migrate_all(live)
    with opened(live, "visitor") as db:
        visit_id = db.write_now(visited)
    make_backup(str(tmp_path / "backup"), with_keys=True)
    erase(live, visit_id)
    monkeypatch.setenv("GATEHOUSE_DATA", str(tmp_path / "restored"))
    told = restore_backup(str(tmp_path / "backup"))["erasures"]["visitor"]
    assert (told["listed"], names(Settings())) == (0, [NAME])
