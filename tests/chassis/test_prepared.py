"""Prepared statements: what they write, find and refuse is what the same statement does by SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import sqlalchemy as sa

from chassis.columns import Ids, Instant
from chassis.db import Database, Tx
from chassis.ids import new_id
from chassis.prepared import Prepared, prepared
from chassis.service import base_tables
from chassis.tables import new_metadata
from tests.conftest import OpenDb

METADATA = new_metadata()
BASE = base_tables(METADATA)
THING = sa.Table(
    "thing", METADATA, sa.Column("id", sa.String(10), primary_key=True), sa.Column("at", Instant),
    sa.Column("on", sa.Date), sa.Column("opens", sa.Time), sa.Column("codes", Ids), sa.Column("any", sa.JSON),
    sa.Column("is_so", sa.Boolean), sa.Column("raw", sa.LargeBinary), sa.Column("round", sa.Integer, default=1),
    sa.Column("stamp", sa.String(36), default=new_id),
)  # fmt: skip
T = THING.c
WHOLE: dict[str, Any] = {
    "id": "a", "at": datetime(2026, 11, 25, 8, 0, 0, 7, UTC), "on": date(2026, 11, 25), "opens": time(9, 30),
    "codes": ("x", "y"), "any": {"n": [1, None]}, "is_so": True, "raw": b"\x00\xff", "round": 3, "stamp": "s",
}  # fmt: skip
EMPTY = {**dict.fromkeys(WHOLE), "id": "b", "any": [], "round": 1, "stamp": "s"}
ADD, ALL = prepared(sa.insert(THING)), prepared(sa.select(THING).order_by(T.id))
AMONG = prepared(sa.select(T.id).where(T.id.in_(sa.bindparam("ids", expanding=True)), T.round < 9).order_by(T.id))
TURN = prepared(sa.update(THING).where(T.id == sa.bindparam("of"), T.at == sa.bindparam("seen")))


@pytest.fixture
def db(open_db: OpenDb) -> Database:
    return open_db(BASE)


def added(tx: Tx, *rows: Mapping[str, Any]) -> None:
    tx.change(ADD, list(rows) if len(rows) > 1 else rows[0])


def as_written(tx: Tx, statement: Prepared) -> list[dict[str, Any]]:
    """What the statement finds, by itself and by SQLAlchemy, which must not differ."""
    found = [dict(row._mapping) for row in tx.rows(statement)]
    assert found == [dict(row._mapping) for row in tx.rows(statement.statement)]
    return found


def test_values_of_every_type_come_back_as_they_were_written(db: Database) -> None:
    left_out = {name: value for name, value in EMPTY.items() if name != "round"}
    db.write_now(added, WHOLE)
    db.write_now(added, left_out)
    assert db.read_now(as_written, ALL) == [WHOLE, EMPTY], "a column left out holds its default"
    assert db.read_now(lambda tx: tx.row(ALL.statement.with_only_columns(T.at).limit(1))) == (WHOLE["at"],)  # type: ignore[attr-defined]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 8])
def test_a_list_may_have_any_length(db: Database, count: int) -> None:
    many = [{**EMPTY, "id": f"{n}", "round": n} for n in range(9)]
    db.write_now(added, *many)
    wanted = [f"{n}" for n in range(count)]
    found = db.read_now(lambda tx: [row.id for row in tx.rows(AMONG, {"ids": [*wanted, "unknown"] if count else []})])
    assert found == wanted


def test_a_guarded_change_tells_whether_it_took_place(db: Database) -> None:
    db.write_now(added, WHOLE)
    seen = {"of": "a", "seen": WHOLE["at"]}
    assert db.write_now(lambda tx: tx.change(TURN, {**seen, "at": None, "codes": ("z",)})) == 1
    assert db.write_now(lambda tx: tx.change(TURN, {**seen, "at": None, "codes": ("z",)})) == 0
    assert db.read_now(as_written, ALL) == [{**WHOLE, "at": None, "codes": ("z",)}]


def test_a_broken_constraint_is_the_error_it_always_was(db: Database) -> None:
    db.write_now(added, WHOLE)
    with pytest.raises(sa.exc.IntegrityError) as raised:
        db.write_now(added, WHOLE)
    assert "x00" not in str(raised.value), "a refused value enters no log"
    assert db.read_now(lambda tx: len(tx.rows(ALL))) == 1


def test_one_row_is_one_row(db: Database) -> None:
    db.write_now(added, WHOLE, EMPTY)
    with pytest.raises(sa.exc.MultipleResultsFound):
        db.read_now(lambda tx: tx.row(ALL))
    assert db.read_now(lambda tx: tx.scalar(ALL)) == "a"
    assert db.read_now(lambda tx: tx.scalar(AMONG, {"ids": ["none"]})) is None


def test_what_only_sqlalchemy_can_fill_is_not_prepared() -> None:
    db = sa.create_engine("sqlite://")
    METADATA.create_all(db)
    with db.connect() as connection, pytest.raises(TypeError):
        Tx(connection, datetime.now(UTC)).change(ADD, {"id": "a"})
