"""What the access service follows: which places are in use by visits and tablets, so that none is closed under them."""

from __future__ import annotations

from chassis.db import Tx
from chassis.peers import Entry, Follows
from services.access.sites import store as sites

FOLLOWS_VISITOR = Follows("visitor")
FOLLOWS_GATEWAY = Follows("gateway")


@FOLLOWS_VISITOR.subject("visit")
def visit(tx: Tx, entry: Entry) -> None:
    """An open visit uses its areas."""
    used_by = f"visit:{entry.subject_id}"
    sites.end_use(tx, used_by)
    if entry.state is not None and entry.state["open"]:
        for area_id in entry.state["area_ids"]:
            sites.begin_use(tx, area_id, used_by)


@FOLLOWS_GATEWAY.fact("DevicePaired")
def device_paired(tx: Tx, entry: Entry) -> None:
    """A tablet uses its door."""
    sites.begin_use(tx, entry.body["door_id"], f"device:{entry.subject_id}")


@FOLLOWS_GATEWAY.fact("DeviceRevoked")
def device_revoked(tx: Tx, entry: Entry) -> None:
    """A tablet that was taken back uses no door."""
    sites.end_use(tx, f"device:{entry.subject_id}")
