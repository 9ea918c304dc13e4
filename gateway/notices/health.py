"""How the ways out fare: a dead one is told to the administrators once, and shown on `/status` until it works again."""

from __future__ import annotations

from chassis.actor import Actor
from chassis.db import Tx
from chassis.ids import new_id
from chassis.journal import record
from chassis.roles import Role, covers, in_force
from gateway.identity import account_store
from gateway.notices import channel_store, routing, rules
from gateway.notices.delivery_store import CHANNEL
from gateway.notices.events import ChannelDied

SYSTEM = Actor.system("outbox")
PAGE = "/settings/channels"


def failed(tx: Tx, carrier_id: str, because: str, *, mail: bool) -> None:
    """Something did not get through; the administrators are told when it was the third time in a row."""
    row = channel_store.note_failed(tx, carrier_id, because)
    if row.failures < rules.DEAD_AFTER or not channel_store.note_told(tx, carrier_id):
        return
    record(tx, SYSTEM, ChannelDied(carrier_id, because))
    notice = routing.Notice(new_id(), "channel_dead", PAGE, f"channel:{carrier_id}", tx.now, alarm=True)
    routing.tell(tx, notice, admins(tx), mail=mail, but=(CHANNEL, carrier_id))


def admins(tx: Tx) -> list[str]:
    """Ids of the platform and security admins."""
    found = []
    for account in account_store.everybody(tx):
        roles = in_force(account.roles, tx.now)
        if account.active and (covers(roles, Role.PLATFORM_ADMIN) or covers(roles, Role.SECURITY_ADMIN)):
            found.append(account.person_id)
    return found
