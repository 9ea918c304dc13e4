"""first tables

Revises nothing: the beginning.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis import columns
from migrations.beginnings import begin_journal, end_journal

revision = "2026_11_25_1702_first_tables"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("page", sa.String(200), nullable=False),
        sa.Column("raised_at", columns.Instant(), nullable=False),
        sa.Column("rung_at", columns.Instant(), nullable=False),
        sa.Column("told", columns.Ids(), nullable=False),
        sa.Column("unstaffed", columns.Ids(), nullable=False),
        sa.Column("later_at", columns.Instant(), nullable=True),
        sa.Column("settled_at", columns.Instant(), nullable=True),
        sa.Column("settled_by", sa.String(80), nullable=True),
        sa.Column("note", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.create_index(
            "alarm_noted",
            ["settled_at"],
            unique=False,
            sqlite_where=sa.text("note <> ''"),
            postgresql_where=sa.text("note <> ''"),
        )
        batch_op.create_index(
            "alarm_one_open",
            ["kind", "subject"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.create_index(
            "alarm_open",
            ["site_id", "raised_at", "id"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.create_index("alarm_page", ["page"], unique=False)
        batch_op.create_index("alarm_settled", ["settled_at"], unique=False)
        batch_op.create_index("alarm_subject", ["subject"], unique=False)

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
        "badge",
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("no", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "no", name=op.f("pk_badge")),
    )
    with op.batch_alter_table("badge", schema=None) as batch_op:
        batch_op.create_index("badge_stock", ["site_id", "state", "kind", "no"], unique=False)

    op.create_table(
        "badge_count",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("missing", columns.Ids(), nullable=False),
        sa.Column("extra", columns.Ids(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("counted_by", sa.String(80), nullable=False),
        sa.Column("counted_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_count")),
    )
    with op.batch_alter_table("badge_count", schema=None) as batch_op:
        batch_op.create_index(
            "badge_count_noted",
            ["counted_at"],
            unique=False,
            sqlite_where=sa.text("note <> ''"),
            postgresql_where=sa.text("note <> ''"),
        )
        batch_op.create_index("badge_counted", ["site_id", "counted_at", "id"], unique=False)

    op.create_table(
        "belonging",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("serial", sa.String(60), nullable=False),
        sa.Column("note", sa.String(80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("locker", sa.String(20), nullable=True),
        sa.Column("tag", sa.String(20), nullable=True),
        sa.Column("declared_at", columns.Instant(), nullable=False),
        sa.Column("left_at", columns.Instant(), nullable=True),
        sa.Column("left_by", sa.String(80), nullable=True),
        sa.Column("given_back_at", columns.Instant(), nullable=True),
        sa.Column("given_back_by", sa.String(80), nullable=True),
        sa.Column("lost_at", columns.Instant(), nullable=True),
        sa.Column("lost_by", sa.String(80), nullable=True),
        sa.Column("lost_note", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_belonging")),
    )
    with op.batch_alter_table("belonging", schema=None) as batch_op:
        batch_op.create_index("belonging_declared", ["site_id", "declared_at"], unique=False)
        batch_op.create_index(
            "belonging_locked",
            ["site_id", "locker", "id"],
            unique=False,
            sqlite_where=sa.text("outcome = 'left_outside'"),
            postgresql_where=sa.text("outcome = 'left_outside'"),
        )
        batch_op.create_index(
            "belonging_loose",
            ["site_id"],
            unique=False,
            sqlite_where=sa.text("outcome = 'declared'"),
            postgresql_where=sa.text("outcome = 'declared'"),
        )
        batch_op.create_index("belonging_visit", ["visit_id", "id"], unique=False)

    op.create_table(
        "code_try",
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("since", columns.Instant(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_code_try")),
    )
    op.create_table(
        "custody",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("escort_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("area_ids", columns.Ids(), nullable=False),
        sa.Column("from_at", columns.Instant(), nullable=False),
        sa.Column("until_at", columns.Instant(), nullable=True),
        sa.Column("offered_to", sa.String(36), nullable=True),
        sa.Column("offered_at", columns.Instant(), nullable=True),
        sa.Column("lost_at", columns.Instant(), nullable=True),
        sa.Column("reminded_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody")),
    )
    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.create_index(
            "custody_escort_open",
            ["escort_id", "visit_id"],
            unique=False,
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )
        batch_op.create_index("custody_from", ["site_id", "from_at"], unique=False)
        batch_op.create_index(
            "custody_offered",
            ["offered_to", "id"],
            unique=False,
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )
        batch_op.create_index(
            "custody_one_open",
            ["visit_id"],
            unique=True,
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )
        batch_op.create_index(
            "custody_site_open",
            ["site_id", "id"],
            unique=False,
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )
        batch_op.create_index("custody_visit", ["visit_id", "from_at"], unique=False)

    op.create_table(
        "day_copy",
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_day_copy")),
    )
    op.create_table(
        "designation",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("area_ids", columns.Ids(), nullable=False),
        sa.Column("starts_at", columns.Instant(), nullable=False),
        sa.Column("ends_at", columns.Instant(), nullable=False),
        sa.Column("most_open", sa.Integer(), nullable=False),
        sa.Column("designated_by", sa.String(80), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("ended_at", columns.Instant(), nullable=True),
        sa.Column("ended_by", sa.String(80), nullable=True),
        sa.Column("end_reason", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designation")),
    )
    with op.batch_alter_table("designation", schema=None) as batch_op:
        batch_op.create_index("designation_ends", ["site_id", "ends_at"], unique=False)
        batch_op.create_index("designation_listed", ["site_id", "created_at", "id"], unique=False)
        batch_op.create_index("designation_person", ["person_id", "ends_at"], unique=False)

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
        "locker_tag",
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("tag", sa.String(20), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "tag", name=op.f("pk_locker_tag")),
    )
    op.create_table(
        "notice_asked",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("recipients", columns.Ids(), nullable=False),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("settles", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_asked")),
    )
    with op.batch_alter_table("notice_asked", schema=None) as batch_op:
        batch_op.create_index("notice_asked_subject", ["subject", "seq"], unique=False)

    op.create_table(
        "notice_text",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("first_accepted_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_notice_text")),
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
        "stranger",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("place_en", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("guard_needed", sa.Boolean(), nullable=False),
        sa.Column("seen_at", columns.Instant(), nullable=False),
        sa.Column("reported_at", columns.Instant(), nullable=False),
        sa.Column("reported_by", sa.String(80), nullable=False),
        sa.Column("guard_called_at", columns.Instant(), nullable=True),
        sa.Column("guard_called_by", sa.String(80), nullable=True),
        sa.Column("out_at", columns.Instant(), nullable=True),
        sa.Column("out_by", sa.String(80), nullable=True),
        sa.Column("asked_at", columns.Instant(), nullable=True),
        sa.Column("asked_by", sa.String(80), nullable=True),
        sa.Column("closed_at", columns.Instant(), nullable=True),
        sa.Column("closed_by", sa.String(80), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stranger")),
    )
    with op.batch_alter_table("stranger", schema=None) as batch_op:
        batch_op.create_index("stranger_closed", ["closed_at"], unique=False)
        batch_op.create_index("stranger_listed", ["site_id", "seen_at", "id"], unique=False)
        batch_op.create_index(
            "stranger_noted",
            ["closed_at"],
            unique=False,
            sqlite_where=sa.text("note <> ''"),
            postgresql_where=sa.text("note <> ''"),
        )
        batch_op.create_index("stranger_reported", ["reported_by", "seen_at", "id"], unique=False)
        batch_op.create_index(
            "stranger_still_in",
            ["seen_at"],
            unique=False,
            sqlite_where=sa.text("state = 'seen'"),
            postgresql_where=sa.text("state = 'seen'"),
        )
        batch_op.create_index("stranger_visit", ["visit_id"], unique=False)

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
        "visit_export",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("format", sa.String(4), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("filters", columns.Ids(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_export")),
    )
    with op.batch_alter_table("visit_export", schema=None) as batch_op:
        batch_op.create_index("visit_export_listed", ["at", "id"], unique=False)

    op.create_table(
        "visitor",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("company", sa.String(80), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_tail", sa.String(4), nullable=True),
        sa.Column("phone_key", sa.String(64), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("id_last4", sa.LargeBinary(), nullable=True),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("erased_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor")),
    )
    with op.batch_alter_table("visitor", schema=None) as batch_op:
        batch_op.create_index(
            "visitor_kept",
            ["created_at", "id"],
            unique=False,
            sqlite_where=sa.text("erased_at IS NULL"),
            postgresql_where=sa.text("erased_at IS NULL"),
        )
        batch_op.create_index("visitor_name", ["name", "company"], unique=False)
        batch_op.create_index("visitor_phone", ["phone_key"], unique=False)

    op.create_table(
        "badge_handout",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("no", sa.String(20), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("host_id", sa.String(36), nullable=False),
        sa.Column("handed_at", columns.Instant(), nullable=False),
        sa.Column("handed_by", sa.String(80), nullable=False),
        sa.Column("due_at", columns.Instant(), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=True),
        sa.Column("ended_at", columns.Instant(), nullable=True),
        sa.Column("ended_by", sa.String(80), nullable=True),
        sa.Column("missed_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "no"], ["badge.site_id", "badge.no"], name=op.f("fk_badge_handout_site_id_no")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_handout")),
    )
    with op.batch_alter_table("badge_handout", schema=None) as batch_op:
        batch_op.create_index("handout_day", ["site_id", "handed_at"], unique=False)
        batch_op.create_index(
            "handout_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index("handout_history", ["site_id", "no", "handed_at", "id"], unique=False)
        batch_op.create_index(
            "handout_of_badge",
            ["site_id", "no"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "handout_of_visit",
            ["visit_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index("handout_visits", ["visit_id", "handed_at"], unique=False)

    op.create_table(
        "erasure",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("visitor_id", sa.String(36), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("fields", columns.Ids(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("badges_out", columns.Ids(), nullable=False),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitor.id"], name=op.f("fk_erasure_visitor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("visitor_id", name=op.f("uq_erasure_visitor_id")),
    )
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.create_index(
            "erasure_asked",
            ["at"],
            unique=False,
            sqlite_where=sa.text("\"by\" NOT IN ('retention', 'restore')"),
            postgresql_where=sa.text("\"by\" NOT IN ('retention', 'restore')"),
        )
        batch_op.create_index("erasure_at", ["at"], unique=False)

    op.create_table(
        "hold",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("visitor_id", sa.String(36), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("because", sa.String(20), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("placed_at", columns.Instant(), nullable=False),
        sa.Column("placed_by", sa.String(80), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("reviewed_at", columns.Instant(), nullable=True),
        sa.Column("reviewed_by", sa.String(80), nullable=True),
        sa.Column("lifted_at", columns.Instant(), nullable=True),
        sa.Column("lifted_by", sa.String(80), nullable=True),
        sa.Column("lifted_because", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitor.id"], name=op.f("fk_hold_visitor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(
            "hold_in_force",
            ["visitor_id"],
            unique=False,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )
        batch_op.create_index("hold_listed", ["placed_at", "id"], unique=False)
        batch_op.create_index(
            "hold_still",
            ["placed_at", "id"],
            unique=False,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )
        batch_op.create_index("hold_visitor", ["visitor_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("visitor_id", sa.String(36), nullable=False),
        sa.Column("party_id", sa.String(36), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("purpose", sa.String(200), nullable=False),
        sa.Column("host_id", sa.String(36), nullable=False),
        sa.Column("requested_by", sa.String(80), nullable=False),
        sa.Column("walk_in", sa.Boolean(), nullable=False),
        sa.Column("area_ids", columns.Ids(), nullable=False),
        sa.Column("starts_at", columns.Instant(), nullable=False),
        sa.Column("ends_at", columns.Instant(), nullable=False),
        sa.Column("escort_id", sa.String(36), nullable=True),
        sa.Column("items", sa.String(400), nullable=False),
        sa.Column("assistance", sa.LargeBinary(), nullable=True),
        sa.Column("assistance_agreed_at", columns.Instant(), nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("pass_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("privacy_version", sa.String(20), nullable=True),
        sa.Column("privacy_sha256", sa.String(64), nullable=True),
        sa.Column("privacy_at", columns.Instant(), nullable=True),
        sa.Column("rules_version", sa.String(20), nullable=True),
        sa.Column("rules_sha256", sa.String(64), nullable=True),
        sa.Column("notices_at", columns.Instant(), nullable=True),
        sa.Column("notices_device", sa.String(36), nullable=True),
        sa.Column("declined_at", columns.Instant(), nullable=True),
        sa.Column("door_id", sa.String(36), nullable=True),
        sa.Column("id_kind", sa.String(20), nullable=True),
        sa.Column("id_checked_at", columns.Instant(), nullable=True),
        sa.Column("id_checked_by", sa.String(36), nullable=True),
        sa.Column("arrived_at", columns.Instant(), nullable=True),
        sa.Column("cleared_at", columns.Instant(), nullable=True),
        sa.Column("entered_at", columns.Instant(), nullable=True),
        sa.Column("left_at", columns.Instant(), nullable=True),
        sa.Column("left_certainty", sa.String(12), nullable=True),
        sa.Column("left_by", sa.String(80), nullable=True),
        sa.Column("overstay_told_at", columns.Instant(), nullable=True),
        sa.Column("host_told", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitor.id"], name=op.f("fk_visit_visitor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("pass_hash", name=op.f("uq_visit_pass_hash")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_visitor_id"), ["visitor_id"], unique=False)
        batch_op.create_index(
            "visit_cleared",
            ["site_id", "cleared_at"],
            unique=False,
            sqlite_where=sa.text("cleared_at IS NOT NULL"),
            postgresql_where=sa.text("cleared_at IS NOT NULL"),
        )
        batch_op.create_index(
            "visit_code_open",
            ["site_id", "code"],
            unique=True,
            sqlite_where=sa.text(
                "state IN ('approved', 'arrived', 'cleared', 'in_lounge', 'in_review', 'inside', 'returned', 'submitted')"
            ),
            postgresql_where=sa.text(
                "state IN ('approved', 'arrived', 'cleared', 'in_lounge', 'in_review', 'inside', 'returned', 'submitted')"
            ),
        )
        batch_op.create_index(
            "visit_here",
            ["site_id", "starts_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('arrived', 'cleared', 'in_lounge', 'inside', 'left_unconfirmed')"),
            postgresql_where=sa.text("state IN ('arrived', 'cleared', 'in_lounge', 'inside', 'left_unconfirmed')"),
        )
        batch_op.create_index("visit_host", ["host_id", "starts_at", "id"], unique=False)
        batch_op.create_index("visit_kind", ["site_id", "kind", "starts_at", "id"], unique=False)
        batch_op.create_index("visit_listed", ["site_id", "starts_at", "id"], unique=False)
        batch_op.create_index(
            "visit_overstay",
            ["site_id", "starts_at", "id"],
            unique=False,
            sqlite_where=sa.text("overstay_told_at IS NOT NULL"),
            postgresql_where=sa.text("overstay_told_at IS NOT NULL"),
        )
        batch_op.create_index("visit_requested", ["requested_by", "starts_at", "id"], unique=False)
        batch_op.create_index("visit_state", ["site_id", "state", "starts_at", "id"], unique=False)
        batch_op.create_index(
            "visit_waiting",
            ["site_id", "starts_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('in_review', 'submitted')"),
            postgresql_where=sa.text("state IN ('in_review', 'submitted')"),
        )
        batch_op.create_index(
            "visit_walk_in",
            ["site_id", "starts_at", "id"],
            unique=False,
            sqlite_where=sa.text("walk_in IS TRUE"),
            postgresql_where=sa.text("walk_in IS TRUE"),
        )
        batch_op.create_index("visit_window", ["site_id", "state", "ends_at"], unique=False)

    op.create_table(
        "consent",
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("visitor_id", sa.String(36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("media_type", sa.String(20), nullable=True),
        sa.Column("agreed_at", columns.Instant(), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=True),
        sa.Column("withdrawn_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_consent_visit_id")),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitor.id"], name=op.f("fk_consent_visitor_id")),
        sa.PrimaryKeyConstraint("visit_id", "what", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(
            "consent_sealed",
            ["visit_id"],
            unique=False,
            sqlite_where=sa.text("sealed IS NOT NULL"),
            postgresql_where=sa.text("sealed IS NOT NULL"),
        )
        batch_op.create_index(
            "consent_withdrawn",
            ["withdrawn_at"],
            unique=False,
            sqlite_where=sa.text("withdrawn_at IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_consent_visitor_id"), ["visitor_id"], unique=False)

    op.create_table(
        "entry_scan",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("door_id", sa.String(36), nullable=False),
        sa.Column("scanned_at", columns.Instant(), nullable=False),
        sa.Column("used_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_entry_scan_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_scan")),
    )
    with op.batch_alter_table("entry_scan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_scan_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_area",
        sa.Column("area_id", sa.String(36), nullable=False),
        sa.Column("starts_at", columns.Instant(), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_area_visit_id")),
        sa.PrimaryKeyConstraint("area_id", "starts_at", "visit_id", name=op.f("pk_visit_area")),
    )
    with op.batch_alter_table("visit_area", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_area_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_key",
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column(
            "key", sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_key_visit_id")),
        sa.PrimaryKeyConstraint("site_id", "key", "visit_id", name=op.f("pk_visit_key")),
    )
    with op.batch_alter_table("visit_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_key_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_step",
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("decision", sa.String(10), nullable=True),
        sa.Column("decided_by", sa.String(36), nullable=True),
        sa.Column("recorded_by", sa.String(80), nullable=True),
        sa.Column("decided_at", columns.Instant(), nullable=True),
        sa.Column("comment", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_step_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "round", "reason", name=op.f("pk_visit_step")),
    )
    begin_journal()


def downgrade() -> None:
    end_journal()
    op.drop_table("visit_step")
    with op.batch_alter_table("visit_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_key_visit_id"))

    op.drop_table("visit_key")
    with op.batch_alter_table("visit_area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_area_visit_id"))

    op.drop_table("visit_area")
    with op.batch_alter_table("entry_scan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_scan_visit_id"))

    op.drop_table("entry_scan")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_visitor_id"))
        batch_op.drop_index(
            "consent_withdrawn",
            sqlite_where=sa.text("withdrawn_at IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "consent_sealed", sqlite_where=sa.text("sealed IS NOT NULL"), postgresql_where=sa.text("sealed IS NOT NULL")
        )

    op.drop_table("consent")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("visit_window")
        batch_op.drop_index(
            "visit_walk_in", sqlite_where=sa.text("walk_in IS TRUE"), postgresql_where=sa.text("walk_in IS TRUE")
        )
        batch_op.drop_index(
            "visit_waiting",
            sqlite_where=sa.text("state IN ('in_review', 'submitted')"),
            postgresql_where=sa.text("state IN ('in_review', 'submitted')"),
        )
        batch_op.drop_index("visit_state")
        batch_op.drop_index("visit_requested")
        batch_op.drop_index(
            "visit_overstay",
            sqlite_where=sa.text("overstay_told_at IS NOT NULL"),
            postgresql_where=sa.text("overstay_told_at IS NOT NULL"),
        )
        batch_op.drop_index("visit_listed")
        batch_op.drop_index("visit_kind")
        batch_op.drop_index("visit_host")
        batch_op.drop_index(
            "visit_here",
            sqlite_where=sa.text("state IN ('arrived', 'cleared', 'in_lounge', 'inside', 'left_unconfirmed')"),
            postgresql_where=sa.text("state IN ('arrived', 'cleared', 'in_lounge', 'inside', 'left_unconfirmed')"),
        )
        batch_op.drop_index(
            "visit_code_open",
            sqlite_where=sa.text(
                "state IN ('approved', 'arrived', 'cleared', 'in_lounge', 'in_review', 'inside', 'returned', 'submitted')"
            ),
            postgresql_where=sa.text(
                "state IN ('approved', 'arrived', 'cleared', 'in_lounge', 'in_review', 'inside', 'returned', 'submitted')"
            ),
        )
        batch_op.drop_index(
            "visit_cleared",
            sqlite_where=sa.text("cleared_at IS NOT NULL"),
            postgresql_where=sa.text("cleared_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_visit_visitor_id"))
        batch_op.drop_index(batch_op.f("ix_visit_party_id"))

    op.drop_table("visit")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index("hold_visitor")
        batch_op.drop_index(
            "hold_still", sqlite_where=sa.text("lifted_at IS NULL"), postgresql_where=sa.text("lifted_at IS NULL")
        )
        batch_op.drop_index("hold_listed")
        batch_op.drop_index(
            "hold_in_force", sqlite_where=sa.text("lifted_at IS NULL"), postgresql_where=sa.text("lifted_at IS NULL")
        )

    op.drop_table("hold")
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.drop_index("erasure_at")
        batch_op.drop_index(
            "erasure_asked",
            sqlite_where=sa.text("\"by\" NOT IN ('retention', 'restore')"),
            postgresql_where=sa.text("\"by\" NOT IN ('retention', 'restore')"),
        )

    op.drop_table("erasure")
    with op.batch_alter_table("badge_handout", schema=None) as batch_op:
        batch_op.drop_index("handout_visits")
        batch_op.drop_index(
            "handout_of_visit", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index(
            "handout_of_badge", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index("handout_history")
        batch_op.drop_index(
            "handout_due", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index("handout_day")

    op.drop_table("badge_handout")
    with op.batch_alter_table("visitor", schema=None) as batch_op:
        batch_op.drop_index("visitor_phone")
        batch_op.drop_index("visitor_name")
        batch_op.drop_index(
            "visitor_kept", sqlite_where=sa.text("erased_at IS NULL"), postgresql_where=sa.text("erased_at IS NULL")
        )

    op.drop_table("visitor")
    with op.batch_alter_table("visit_export", schema=None) as batch_op:
        batch_op.drop_index("visit_export_listed")

    op.drop_table("visit_export")
    op.drop_table("vault_key")
    with op.batch_alter_table("stranger", schema=None) as batch_op:
        batch_op.drop_index("stranger_visit")
        batch_op.drop_index(
            "stranger_still_in", sqlite_where=sa.text("state = 'seen'"), postgresql_where=sa.text("state = 'seen'")
        )
        batch_op.drop_index("stranger_reported")
        batch_op.drop_index(
            "stranger_noted", sqlite_where=sa.text("note <> ''"), postgresql_where=sa.text("note <> ''")
        )
        batch_op.drop_index("stranger_listed")
        batch_op.drop_index("stranger_closed")

    op.drop_table("stranger")
    op.drop_table("site_copy")
    op.drop_table("setting")
    with op.batch_alter_table("role_copy", schema=None) as batch_op:
        batch_op.drop_index("role_copy_role")

    op.drop_table("role_copy")
    with op.batch_alter_table("person_copy", schema=None) as batch_op:
        batch_op.drop_index("person_copy_at")
        batch_op.drop_index(batch_op.f("ix_person_copy_name"))
        batch_op.drop_index(batch_op.f("ix_person_copy_extension"))

    op.drop_table("person_copy")
    op.drop_table("notice_text")
    with op.batch_alter_table("notice_asked", schema=None) as batch_op:
        batch_op.drop_index("notice_asked_subject")

    op.drop_table("notice_asked")
    op.drop_table("locker_tag")
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
    with op.batch_alter_table("designation", schema=None) as batch_op:
        batch_op.drop_index("designation_person")
        batch_op.drop_index("designation_listed")
        batch_op.drop_index("designation_ends")

    op.drop_table("designation")
    op.drop_table("day_copy")
    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.drop_index("custody_visit")
        batch_op.drop_index(
            "custody_site_open", sqlite_where=sa.text("until_at IS NULL"), postgresql_where=sa.text("until_at IS NULL")
        )
        batch_op.drop_index(
            "custody_one_open", sqlite_where=sa.text("until_at IS NULL"), postgresql_where=sa.text("until_at IS NULL")
        )
        batch_op.drop_index(
            "custody_offered", sqlite_where=sa.text("until_at IS NULL"), postgresql_where=sa.text("until_at IS NULL")
        )
        batch_op.drop_index("custody_from")
        batch_op.drop_index(
            "custody_escort_open",
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )

    op.drop_table("custody")
    op.drop_table("code_try")
    with op.batch_alter_table("belonging", schema=None) as batch_op:
        batch_op.drop_index("belonging_visit")
        batch_op.drop_index(
            "belonging_loose",
            sqlite_where=sa.text("outcome = 'declared'"),
            postgresql_where=sa.text("outcome = 'declared'"),
        )
        batch_op.drop_index(
            "belonging_locked",
            sqlite_where=sa.text("outcome = 'left_outside'"),
            postgresql_where=sa.text("outcome = 'left_outside'"),
        )
        batch_op.drop_index("belonging_declared")

    op.drop_table("belonging")
    with op.batch_alter_table("badge_count", schema=None) as batch_op:
        batch_op.drop_index("badge_counted")
        batch_op.drop_index(
            "badge_count_noted", sqlite_where=sa.text("note <> ''"), postgresql_where=sa.text("note <> ''")
        )

    op.drop_table("badge_count")
    with op.batch_alter_table("badge", schema=None) as batch_op:
        batch_op.drop_index("badge_stock")

    op.drop_table("badge")
    with op.batch_alter_table("area_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_area_copy_site_id"))

    op.drop_table("area_copy")
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.drop_index("alarm_subject")
        batch_op.drop_index("alarm_settled")
        batch_op.drop_index("alarm_page")
        batch_op.drop_index(
            "alarm_open", sqlite_where=sa.text("settled_at IS NULL"), postgresql_where=sa.text("settled_at IS NULL")
        )
        batch_op.drop_index(
            "alarm_one_open", sqlite_where=sa.text("settled_at IS NULL"), postgresql_where=sa.text("settled_at IS NULL")
        )
        batch_op.drop_index("alarm_noted", sqlite_where=sa.text("note <> ''"), postgresql_where=sa.text("note <> ''"))

    op.drop_table("alarm")
