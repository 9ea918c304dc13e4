"""Personal values: sealed under a key per person, found by keyed hash, gone with the key."""

from __future__ import annotations

import os

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from chassis.db import Database, Tx
from chassis.service import base_tables
from chassis.tables import new_metadata
from chassis.vault import Erased, MasterKey, MasterKeyMissing, Vault
from tests.conftest import OpenDb

BASE = base_tables(new_metadata())


@pytest.fixture
def db(open_db: OpenDb) -> Database:
    return open_db(BASE)


def test_a_value_opens_for_its_person_and_field_alone(db: Database) -> None:
    def check(tx: Tx) -> None:
        sealed = tx.vault.seal(tx, "p1", "phone", b"13800000427")
        assert b"13800000427" not in sealed
        assert tx.vault.open_(tx, "p1", "phone", sealed) == b"13800000427"
        tx.vault.seal(tx, "p2", "phone", b"other")
        for person, field in (("p1", "email"), ("p2", "phone")):
            with pytest.raises(InvalidTag):
                tx.vault.open_(tx, person, field, sealed)

    db.write_now(check)


def test_erasing_destroys_the_key_for_ever(db: Database) -> None:
    def check(tx: Tx) -> None:
        sealed = tx.vault.seal(tx, "p1", "phone", b"1")
        assert tx.vault.erase(tx, "p1")
        assert not tx.vault.erase(tx, "p1")
        assert tx.vault.text(tx, "p1", "phone", sealed) is None
        with pytest.raises(Erased):
            tx.vault.open_(tx, "p1", "phone", sealed)
        with pytest.raises(Erased):
            tx.vault.seal(tx, "p1", "phone", b"2")
        assert tx.scalar(sa.select(BASE.vault.c.wrapped)) is None

    db.write_now(check)


def test_a_master_key_can_be_replaced(db: Database) -> None:
    old, new, lookup = (MasterKey.of(os.urandom(32)) for _ in range(3))
    before, after = Vault(BASE.vault, (old,), lookup), Vault(BASE.vault, (new, old), lookup)

    def check(tx: Tx) -> None:
        sealed = before.seal(tx, "p9", "phone", b"1")
        with pytest.raises(MasterKeyMissing):
            Vault(BASE.vault, (new,), lookup).open_(tx, "p9", "phone", sealed)
        assert after.rewrap(tx) == 1
        assert Vault(BASE.vault, (new,), lookup).open_(tx, "p9", "phone", sealed) == b"1"
        assert before.lookup("phone", "1") == after.lookup("phone", "1") != after.lookup("email", "1")

    db.write_now(check)
