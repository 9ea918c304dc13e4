"""Alembic's environment, the same for the four databases; the config's section or attribute says which one it is."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from sqlmodel.sql.sqltypes import AutoString

from chassis.settings import Settings
from migrations.databases import connected, metadata_of

config = context.config
NAME: str = config.attributes.get("database") or config.config_ini_section


def _rendered(kind: str, shown: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our own column types by their own names, SQLModel's strings as plain ones."""
    if kind != "type":
        return False
    if isinstance(shown, AutoString):
        return f"sa.String({shown.length})" if shown.length else "sa.String()"
    if type(shown).__module__ == "chassis.columns":
        autogen.imports.add("from chassis import columns")
        return f"columns.{type(shown).__name__}()"
    return False


def _not_made_by_hand(_object: object, name: str | None, kind: str, reflected: bool, _compared: object) -> bool:
    """Pass over what a revision made by hand and no model declares: search indexes, named `…_search…`."""
    return not (reflected and kind in ("table", "index") and name is not None and "_search" in name)


def _without_empty(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    """Make no file for a database that has not changed."""
    if directives and directives[0].upgrade_ops is not None and directives[0].upgrade_ops.is_empty():
        directives.clear()


def _run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata_of(NAME),
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        transaction_per_migration=True,
        compare_type=True,
        render_item=_rendered,
        include_object=_not_made_by_hand,
        process_revision_directives=_without_empty,
    )
    with context.begin_transaction():
        context.run_migrations()


given: sa.Connection | None = config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with connected(Settings().database_url(NAME)) as own:
        _run(own)
