"""first tables

Revises nothing: the beginning.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis import columns
from migrations.beginnings import begin_journal, end_journal

revision = "2026_11_25_1634_first_tables"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "department",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(60), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("code", name=op.f("uq_department_code")),
    )
    op.create_table(
        "follow_cursor",
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", columns.Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_follow_cursor")),
    )
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("etag", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency")),
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_at"), ["at"], unique=False)

    op.create_table(
        "journal",
        sa.Column("idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("fact", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("idx", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index("journal_actor", ["actor", "idx"], unique=False)
        batch_op.create_index("journal_fact", ["fact", "idx"], unique=False)
        batch_op.create_index("journal_subject", ["subject", "idx"], unique=False)

    op.create_table(
        "journal_head",
        sa.Column("one", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("edge", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_journal_head_is_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "journal_node",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "idx", name=op.f("pk_journal_node")),
    )
    op.create_table(
        "place_use",
        sa.Column("place_id", sa.String(36), nullable=False),
        sa.Column("used_by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("place_id", "used_by", name=op.f("pk_place_use")),
    )
    with op.batch_alter_table("place_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_use_used_by"), ["used_by"], unique=False)

    op.create_table(
        "setting",
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("from_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "number", name=op.f("pk_setting")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(60), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("code", name=op.f("uq_site_code")),
    )
    op.create_table(
        "vault_key",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("kid", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", columns.Instant(), nullable=False),
        sa.Column("erased_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_vault_key")),
    )
    op.create_table(
        "area",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("privileged", sa.Boolean(), nullable=False),
        sa.Column("storey", sa.String(40), nullable=False),
        sa.Column("storey_en", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_area_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_area_site_id_code")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(60), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_calendar_day_site_id")),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "calendar_year",
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(40), nullable=False),
        sa.Column("swaps_known", sa.Boolean(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_calendar_year_site_id")),
        sa.PrimaryKeyConstraint("site_id", "year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("employee_no", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("department_id", sa.String(36), nullable=True),
        sa.Column("site_id", sa.String(36), nullable=True),
        sa.Column("post", sa.String(60), nullable=False),
        sa.Column("shift", sa.String(40), nullable=False),
        sa.Column("management", sa.Boolean(), nullable=False),
        sa.Column("employment", sa.String(12), nullable=False),
        sa.Column("manager_no", sa.String(20), nullable=True),
        sa.Column("deputy_no", sa.String(20), nullable=True),
        sa.Column("badge_no", sa.String(20), nullable=True),
        sa.Column("work_email", sa.String(120), nullable=True),
        sa.Column("extension", sa.String(20), nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("leaves_at", columns.Instant(), nullable=True),
        sa.Column("away_from", columns.Instant(), nullable=True),
        sa.Column("away_until", columns.Instant(), nullable=True),
        sa.Column("away_deputy_no", sa.String(20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_person_department_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_person_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("badge_no", name=op.f("uq_person_badge_no")),
        sa.UniqueConstraint("employee_no", name=op.f("uq_person_employee_no")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_site_id"), ["site_id"], unique=False)
        batch_op.create_index(
            "person_leaves",
            ["leaves_at"],
            unique=False,
            sqlite_where=sa.text("leaves_at IS NOT NULL"),
            postgresql_where=sa.text("leaves_at IS NOT NULL"),
        )
        batch_op.create_index("person_listed", ["active", "sort_key", "id"], unique=False)
        batch_op.create_index("person_of_department", ["department_id", "active", "sort_key", "id"], unique=False)

    op.create_table(
        "door",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("area_id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_door_area_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_door_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_door_site_id_code")),
    )
    op.create_table(
        "duty",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("instead_of", sa.String(36), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("starts_at", columns.Instant(), nullable=False),
        sa.Column("ends_at", columns.Instant(), nullable=False),
        sa.Column("dropped_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["instead_of"], ["person.id"], name=op.f("fk_duty_instead_of")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_person_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_duty_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.create_index("duty_person", ["person_id", "ends_at"], unique=False)
        batch_op.create_index("duty_site_ends", ["site_id", "ends_at"], unique=False)

    op.create_table(
        "leave",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("stand_in_id", sa.String(36), nullable=True),
        sa.Column("starts_at", columns.Instant(), nullable=False),
        sa.Column("ends_at", columns.Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(80), nullable=False),
        sa.Column("dropped_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leave_person_id")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["person.id"], name=op.f("fk_leave_stand_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.create_index("leave_ends", ["ends_at"], unique=False)
        batch_op.create_index("leave_person", ["person_id", "ends_at"], unique=False)

    op.create_table(
        "permitter",
        sa.Column("area_id", sa.String(36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(20), nullable=True),
        sa.Column("scope", sa.String(60), nullable=True),
        sa.Column("person_id", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_permitter_area_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_permitter_person_id")),
        sa.PrimaryKeyConstraint("area_id", "position", name=op.f("pk_permitter")),
    )
    op.create_table(
        "person_key",
        sa.Column(
            "key", sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_key_person_id")),
        sa.PrimaryKeyConstraint("key", "person_id", name=op.f("pk_person_key")),
    )
    with op.batch_alter_table("person_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_key_person_id"), ["person_id"], unique=False)

    op.create_table(
        "role_held",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("scope", sa.String(60), nullable=False),
        sa.Column("starts_at", columns.Instant(), nullable=False),
        sa.Column("ends_at", columns.Instant(), nullable=True),
        sa.Column("given_at", columns.Instant(), nullable=False),
        sa.Column("given_by", sa.String(80), nullable=False),
        sa.Column("taken_at", columns.Instant(), nullable=True),
        sa.Column("taken_by", sa.String(80), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_held_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_held")),
    )
    with op.batch_alter_table("role_held", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_held_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "role_held_by",
            ["role", "person_id"],
            unique=False,
            sqlite_where=sa.text("taken_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL"),
        )
        batch_op.create_index(
            "role_held_ends",
            ["ends_at"],
            unique=False,
            sqlite_where=sa.text("taken_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL"),
        )
        batch_op.create_index(
            "role_held_once",
            ["person_id", "role", "scope"],
            unique=True,
            sqlite_where=sa.text("taken_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL"),
        )

    begin_journal()


def downgrade() -> None:
    end_journal()
    with op.batch_alter_table("role_held", schema=None) as batch_op:
        batch_op.drop_index(
            "role_held_once", sqlite_where=sa.text("taken_at IS NULL"), postgresql_where=sa.text("taken_at IS NULL")
        )
        batch_op.drop_index(
            "role_held_ends", sqlite_where=sa.text("taken_at IS NULL"), postgresql_where=sa.text("taken_at IS NULL")
        )
        batch_op.drop_index(
            "role_held_by", sqlite_where=sa.text("taken_at IS NULL"), postgresql_where=sa.text("taken_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_role_held_person_id"))

    op.drop_table("role_held")
    with op.batch_alter_table("person_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_key_person_id"))

    op.drop_table("person_key")
    op.drop_table("permitter")
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.drop_index("leave_person")
        batch_op.drop_index("leave_ends")

    op.drop_table("leave")
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.drop_index("duty_site_ends")
        batch_op.drop_index("duty_person")

    op.drop_table("duty")
    op.drop_table("door")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("person_of_department")
        batch_op.drop_index("person_listed")
        batch_op.drop_index(
            "person_leaves",
            sqlite_where=sa.text("leaves_at IS NOT NULL"),
            postgresql_where=sa.text("leaves_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_person_site_id"))

    op.drop_table("person")
    op.drop_table("calendar_year")
    op.drop_table("calendar_day")
    op.drop_table("area")
    op.drop_table("vault_key")
    op.drop_table("site")
    op.drop_table("setting")
    with op.batch_alter_table("place_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_use_used_by"))

    op.drop_table("place_use")
    op.drop_table("journal_node")
    op.drop_table("journal_head")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index("journal_subject")
        batch_op.drop_index("journal_fact")
        batch_op.drop_index("journal_actor")

    op.drop_table("journal")
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_at"))

    op.drop_table("idempotency")
    op.drop_table("follow_cursor")
    op.drop_table("department")
