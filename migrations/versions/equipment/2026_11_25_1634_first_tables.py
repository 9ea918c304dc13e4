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
        "area_copy",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("privileged", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("permitters", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_copy")),
    )
    with op.batch_alter_table("area_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_area_copy_site_id"), ["site_id"], unique=False)

    op.create_table(
        "day_copy",
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_day_copy")),
    )
    op.create_table(
        "door_copy",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_copy")),
    )
    with op.batch_alter_table("door_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_door_copy_site_id"), ["site_id"], unique=False)

    op.create_table(
        "duty_copy",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("starts_at", columns.Instant(), nullable=False),
        sa.Column("ends_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_copy")),
    )
    with op.batch_alter_table("duty_copy", schema=None) as batch_op:
        batch_op.create_index("duty_copy_site_ends", ["site_id", "ends_at"], unique=False)

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
        "person_copy",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("employee_no", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=True),
        sa.Column("department_name", sa.String(length=60), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=True),
        sa.Column("management", sa.Boolean(), nullable=False),
        sa.Column("badge_no", sa.String(length=20), nullable=True),
        sa.Column("extension", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("manager_no", sa.String(length=20), nullable=True),
        sa.Column("deputy_no", sa.String(length=20), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("leaves_at", columns.Instant(), nullable=True),
        sa.Column("away_from", columns.Instant(), nullable=True),
        sa.Column("away_until", columns.Instant(), nullable=True),
        sa.Column("away_deputy_no", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_copy")),
        sa.UniqueConstraint("badge_no", name=op.f("uq_person_copy_badge_no")),
        sa.UniqueConstraint("employee_no", name=op.f("uq_person_copy_employee_no")),
    )
    with op.batch_alter_table("person_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_copy_extension"), ["extension"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_copy_name"), ["name"], unique=False)
        batch_op.create_index("person_copy_at", ["site_id", "active", "employee_no"], unique=False)

    op.create_table(
        "role_copy",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column(
            "role", sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("starts_at", columns.Instant(), nullable=False),
        sa.Column("ends_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "role", "starts_at", name=op.f("pk_role_copy")),
    )
    with op.batch_alter_table("role_copy", schema=None) as batch_op:
        batch_op.create_index("role_copy_role", ["role"], unique=False)

    op.create_table(
        "site_copy",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_copy")),
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
    begin_journal()


def downgrade() -> None:
    end_journal()
    op.drop_table("vault_key")
    op.drop_table("site_copy")
    with op.batch_alter_table("role_copy", schema=None) as batch_op:
        batch_op.drop_index("role_copy_role")

    op.drop_table("role_copy")
    with op.batch_alter_table("person_copy", schema=None) as batch_op:
        batch_op.drop_index("person_copy_at")
        batch_op.drop_index(batch_op.f("ix_person_copy_name"))
        batch_op.drop_index(batch_op.f("ix_person_copy_extension"))

    op.drop_table("person_copy")
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
    with op.batch_alter_table("duty_copy", schema=None) as batch_op:
        batch_op.drop_index("duty_copy_site_ends")

    op.drop_table("duty_copy")
    with op.batch_alter_table("door_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_door_copy_site_id"))

    op.drop_table("door_copy")
    op.drop_table("day_copy")
    with op.batch_alter_table("area_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_area_copy_site_id"))

    op.drop_table("area_copy")
