"""What the gateway needs to mail one invitation, opened at the moment of sending and kept nowhere else."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.problems import NotFound
from services.visitor.base import DIRECTORY
from services.visitor.visits import actions, personal, store


def of_visit(tx: Tx, _actor: Actor, visit_id: str) -> dict[str, Any]:
    """The visit's invitation as `schemas.InvitationToMail`. Raises `NotFound` for none, and for an erased visitor."""
    visit = store.visit(tx, visit_id)
    guest = store.visitor(tx, visit.visitor_id) if visit is not None else None
    if visit is None or guest is None or guest.erased_at is not None:
        raise NotFound("没有找到这次来访", "There is no such visit")
    site = DIRECTORY.site(tx, visit.site_id)
    host = DIRECTORY.person(tx, visit.host_id)
    plain = {name: getattr(visit, name) for name in ("state", "version", "language", "starts_at", "ends_at", "host_id")}
    return {
        **plain,
        "visit_id": visit_id,
        "name": guest.name,
        "email": personal.known(tx, guest, "email"),
        "host_name": host.name if host else "",
        "site_name": site.name if site else "",
        "site_name_en": site.name_en if site else "",
        "zone": site.zone if site else "UTC",
        "code": visit.code,
        "qr": actions.pass_token(tx, visit_id),
    }
