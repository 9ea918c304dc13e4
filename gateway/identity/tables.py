"""Every table of the gateway on one metadata: what migrations and an empty database are made from."""

from __future__ import annotations

from gateway.identity.account_store import ACCOUNT, LINK
from gateway.identity.attempt_store import ATTEMPT
from gateway.identity.base import BASE
from gateway.identity.client_store import CLIENT, REVOKED
from gateway.identity.device_store import DEVICE, PAIRING
from gateway.identity.key_store import KEY
from gateway.identity.passkey_store import CHALLENGE, PASSKEY
from gateway.identity.place_store import DOOR, SITE
from gateway.identity.session_store import SESSION
from gateway.notices.channel_store import CHANNEL, HEALTH
from gateway.notices.delivery_store import DELIVERY
from gateway.notices.mail_store import MAIL
from gateway.notices.store import NOTICE

METADATA = BASE.metadata
TABLES = (
    NOTICE,
    DELIVERY,
    MAIL,
    CHANNEL,
    HEALTH,
    ACCOUNT,
    LINK,
    ATTEMPT,
    CLIENT,
    REVOKED,
    DEVICE,
    PAIRING,
    KEY,
    CHALLENGE,
    PASSKEY,
    DOOR,
    SITE,
    SESSION,
)
