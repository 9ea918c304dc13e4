"""What the application's own PostgreSQL role may do: everything to its tables, but to the journal only append.

`gatehouse migrate` runs as the tables' owner (`GATEHOUSE_DATABASE_OWNER`) and grants this after every migration, to the
role that the application's own address names. A deployment with one role for both has the guards of
`chassis/journal.py` alone, which whoever owns the tables could drop.
"""

from __future__ import annotations

import sqlalchemy as sa

from chassis.settings import Settings, SettingsWrong
from migrations.databases import connected

APPEND_ONLY = "journal, journal_node"
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    f"REVOKE UPDATE, DELETE, TRUNCATE ON {APPEND_ONLY} FROM {{role}}",
    "REVOKE INSERT, DELETE, TRUNCATE ON journal_head FROM {role}",
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON alembic_version FROM {role}",
)


def owner_url(settings: Settings, name: str) -> str:
    """The address by which a database is migrated: as its owner where one is set, else as the application."""
    url = sa.engine.make_url(settings.database_url(name))
    if settings.database_owner is None or url.get_backend_name() != "postgresql":
        return settings.database_url(name)
    user, colon, password = settings.database_owner.get_secret_value().partition(":")
    if not colon:
        raise SettingsWrong("GATEHOUSE_DATABASE_OWNER is user:password")
    if user == url.username:
        raise SettingsWrong(f"the owner of the database {name} must not be the application's own user")
    return url.set(username=user, password=password).render_as_string(hide_password=False)


def grant_to_application(settings: Settings, name: str) -> None:
    """Give the application's role its rights, all at once; without an owner of the tables there is nothing to give."""
    url, owner = settings.database_url(name), owner_url(settings, name)
    if url == owner:
        return
    with connected(owner) as connection, connection.begin():
        role = connection.dialect.identifier_preparer.quote(sa.engine.make_url(url).username or "")
        for grant in GRANTS:
            connection.exec_driver_sql(grant.format(role=role))
