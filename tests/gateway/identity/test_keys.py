"""Signing keys: made once, sealed, rotated without a refused token, and useless without the master key."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from chassis import clock
from chassis.actor import Actor
from chassis.identity import Verifier
from chassis.settings import Settings
from chassis.vault import MasterKeyMissing
from gateway.identity.key_store import KEY
from gateway.identity.keyring import Keyring
from tests.builders import fact_names
from tests.gateway.identity.conftest import OPERATOR, House, Later

pytestmark = pytest.mark.anyio


async def kids(house: House) -> list[str]:
    return [key["kid"] for key in house.keeper.jwks()["keys"]]


async def test_a_restart_keeps_the_keys(house: House) -> None:
    again = Keyring(house.db, house.settings)
    await again.load()
    assert [key["kid"] for key in again.signer.jwks["keys"]] == await kids(house)


async def test_replicas_that_start_together_make_one_pair_of_keys(house: House) -> None:
    await house.db.write(lambda tx: tx.change(sa.delete(KEY)))
    rings = [Keyring(house.db, house.settings) for _ in range(4)]
    await asyncio.gather(*(ring.load() for ring in rings))
    published = {tuple(key["kid"] for key in ring.signer.jwks["keys"]) for ring in rings}
    assert len(published) == 1
    assert len(published.pop()) == 2


async def test_no_token_is_refused_because_of_a_rotation(house: House) -> None:
    later = Later()
    with clock.reading(later):
        verifier = Verifier("access", "gatehouse", house.keeper.jwks())
        current, following = await kids(house)
        before = await house.keeper.service_token("visitor", "access")
        await house.keeper.keyring.rotate(OPERATOR)
        assert (await kids(house))[0] == following
        assert current in await kids(house), "the retired key still verifies"
        after = house.keeper.signer.mint(Actor.system("x"), "access", clock.unix())
        assert verifier.verify(after, clock.unix()), "a service with the old JWKS knows the next key"
        verifier.set_keys(house.keeper.jwks())
        assert verifier.verify(before, clock.unix())
        later.go(minutes=16)
        await house.keeper.reload_keys()
        assert current not in await kids(house)
        assert fact_names(house.db) == ["KeyRotated"]


async def test_keys_rotate_by_themselves_after_ninety_days(house: House) -> None:
    later = Later()
    with clock.reading(later):
        first = await kids(house)
        await house.keeper.keyring.rotate_when_due()
        assert await kids(house) == first
        later.go(days=91)
        await house.keeper.keyring.rotate_when_due()
        assert (await kids(house))[0] == first[1]


async def test_a_key_is_worth_nothing_without_the_master_key(house: House, tmp_path: Path) -> None:
    rows = await house.db.read(lambda tx: tx.rows(sa.select(KEY.c.sealed)))
    assert all(b"PRIVATE KEY" not in bytes(row.sealed) for row in rows)
    other = Keyring(house.db, Settings(data=tmp_path / "other"))
    with pytest.raises(MasterKeyMissing):
        await other.load()
