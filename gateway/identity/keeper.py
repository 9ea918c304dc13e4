"""The keeper: answers for each request who calls, and mints the tokens services believe.

A person is cut off within a second everywhere: the session row is joined with the account's state and epoch, and what
was read is believed for `BELIEVED_SECONDS` at most, on every replica, whichever process raised the epoch. Changes made
by this process (`forget`) are seen at once. Tokens are handed out to callers found good in that same way, so none is
minted for anyone cut off; one already in a service's hands dies within a minute, or when the service reads
`SubjectCutOff` in the gateway's journal.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from starlette.requests import Request

from chassis import clock
from chassis.actor import Actor, ActorKind
from chassis.db import Database, Lost
from chassis.identity import LIFE_SECONDS, Signer, TokenRefused, Verifier
from chassis.loops import Loops
from chassis.settings import Settings
from gateway.identity import client_store, credentials, device_store, housekeeping, principal, rules, session_store
from gateway.identity.keyring import Keyring
from gateway.identity.passwords import Passwords
from gateway.identity.principal import Principal
from gateway.identity.secret_text import hashed, same

T = TypeVar("T")
AUDIENCE = "gateway"
BELIEVED_SECONDS = 0.75
SAME_CALLER_SECONDS = 0.2
"""How long the same headers mean the same caller; with the above less than the second a cut-off may take."""
RENEW_BEFORE_SECONDS = 15
TOUCH_SECONDS = 60
MOST_CACHED = 20_000
log = logging.getLogger(__name__)


class Keeper:
    """Built once per process; `start` before the first request, `stop` at the end."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self.db = db
        self.settings = settings
        self.passwords = Passwords()
        self.keyring = Keyring(db, settings)
        self.loops = Loops()
        self.verifier = Verifier(AUDIENCE, settings.issuer)
        self._found: dict[str, tuple[float, Any]] = {}
        self._callers: dict[tuple[str | None, ...], tuple[float, Principal | None]] = {}
        self._tokens: dict[tuple[Actor, str], tuple[int, str]] = {}
        self._turn = 0
        self._clock = clock.SetBack()
        self._behind = 0.0

    @property
    def signer(self) -> Signer:
        """Signs tokens with the current key."""
        return self.keyring.signer

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The published keys (RFC 7517)."""
        return self.keyring.signer.jwks

    async def start(self) -> None:
        """Load or make the signing keys and start the keeper's own loops."""
        await self.reload_keys()
        self.loops.every(60, "signing keys", self.keep_keys)
        self.loops.every(3600, "key rotation", self.keyring.rotate_when_due)
        self.loops.destroying(600, "forget what ended", lambda: self.db.write(housekeeping.forget))
        self.loops.start(await self.db.read(lambda tx: self.db.journal.last_at(tx.connection)))

    async def stop(self) -> None:
        """Stop the loops and the hashing threads. The database is closed by whoever opened it."""
        await self.loops.stop()
        self.passwords.close()

    async def keep_keys(self) -> None:
        """Read the signing keys again; where the clock was set back, let nothing be good twice (decision 10).

        Looked at before reading: a key that another replica has put in the old one's place stays.
        """
        behind, kid = self._clock.seconds(), self.jwks()["keys"][0]["kid"]
        if behind > self._behind:
            log.warning("the clock was set back by %.0f s: what ended before stays ended", behind)
            await self.keyring.withdraw(kid)
            await self.db.write(housekeeping.end_what_had_ended, clock.now() + timedelta(seconds=behind))
            self._tokens.clear()
            self.forget()
        self._behind = behind
        await self.reload_keys()

    async def reload_keys(self) -> None:
        """Read the signing keys again, as another replica may have rotated them."""
        await self.keyring.load()
        self.verifier.set_keys(self.jwks())

    def forget(self) -> None:
        """Believe nothing read before: called after whatever ends a session, a tablet or a client."""
        self._turn += 1
        self._found.clear()
        self._callers.clear()

    async def principal_of(self, request: Request) -> Principal | None:
        """Who calls, or None. An Authorization header that does not hold makes the cookies count for nothing."""
        sent = request.headers
        shown = (request.scope["scheme"], sent.get("host"), sent.get("cookie"), sent.get("authorization"))
        known = self._callers.get(shown)
        now = clock.now().timestamp()
        if known is not None and known[0] <= now < known[0] + SAME_CALLER_SECONDS:
            return known[1]
        turn = self._turn
        found = await self._look_up(request)
        if len(self._callers) > MOST_CACHED:
            self._callers.clear()
        if turn == self._turn:  # else somebody was cut off while we looked
            self._callers[shown] = (now, found)
        return found

    async def _look_up(self, request: Request) -> Principal | None:
        token = credentials.bearer(request)
        if token is not None:
            return await self._of_bearer(token)
        sid = credentials.read(request, "sid")
        device = await self._device(credentials.read(request, "kiosk"))
        found = await self._of_session(request, sid, device) if sid else None
        return found or (principal.of_device(device) if device else None)

    async def token_for(self, caller: Principal, audience: str) -> str:
        """A token with which a service knows the caller: 60 s, reused until 15 s before it expires."""
        return self._token(caller.actor, audience)

    async def service_token(self, name: str, audience: str, scopes: frozenset[str] = rules.SERVICE_SCOPES) -> str:
        """A token for a service of this process; to follow another's journal and read its controls, unless said."""
        return self._token(Actor(ActorKind.SERVICE, name, scopes=scopes), audience)

    def _token(self, actor: Actor, audience: str) -> str:
        now = clock.unix()
        known = self._tokens.get((actor, audience))
        if known is not None and now < known[0] - RENEW_BEFORE_SECONDS and known[0] - now <= LIFE_SECONDS:
            return known[1]
        if len(self._tokens) > MOST_CACHED:
            self._tokens.clear()
        token = self.signer.mint(actor, audience, now)
        self._tokens[actor, audience] = (now + LIFE_SECONDS, token)
        return token

    async def _of_session(self, request: Request, sid: str, device: Any) -> Principal | None:
        id_hash = hashed(sid)
        row = await self._remembered("s" + id_hash, lambda: self.db.read(session_store.with_account, id_hash))
        now = clock.now()
        if row is None or not _in_use(row, now) or row.device_id not in (None, device.id if device else None):
            return None
        if (now - row.seen_at).total_seconds() > _touch_seconds(row):
            await self._touch("s" + id_hash, lambda: self.db.write(session_store.touch, id_hash))
        written = credentials.read(request, "wr")
        may_write = written is not None and same(hashed(written), row.write_hash)
        at = device if row.device_id else None
        return principal.of_session(row, at, may_write=may_write, now=now, days=self.settings.passkey_days)

    async def _of_bearer(self, token: str) -> Principal | None:
        if token.count(".") == 2:
            return await self._of_token(token)
        device = await self._device(token)
        if device is not None:
            return principal.of_device(device)
        key = hashed(token)
        scim = await self._remembered("b" + key, lambda: self.db.read(client_store.by_secret, key, "scim"))
        return principal.of_client(scim) if scim else None

    async def _of_token(self, token: str) -> Principal | None:
        try:
            actor = self.verifier.verify(token, clock.unix())
        except TokenRefused:
            return None
        if actor.kind is not ActorKind.CLIENT:
            return Principal(actor, actor.id) if actor.kind is ActorKind.SERVICE else None
        client = await self._remembered("c" + actor.id, lambda: self.db.read(client_store.one, actor.id))
        token_id = actor.session or ""
        gone = await self._remembered("t" + token_id, lambda: self.db.read(client_store.is_taken_back, token_id))
        return None if client is None or gone else Principal(actor, client.name)

    async def _device(self, secret: str | None) -> Any:
        if not secret:
            return None
        key = hashed(secret)
        row = await self._remembered("d" + key, lambda: self.db.read(device_store.by_secret, key))
        if row and (row.seen_at is None or (clock.now() - row.seen_at).total_seconds() > TOUCH_SECONDS):
            await self._touch("d" + key, lambda: self.db.write(device_store.touch, row.id))
        return row

    async def _remembered(self, key: str, read: Callable[[], Awaitable[T]]) -> T:
        now = time.monotonic()
        known = self._found.get(key)
        if known is not None and now < known[0]:
            value: T = known[1]
            return value
        turn = self._turn
        found = await read()
        if len(self._found) > MOST_CACHED:
            self._found.clear()
        if turn == self._turn:  # else something was cut off while we read
            self._found[key] = (now + BELIEVED_SECONDS, found)
        return found

    async def _touch(self, key: str, write: Callable[[], Awaitable[None]]) -> None:
        """Note a use once a minute; a database that cannot write now does not stop anybody from reading."""
        try:
            await write()
        except Lost as error:
            log.warning("a use was not noted: %s", error)
        self._found.pop(key, None)


def _touch_seconds(row: Any) -> float:
    """How often a use is noted: often enough that a short idle time is kept to a sixth of itself."""
    return min(TOUCH_SECONDS, rules.LASTING[rules.SessionKind(row.kind)].idle.total_seconds() / 6)


def _in_use(row: Any, now: Any) -> bool:
    lasting = rules.LASTING[rules.SessionKind(row.kind)]
    unused = abs(now - row.seen_at)  # by a clock set back a session lasts at most as long again
    return bool(row.ends_at > now and unused < lasting.idle)
