"""Following the directory: people with their roles, renumbering, sites and doors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.db import Database
from gateway.identity import account_store, place_store
from gateway.identity.follows import FOLLOWS
from gateway.identity.tables import BASE
from services.access.app import PARTS
from services.access.base import BASE as ACCESS
from services.access.people import actions as people
from services.access.people.schemas import PersonKept
from tests.builders import fact_names, follow_all, make_database
from tests.conftest import OpenDb
from tests.engines import new_database_url
from tests.people import CAST, Ids
from tests.stage import SYSTEM, set_stage


@pytest.fixture
def both(open_db: OpenDb, tmp_path: Path) -> Iterator[tuple[Database, Database, Ids]]:
    """An access service with the cast, and a gateway that has followed it."""
    access = make_database(new_database_url("sqlite", "access", tmp_path), ACCESS)
    gateway = open_db(BASE)
    ids = set_stage(access)
    follow_all(access, dict(PARTS.states), gateway, FOLLOWS, BASE)
    yield access, gateway, ids
    asyncio.run(access.close())


def test_everybody_is_copied_with_roles_and_badge(both: tuple[Database, Database, Ids]) -> None:
    _, gateway, ids = both
    for name, member in CAST.items():
        row = gateway.read_now(account_store.account, ids.people[name])
        assert row is not None
        assert (row.employee_no, row.name, row.active) == (member.employee_no, member.name, True)
        assert (row.badge_no, row.password_hash) == (member.badge_no, None)
    supervisor = gateway.read_now(account_store.account, ids.people["supervisor"])
    assert supervisor is not None
    assert [held["role"] for held in supervisor.roles] == [f"supervisor@dept:{ids.departments['OUT1']}"]
    assert supervisor.passkey_required_since is None
    manager = gateway.read_now(account_store.account, ids.people["manager"])
    assert manager is not None
    assert manager.passkey_required_since is not None


def test_doors_are_copied_with_their_site(both: tuple[Database, Database, Ids]) -> None:
    _, gateway, ids = both
    doors = gateway.read_now(place_store.doors)
    assert {(door.id, door.site_id, door.site_name) for door in doors} == {
        (door_id, ids.site, "总部职场") for door_id in ids.doors.values()
    }


def test_a_leaver_is_cut_off_by_the_very_fact(both: tuple[Database, Database, Ids]) -> None:
    access, gateway, ids = both
    before = gateway.read_now(account_store.account, ids.people["agent"])
    assert before is not None
    access.write_now(people.keep_person, SYSTEM, "E010", PersonKept(name="蒋坐席", active=False))
    follow_all(access, dict(PARTS.states), gateway, FOLLOWS, BASE)
    after = gateway.read_now(account_store.account, ids.people["agent"])
    assert after is not None
    assert (after.active, after.epoch) == (False, before.epoch + 1)
    assert fact_names(gateway) == ["SubjectCutOff"]


def test_two_people_may_swap_their_numbers(both: tuple[Database, Database, Ids]) -> None:
    _, gateway, ids = both

    def kept(number: str) -> dict[str, object]:
        return {"employee_no": number, "name": "x", "roles": (), "active": True}

    one, two = ids.people["host"], ids.people["deputy"]
    gateway.write_now(account_store.keep, one, kept("E002"))
    gateway.write_now(account_store.keep, two, kept("E001"))
    numbers = [gateway.read_now(account_store.account, person) for person in (one, two)]
    assert [row.employee_no for row in numbers if row] == ["E002", "E001"]
