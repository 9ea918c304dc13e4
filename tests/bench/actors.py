"""Who calls in a measurement, and tokens for services that are measured alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from chassis import clock
from chassis.actor import STAFF_SCOPE, Actor, ActorKind
from chassis.identity import Signer, new_key

SIGNER = Signer("gatehouse", new_key())
"""Signs for services that are measured without a gateway; its public part lies in `jwks.json`."""


def stage_of(folder: Path) -> dict[str, Any]:
    """The ids that `stage.set_up` left in the folder."""
    found: dict[str, Any] = orjson.loads((folder / "stage.json").read_bytes())
    return found


def device(folder: Path, number: int = 1) -> Actor:
    """A tablet at the main door."""
    stage = stage_of(folder)
    name = f"bench-{number}"
    scopes = frozenset({"kiosk"})
    return Actor(ActorKind.DEVICE, name, scopes=scopes, device=name, site=stage["site"], door=stage["doors"]["MAIN"])


def guard(folder: Path) -> Actor:
    """The guard of the first site, who reads its log."""
    stage = stage_of(folder)
    roles = frozenset({f"guard@site:{stage['site']}"})
    return person(stage["people"]["G001"], roles)


def manager(folder: Path) -> Actor:
    """The centre manager of the first site, who decides floor visits."""
    stage = stage_of(folder)
    return person(stage["people"]["M001"], frozenset({f"centre_manager@site:{stage['site']}"}))


def host(folder: Path) -> Actor:
    """An employee without any role."""
    return person(stage_of(folder)["people"]["E001"], frozenset())


def person(id_: str, roles: frozenset[str]) -> Actor:
    """A member of staff in a session of their own."""
    return Actor(ActorKind.PERSON, id_, roles, frozenset({STAFF_SCOPE}), session="s", strength="password")


def bearer(actor: Actor, audience: str = "visitor") -> dict[str, str]:
    """The header of a fresh token."""
    return {"Authorization": "Bearer " + SIGNER.mint(actor, audience, clock.unix())}
