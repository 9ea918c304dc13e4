"""Personal values under a key per person: AES-256-GCM, the key wrapped by a master key, erased by destroying the key.

`seal` and `open_` bind each value to its person and field, so that a value moved to another row does not open.
`lookup` is a keyed hash for finding an equal value without keeping it (HMAC-SHA-256, a key of its own).
Losing the master key loses every value; `gatehouse backup` says so.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.columns import Instant
from chassis.db import Tx
from chassis.prepared import prepared
from chassis.settings import Settings

NONCE_BYTES = 12
KEY_BYTES = 32


class Erased(Exception):
    """The person's key was destroyed; the value is gone for ever."""


class MasterKeyMissing(Exception):
    """A value was wrapped by a master key this deployment does not have."""


def vault_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the table of wrapped keys, one row per person; `wrapped` is NULL once erased."""
    return sa.Table(
        "vault_key",
        metadata,
        sa.Column("person_id", sa.String(36), primary_key=True),
        sa.Column("kid", sa.String(16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("erased_at", Instant),
    )


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A master key and its short name, which tells after a rotation what wrapped a key."""

    kid: str
    secret: bytes

    @classmethod
    def of(cls, secret: bytes) -> MasterKey:
        """Name a key by the first 16 hexadecimal digits of its hash."""
        return cls(hashlib.sha256(b"gatehouse master key" + secret).hexdigest()[:16], secret)


def master_key_file(path: Path) -> MasterKey:
    """The master key at `path`, made (mode 0600) when there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(KEY_BYTES).hex().encode() + b"\n")
    return _of_hex(path.read_text())


def keys_of(settings: Settings) -> tuple[tuple[MasterKey, ...], MasterKey]:
    """The master keys (current first) and the look-up key of a deployment: as set, else files in its data folder.

    `GATEHOUSE_MASTER_KEY` may hold several keys by space, the current one first, while a rotation is under way.
    """
    if settings.master_key is None or settings.lookup_key is None:
        folder = settings.data / "keys"
        return (master_key_file(folder / "master"),), master_key_file(folder / "lookup")
    masters = settings.master_key.get_secret_value().split()
    return tuple(map(_of_hex, masters)), _of_hex(settings.lookup_key.get_secret_value())


def _of_hex(text: str) -> MasterKey:
    secret = bytes.fromhex(text.strip())
    if len(secret) != KEY_BYTES:
        raise ValueError("a master key has 64 hexadecimal digits")
    return MasterKey.of(secret)


class Vault:
    """Seals and opens values of people.

    `masters` holds the current master key first, then retired ones; `lookup_key` never rotates, or nothing is found.
    """

    def __init__(self, table: sa.Table, masters: tuple[MasterKey, ...], lookup_key: MasterKey) -> None:
        self._table = table
        c = table.c
        self._of_person = prepared(sa.select(c.kid, c.wrapped).where(c.person_id == sa.bindparam("of_person")))
        self._add = prepared(sa.insert(table))
        self._masters = {master.kid: master for master in masters}
        self._current = masters[0]
        self._lookup_key = _derived(lookup_key.secret, b"lookup")

    def seal(self, tx: Tx, person_id: str, field: str, value: bytes) -> bytes:
        """`value` encrypted for `person_id`, whose key is made when this is the first. Raises `Erased`."""
        key = self._key(tx, person_id) or self._new_key(tx, person_id)
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, value, _bound(person_id, field))

    def open_(self, tx: Tx, person_id: str, field: str, sealed: bytes) -> bytes:
        """The value that was sealed. Raises `Erased`, or `InvalidTag` (cryptography) when tampered with."""
        key = self._key(tx, person_id)
        if key is None:
            raise Erased(person_id)
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(person_id, field))

    def text(self, tx: Tx, person_id: str, field: str, sealed: bytes | None) -> str | None:
        """A sealed text, or None when there is none or it was erased."""
        if sealed is None:
            return None
        try:
            return self.open_(tx, person_id, field, sealed).decode()
        except Erased:
            return None

    def lookup(self, kind: str, normalised: str) -> str:
        """A keyed hash of an already normalised value: equal values give equal text, nothing else can be read off."""
        return hmac.new(self._lookup_key, f"{kind}\n{normalised}".encode(), hashlib.sha256).hexdigest()

    def erase(self, tx: Tx, person_id: str) -> bool:
        """Destroy the person's key; False when there was none or it was erased before."""
        c = self._table.c
        erased = (
            sa.update(self._table)
            .where(c.person_id == person_id, c.wrapped.is_not(None))
            .values(wrapped=None, erased_at=tx.now)
        )
        return tx.change(erased) == 1

    def forget(self, tx: Tx, person_ids: Collection[str]) -> int:
        """Delete what is left of keys that were destroyed; how many. Of who has none a new one would be made."""
        c = self._table.c
        return tx.change(sa.delete(self._table).where(c.person_id.in_(sorted(person_ids)), c.wrapped.is_(None)))

    def rewrap(self, tx: Tx, limit: int = 500) -> int:
        """Wrap up to `limit` keys of retired master keys by the current one; return how many (key rotation)."""
        c = self._table.c
        old = tx.rows(
            sa.select(c.person_id, c.kid, c.wrapped)
            .where(c.kid != self._current.kid, c.wrapped.is_not(None))
            .limit(limit)
        )
        for row in old:
            wrapped = self._wrap(row.person_id, self._unwrap(row.person_id, row.kid, bytes(row.wrapped)))
            tx.change(
                sa.update(self._table)
                .where(c.person_id == row.person_id)
                .values(kid=self._current.kid, wrapped=wrapped)
            )
        return len(old)

    def _key(self, tx: Tx, person_id: str) -> bytes | None:
        row = tx.row(self._of_person, {"of_person": person_id})
        if row is None:
            return None
        if row.wrapped is None:
            raise Erased(person_id)
        return self._unwrap(person_id, row.kid, bytes(row.wrapped))

    def _new_key(self, tx: Tx, person_id: str) -> bytes:
        key = AESGCM.generate_key(KEY_BYTES * 8)
        values = {"person_id": person_id, "kid": self._current.kid, "wrapped": self._wrap(person_id, key)}
        tx.change(self._add, {**values, "made_at": tx.now})
        return key

    def _wrap(self, person_id: str, key: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(_derived(self._current.secret, b"wrap")).encrypt(nonce, key, person_id.encode())

    def _unwrap(self, person_id: str, kid: str, wrapped: bytes) -> bytes:
        master = self._masters.get(kid)
        if master is None:
            raise MasterKeyMissing(kid)
        box = AESGCM(_derived(master.secret, b"wrap"))
        return box.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], person_id.encode())


def _derived(secret: bytes, use: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"gatehouse " + use).derive(secret)


def _bound(person_id: str, field: str) -> bytes:
    return f"{person_id}\n{field}".encode()
