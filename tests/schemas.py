"""Schemas on the shared PostgreSQL server that the tests of a process use one after another.

Making a service's tables takes the server longer than most tests; emptying them and laying a scene anew is one text.
"""

from __future__ import annotations

import atexit
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from chassis.service import Base
from tests.builders import Filling, lay, script
from tests.engines import drop_postgresql, new_schema, server_url

SHAPE = """SELECT coalesce(string_agg(thing, ' ' ORDER BY thing), '') FROM (
    SELECT c.relname::text || c.relkind::text AS thing FROM pg_class c WHERE c.relnamespace = '{schema}'::regnamespace
    UNION ALL SELECT t.tgname::text || t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = '{schema}'::regnamespace AND NOT t.tgisinternal) AS things"""
"""What stands in a schema: a test that changes tables or triggers has used its schema up."""


@dataclass(frozen=True)
class Lent:
    """A schema with a service's tables."""

    base: Base
    url: str

    @property
    def name(self) -> str:
        """Its name on the server."""
        return _name_in(self.url)


_free: dict[Base, list[Lent]] = defaultdict(list)


def lend(base: Base, filling: Filling | None = None) -> Lent:
    """A schema whose tables hold `filling`, or what a migration leaves; give it back with `take_back`."""
    while _free[base]:
        lent = _free[base].pop()
        if _shape(lent.name) == _untouched(base):
            break
        drop_postgresql(lent.url)
    else:
        lent = Lent(base, _with_tables(base))
    _server().exec_driver_sql(_refill(base, filling, lent.name))
    return lent


def take_back(lent: Lent) -> None:
    """Keep it for the next test."""
    _free[lent.base].append(lent)


@atexit.register
def drop_all() -> None:
    """Leave nothing on the server."""
    for lent in (lent for all_free in _free.values() for lent in all_free):
        drop_postgresql(lent.url)
    for source in _sources:
        drop_postgresql(source)


@cache
def _server() -> sa.Connection:
    """One connection for the whole process; triggers and foreign keys are asleep in it."""
    engine = sa.create_engine(server_url(), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    connection = engine.connect()
    connection.exec_driver_sql("SET session_replication_role = replica; SET lock_timeout = '20s'")
    return connection


def _with_tables(base: Base) -> str:
    url = new_schema("lent")
    made = f'SET search_path = "{_name_in(url)}"; {script(base, "postgresql+psycopg")}; RESET search_path'
    _server().exec_driver_sql(made.replace("%", "%%"))
    return url


def _shape(schema: str) -> str:
    found: str = _server().exec_driver_sql(SHAPE.format(schema=schema)).scalar_one()
    return found


@cache
def _untouched(base: Base) -> str:
    return _shape(_name_in(_source(base, None)))


_sources: list[str] = []


@cache
def _source(base: Base, filling: Filling | None) -> str:
    """A schema that nobody uses, to copy from."""
    url = _with_tables(base)
    _sources.append(url)
    with sa.create_engine(url, poolclass=sa.pool.NullPool).begin() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        lay(connection, base, filling)
    return url


def _refill(base: Base, filling: Filling | None, schema: str) -> str:
    """One text that empties every table and copies what the source holds."""
    source = _name_in(_source(base, filling))
    held = (table.name for table, rows in (filling.rows.items() if filling else ()) if rows)
    copied = {"alembic_version", base.journal.head.name, *held}
    tables = ("alembic_version", *(table.name for table in base.metadata.sorted_tables))
    emptied = (f'DELETE FROM "{schema}"."{table}"' for table in tables)  # noqa: S608 — names of our own tables
    filled = (f'INSERT INTO "{schema}"."{name}" TABLE "{source}"."{name}"' for name in sorted(copied))
    return "; ".join([*emptied, *filled])


def _name_in(url: str) -> str:
    return str(sa.engine.make_url(url).query["options"]).partition("search_path=")[2]
