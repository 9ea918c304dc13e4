"""Statements written once: compiled once by SQLAlchemy, and on SQLite run by the driver's own cursor.

    ONE_VISIT = prepared(sa.select(VISIT).where(V.id == sa.bindparam("visit_id")))
    row = tx.row(ONE_VISIT, {"visit_id": visit_id})

Running a Core statement costs four times what SQLite needs for it, also when its text is cached. What a prepared one
keeps is that text, the order of its parameters, and what turns values into columns and back; rows are the same rows,
errors the same errors. On PostgreSQL SQLAlchemy stays between: a round trip costs more than it does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Row
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import iterate

from chassis.columns import from_json, to_json
from chassis.sqlite_hints import HintedCompiler

Params = Mapping[str, Any]
Processor = Callable[[Any], Any]
LONGEST_FILLED = 4096
DIALECT = sqlite.dialect(json_serializer=to_json, json_deserializer=from_json)
DIALECT.statement_compiler = HintedCompiler


def driver_of(connection: sa.Connection) -> sqlite3.Connection | None:
    """SQLite's own connection under SQLAlchemy's; None on another engine, and while somebody listens to statements,
    whom SQLAlchemy tells of each.
    """
    raw = connection.connection.driver_connection
    heard = connection.dispatch.before_cursor_execute
    return raw if isinstance(raw, sqlite3.Connection) and not heard else None


def prepared(statement: sa.Executable) -> Prepared:
    """`statement`, whose values are all `bindparam`s, constants or columns to fill, ready to be run many times."""
    return Prepared(statement)


class Prepared:
    """A statement, and its texts for SQLite: one for each set of parameters that it was ever run with."""

    __slots__ = ("_lists", "_texts", "statement")

    def __init__(self, statement: sa.Executable) -> None:
        self.statement = statement
        self._texts: dict[tuple[Any, ...], _Text] = {}
        self._lists = _lists(statement)

    def locked(self) -> Prepared:
        """The same SELECT, whose rows stay locked until the transaction ends."""
        assert isinstance(self.statement, sa.Select)
        return Prepared(self.statement.with_for_update())

    def rows(self, driver: sqlite3.Connection, params: Params) -> list[Row[Any]]:
        """All rows of a SELECT, or of a statement with RETURNING."""
        text = self._text(params)
        return [Row(text.names, text.results, text.places, row) for row in self._fetched(driver, text, params)]

    def records(self, driver: sqlite3.Connection, params: Params) -> list[dict[str, Any]]:
        """All rows as dictionaries."""
        text = self._text(params)
        found = [dict(zip(text.places, row, strict=True)) for row in self._fetched(driver, text, params)]
        for name, process in zip(text.places, text.results, strict=True):
            if process is not None:
                for record in found:
                    record[name] = process(record[name])
        return found

    def change(self, driver: sqlite3.Connection, params: Params | Sequence[Params]) -> int:
        """Run an INSERT, UPDATE or DELETE, once for each set of parameters; how many rows it touched."""
        many = [params] if isinstance(params, Mapping) else params
        text = self._text(many[0])
        values = [self._values(text, one) for one in many]
        try:
            done = driver.execute(text.sql, values[0]) if len(values) == 1 else driver.executemany(text.sql, values)
        except sqlite3.Error as error:
            _raise(text, error)
        return done.rowcount

    def _fetched(self, driver: sqlite3.Connection, text: _Text, params: Params) -> list[Any]:
        try:
            return driver.execute(text.sql, self._values(text, params)).fetchall()
        except sqlite3.Error as error:
            _raise(text, error)

    def _text(self, params: Params) -> _Text:
        key = (*params, *(_room(len(params[name])) for name in self._lists))
        text = self._texts.get(key)
        if text is None:
            full = {**params, **{name: _filled(params[name]) for name in self._lists}}
            text = self._texts[key] = _compiled(self.statement, full)
        return text

    def _values(self, text: _Text, params: Params) -> list[Any]:
        """The parameters as SQLite takes them, in order."""
        known = {**text.constants, **params}
        for name in self._lists:
            known.update(zip(text.places_of[name], _filled(params[name]), strict=True))
        return [process(known[name]) if process else known[name] for name, process in text.binds]


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of a statement, the names of its values in order, and how its rows are read."""

    sql: str
    binds: Sequence[tuple[str, Processor | None]]
    constants: Params
    """Values of the statement's own, as SQLite takes them."""
    places_of: Mapping[str, Sequence[str]]
    """For each list the names under which its members stand in `binds`."""
    names: SimpleResultMetaData
    places: Any
    results: Any


def _lists(statement: Any) -> tuple[str, ...]:
    """The names of the parameters whose values are lists."""
    binds = (part for part in iterate(statement) if isinstance(part, sa.BindParameter))
    return tuple(bind.key for bind in binds if bind.expanding and bind.value is None)


def _room(length: int) -> int:
    """How long a list for `IN` is made, so that a statement has few texts; SQLite takes no more than 32,766 values."""
    return 1 << (length - 1).bit_length() if 0 < length <= LONGEST_FILLED else length


def _filled(values: Sequence[Any]) -> list[Any]:
    """A list for `IN` with its last value repeated, which changes nothing that is found."""
    full = list(values)
    return full + full[-1:] * (_room(len(full)) - len(full))


def _compiled(statement: sa.Executable, params: Params) -> _Text:
    compiled = statement.compile(dialect=DIALECT, column_keys=list(params))  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    defaults = {column.key: _default(column) for column in (*compiled.insert_prefetch, *compiled.update_prefetch)}
    state = compiled.construct_expanded_state({**defaults, **params})
    lists = {one: name for name, members in state.parameter_expansion.items() for one in members}
    binds: list[tuple[str, Processor | None]] = []
    constants = {}
    for name in state.positiontup or ():
        origin = lists.get(name, name)
        process = compiled.binds[origin].type.dialect_impl(DIALECT).bind_processor(DIALECT)
        if origin not in params:
            value = state.parameters[name]
            constants[name], process = process(value) if process else value, None
        binds.append((name, process))
    columns = tuple(getattr(statement, "exported_columns", ()))
    names = SimpleResultMetaData([column.key for column in columns])
    results = [column.type.dialect_impl(DIALECT).result_processor(DIALECT, None) for column in columns]
    return _Text(state.statement, binds, constants, state.parameter_expansion, names, names._key_to_index, results)


def _default(column: sa.Column[Any]) -> Any:
    """What a column holds that the statement does not fill: a constant, or this is no statement to prepare."""
    default = column.default or column.onupdate
    if not isinstance(default, sa.ColumnDefault) or not default.is_scalar:
        raise TypeError(f"{column} is filled by a function")
    return default.arg


def _raise(text: _Text, error: sqlite3.Error) -> NoReturn:
    """The driver's error as SQLAlchemy's, without the values."""
    raise sa.exc.DBAPIError.instance(text.sql, None, error, sqlite3.Error, hide_parameters=True) from error
