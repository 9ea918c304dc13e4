"""The keys that sign tokens: made once, sealed by the master key, one published before it signs, one after.

Services fetch the published keys every five minutes, so a key is published as next long before it becomes current, and
stays published for a while after it was retired: no token is refused because of a rotation. A clock that was set back
would let tokens live their minute twice: the key that signed them is then withdrawn at once (decision 10).
"""

from __future__ import annotations

import os
from datetime import timedelta

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.actor import Actor
from chassis.db import Database, Tx
from chassis.identity import Signer, key_from_pem, key_to_pem, new_key, public_jwk
from chassis.journal import record
from chassis.settings import Settings
from chassis.vault import MasterKey, MasterKeyMissing, keys_of
from gateway.identity import key_store
from gateway.identity.events import KeyRotated

PUBLISHED_AFTER = timedelta(minutes=15)
"""How long a retired key stays published: replicas reload within a minute, tokens live two."""
LIVES = timedelta(days=90)
NONCE_BYTES = 12


class Keyring:
    """The signing keys of this deployment, as this process knows them; `load` brings them up to date."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._issuer = settings.issuer
        self._masters = keys_of(settings)[0]
        self._signer: Signer | None = None

    @property
    def signer(self) -> Signer:
        """Signs with the current key. `load` must have run."""
        assert self._signer is not None, "the keyring has not been loaded"
        return self._signer

    async def load(self) -> None:
        """Read the keys; the first process ever makes them. Raises `MasterKeyMissing` when none can be opened."""
        try:
            keys = await self._db.write(self._keys)
        except sa.exc.IntegrityError:  # another replica made them in the same instant
            keys = await self._db.write(self._keys)
        self._signer = Signer(self._issuer, *keys)

    async def rotate(self, actor: Actor) -> str:
        """The next key becomes the current one and a new one is published as next; the current key's id."""
        kid = await self._db.write(self._rotate, actor)
        await self.load()
        return kid

    async def rotate_when_due(self) -> None:
        """Rotate if the current key has signed for 90 days."""
        if await self._db.read(self._is_due):
            await self.rotate(Actor.system("key rotation"))

    async def withdraw(self, kid: str) -> bool:
        """The next key signs from now on, and what `kid` has signed counts for nothing; whether it was the current one.

        Of replicas that notice the same, one does it.
        """
        done = await self._db.write(self._withdraw, kid)
        await self.load()
        return done

    def _withdraw(self, tx: Tx, kid: str) -> bool:
        withdrawn = key_store.withdraw(tx, kid, tx.now - PUBLISHED_AFTER)
        if withdrawn:
            self._promote(tx, Actor.system("clock set back"))
        return withdrawn

    def _keys(self, tx: Tx) -> list[ec.EllipticCurvePrivateKey]:
        rows = key_store.live(tx, tx.now - PUBLISHED_AFTER)
        if not rows:
            for use in ("current", "next"):
                self._add(tx, use)
            rows = key_store.live(tx, tx.now - PUBLISHED_AFTER)
        return [self._open(row.kid, bytes(row.sealed)) for row in rows]

    def _rotate(self, tx: Tx, actor: Actor) -> str:
        key_store.retire_current(tx)
        return self._promote(tx, actor)

    def _promote(self, tx: Tx, actor: Actor) -> str:
        kid = key_store.promote_next(tx)
        assert kid is not None, "there is always a next key"
        self._add(tx, "next")
        record(tx, actor, KeyRotated(kid))
        return kid

    def _is_due(self, tx: Tx) -> bool:
        rows = key_store.live(tx, tx.now)
        return bool(rows) and rows[0].use == "current" and rows[0].made_at < tx.now - LIVES

    def _add(self, tx: Tx, use: str) -> None:
        key = new_key()
        kid = public_jwk(key)["kid"]
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + _box(self._masters[0]).encrypt(nonce, key_to_pem(key), kid.encode())
        key_store.add(tx, kid, sealed, use)

    def _open(self, kid: str, sealed: bytes) -> ec.EllipticCurvePrivateKey:
        for master in self._masters:
            try:
                pem = _box(master).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], kid.encode())
            except InvalidTag:
                continue
            return key_from_pem(pem)
        raise MasterKeyMissing(f"signing key {kid}")


def _box(master: MasterKey) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, salt=None, info=b"gatehouse signing key").derive(master.secret))
