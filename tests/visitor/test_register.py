"""The register of personal data: complete by the tables, true by the notice, for administrators and auditors."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel.sql.sqltypes import AutoString

from services.visitor.base import BASE
from services.visitor.register.fields import FIELDS, GROUNDS, Ground
from services.visitor.register.rules import reads_the_register
from services.visitor.texts.kept import DAYS
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
OF_THE_HOUSE = ("journal", "follow_cursor", "vault_key", "setting", "notice_asked", "code_try", "designation")
"""Tables that hold nothing of a visitor: proofs, keys, settings, what staff are told and designated for."""
OF_THE_STAFF = "_copy"
CODES = frozenset(
    {
        "kind", "state", "outcome", "language", "what", "reason", "decision", "format", "left_certainty", "locker",
        "tag", "no", "subject", "page", "caller", "key", "body_hash", "etag", "privacy_version", "rules_version",
        "version", "because", "privacy_sha256", "rules_sha256", "sha256", "requested_by", "by", "offered_to",
    }
)  # fmt: skip
"""Columns that hold a code, a hash, a number of the house or the id of a member of staff."""
TYPED = frozenset({"erasure.reason"})
"""Texts that people type, whose column bears the name of a code elsewhere."""
NAMES_NOBODY = frozenset({"notice_text.body", "visit_export.filters"})
"""Texts of the house."""
KNOWN = {column for entry in FIELDS for column in entry.columns}


def is_text(column: sa.Column[object]) -> bool:
    """Whether a column holds a text, however its table was declared; instants are none."""
    return type(column.type) in (sa.String, sa.Text, AutoString)


def may_identify(column: sa.Column[object]) -> bool:
    """Whether a column could hold something of a visitor: anything sealed, and any text that is no id, code or time."""
    table, name = column.table.name, column.name
    if table.startswith(OF_THE_HOUSE) or table.endswith(OF_THE_STAFF) or f"{table}.{name}" in NAMES_NOBODY:
        return False
    if isinstance(column.type, sa.LargeBinary):
        return True
    is_code = name in CODES and f"{table}.{name}" not in TYPED
    return is_text(column) and not is_code and name != "id" and not name.endswith(("_id", "_by", "_device"))


def test_each_column_that_may_identify_is_in_the_register() -> None:
    columns = {
        f"{table.name}.{column.name}": column for table in BASE.metadata.sorted_tables for column in table.columns
    }
    assert set(columns) >= KNOWN
    assert {name for name, column in columns.items() if may_identify(column)} - KNOWN == set()


def test_the_search_for_columns_can_fail() -> None:
    columns = (
        sa.Column("nickname", sa.String(20)),
        sa.Column("alias", AutoString(20)),
        sa.Column("face", sa.LargeBinary),
    )
    table = sa.Table("visit", sa.MetaData(), *columns)
    assert all(may_identify(column) for column in table.columns)
    assert not may_identify(sa.Table("visit", sa.MetaData(), sa.Column("host_id", sa.String(36))).c.host_id)


def test_it_promises_what_the_notice_promises() -> None:
    days = {entry.field: entry.days for entry in FIELDS}
    assert {name: days[name] for name in ("id_number", "photo", "signature")} == {
        name: DAYS[name] for name in ("id_number", "photo", "signature")
    }
    assert {days[name] for name in ("name", "company", "phone", "email")} == {DAYS["contact"]}
    assert all(entry.days is not None or entry.kept is not None for entry in FIELDS)
    assert set(GROUNDS) == set(Ground)
    assert len(days) == len(FIELDS)


def test_who_reads_it() -> None:
    for roles, may in (({"auditor"}, True), ({"platform_admin"}, True), ({"guard", "leader", "hr"}, False)):
        assert bool(reads_the_register(roles)) is may


@pytest.mark.parametrize(("name", "status"), [("admin", 200), ("auditor", 200), ("guard", 403), ("host", 403)])
async def test_it_is_read_by_administrators_and_auditors(floor: Floor, name: str, status: int) -> None:
    said = await floor.as_(name).get("/personal-data")
    assert said.status == status
    if status == 200:
        first = said.body["items"][0]
        assert (first["field"], first["name_zh"], first["kept_en"]) == (
            "name",
            "姓名",
            "180 days from the end of the visit",
        )
