"""What a service says of itself: which part fails, and whether it can serve all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from chassis import clock
from chassis.health import Health, readiness_answer
from chassis.identity import Verifier
from chassis.peers import ALARM_AFTER_TRIES
from chassis.settings import Settings
from migrations.databases import is_old
from services.visitor.base import BASE
from tests.visitor.conftest import Floor


def health_of(floor: Floor, folder: Path, **changes: Any) -> Health:
    """The watch over the visitor service's database."""
    settings = Settings(data=folder, **changes)
    return Health("visitor", floor.db, BASE.cursors, settings, floor.app.state.verifier)


async def said(health: Health) -> tuple[int, list[str]]:
    """Status of `/readyz`, and the parts that fail."""
    answer = readiness_answer(await health.look())
    return answer.status_code, orjson.loads(answer.body)["failing"]


@pytest.mark.anyio
async def test_what_serving_does_without_is_told_and_leaves_it_ready(floor: Floor, tmp_path: Path) -> None:
    health = health_of(floor, tmp_path)
    assert await said(health) == (200, [])
    with clock.reading(lambda: datetime.now(UTC) - timedelta(hours=1)):
        assert await said(health) == (200, ["clock"])
    before = health_of(floor, tmp_path)
    with clock.reading(lambda: datetime.now(UTC) + timedelta(hours=1)):
        assert await said(before) == (200, ["clock"])
    assert await said(health_of(floor, tmp_path, disk_low_mb=10**12)) == (200, ["disk"])
    stuck = BASE.cursors.update().values(tries=ALARM_AFTER_TRIES)
    await floor.db.write(lambda tx: tx.change(stuck))
    assert await said(health) == (200, ["followers"])


@pytest.mark.anyio
async def test_without_database_schema_or_keys_it_serves_nothing(floor: Floor, tmp_path: Path) -> None:
    assert await said(health_of(floor, tmp_path)) == (200, [])
    for statement, part in (
        ("DELETE FROM alembic_version", "schema"),
        ("ALTER TABLE alembic_version RENAME TO away", "database"),
    ):
        with floor.db.engine.begin() as connection:
            connection.exec_driver_sql(statement)
        assert await said(health_of(floor, tmp_path)) == (503, [part]), statement
    floor.app.state.verifier = Verifier("visitor", "gatehouse", {"keys": []})
    assert await said(health_of(floor, tmp_path)) == (503, ["database", "keys"])


def test_an_older_revision_is_old_and_one_of_a_later_release_is_not() -> None:
    known = ["1", "2"]
    assert [is_old(at, known) for at in (None, "1", "2", "3")] == [True, True, False, False]


def test_a_clock_set_back_is_noticed_until_it_has_passed_where_it_had_been() -> None:
    at, ticks = datetime(2026, 11, 25, 12, tzinfo=UTC), 0.0
    with clock.reading(lambda: at, lambda: ticks):
        watch = clock.SetBack()
        at, ticks = at + timedelta(seconds=60), ticks + 60
        assert watch.seconds() == 0
        at, ticks = at - timedelta(seconds=3), ticks + 1
        assert watch.seconds() == 0, "put right by less than clocks differ"
        at, ticks = at - timedelta(hours=1), ticks + 1
        assert watch.seconds() > 3590
        at, ticks = at + timedelta(hours=2), ticks + 1
        assert watch.seconds() == 0, "ahead of where it had been"
