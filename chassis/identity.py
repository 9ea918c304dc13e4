"""Tokens: ES256 JWTs of at most two minutes, minted by the gateway per audience and verified by the services.

The only module that imports `jose` (never `jose.jwe`). python-jose 3.5.0 accepts a missing `aud` or `exp`, ignores
`kid`, `typ` and `crit`, and lets errors of other kinds escape, so everything is checked here before and after it:
shape, exact header, key by id, one algorithm, every claim and its type. Every fault is one `TokenRefused`.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwt
from jose.backends import ECKey
from jose.backends.cryptography_backend import CryptographyECKey

from chassis.actor import Actor, ActorKind, Strength

if ECKey is not CryptographyECKey:
    raise ImportError("python-jose must use its cryptography backend")

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # noqa: S105  RFC 9068 2.1, not a secret
LIFE_SECONDS = 60
LONGEST_LIFE_SECONDS = 120
LEEWAY_SECONDS = 5
CACHED_TOKENS = 10_000
SHAPE = re.compile(r"([A-Za-z0-9_-]{20,1365})\.([A-Za-z0-9_-]{20,4096})\.([A-Za-z0-9_-]{86})")
"""Header up to 1 KiB, payload up to 3 KiB, and a signature of exactly 64 bytes, each in base64url."""
TEXT_CLAIMS = ("iss", "aud", "sub", "jti", "kind", "scope", "strength")
TIME_CLAIMS = ("exp", "iat", "auth_time")
OPTIONAL_CLAIMS = ("device", "site", "door", "session", "behalf")
CLAIMS = frozenset((*TEXT_CLAIMS, *TIME_CLAIMS, "roles", *OPTIONAL_CLAIMS))
STRENGTHS = frozenset(get_args(Strength))


class TokenRefused(Exception):
    """The token is not accepted; the text says why, for the log alone."""


class UnknownKey(TokenRefused):
    """The token names a key we do not hold: the caller may fetch the keys once and try again."""


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 private key."""
    return ec.generate_private_key(ec.SECP256R1())


def key_to_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The private key as unencrypted PKCS #8, for a store of its own."""
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption())


def key_from_pem(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """The private key that `key_to_pem` wrote. Raises `ValueError` for any other kind of key."""
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ValueError("not a P-256 private key")
    return key


def public_jwk(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> dict[str, str]:
    """The public part as a JWK (RFC 7517) whose `kid` is its thumbprint (RFC 7638)."""
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key
    numbers = public.public_numbers()
    point = {"crv": "P-256", "kty": "EC", "x": _b64(numbers.x.to_bytes(32, "big"))}
    point["y"] = _b64(numbers.y.to_bytes(32, "big"))
    return {**point, "kid": _thumbprint(point), "use": "sig", "alg": ALGORITHM}


def _thumbprint(point: Mapping[str, str]) -> str:
    members = {name: point[name] for name in ("crv", "kty", "x", "y")}
    return _b64(hashlib.sha256(orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).digest())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    """Decode base64url, refusing any text that is not the one its bytes encode to: one token has one text."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _b64(data) != text:
        raise TokenRefused("base64url is not canonical")
    return data


class Signer:
    """Mints tokens with the current key and publishes the current and the next one."""

    def __init__(self, issuer: str, current: ec.EllipticCurvePrivateKey, *others: ec.EllipticCurvePrivateKey) -> None:
        self._issuer = issuer
        self._key = CryptographyECKey(key_to_pem(current).decode(), ALGORITHM)
        self._jwks = {"keys": [public_jwk(key) for key in (current, *others)]}
        self._header = {"typ": TOKEN_TYPE, "kid": self._jwks["keys"][0]["kid"]}

    @property
    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys (RFC 7517), current first."""
        return self._jwks

    def mint(self, actor: Actor, audience: str, now: int, life: int = LIFE_SECONDS) -> str:
        """A token that lets `actor` call `audience` for `life` seconds from `now` (unix seconds)."""
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": audience,
            "sub": actor.id,
            "iat": now,
            "exp": now + life,
            "jti": secrets.token_urlsafe(16),
            "kind": actor.kind.value,
            "roles": sorted(actor.roles),
            "scope": " ".join(sorted(actor.scopes)),
            "auth_time": actor.auth_time,
            "strength": actor.strength,
        }
        optional = (actor.device, actor.site, actor.door, actor.session, actor.on_behalf_of)
        claims |= {name: value for name, value in zip(OPTIONAL_CLAIMS, optional, strict=True) if value is not None}
        token: str = jwt.encode(claims, self._key, ALGORITHM, headers=self._header)
        return token


@dataclass(frozen=True, slots=True)
class _Verified:
    actor: Actor
    jti: str
    issued: int
    expires: int


class Verifier:
    """Decides whether a token speaks for somebody here. Safe to share between threads."""

    def __init__(self, audience: str, issuer: str, jwks: Mapping[str, Any] | None = None) -> None:
        self._audience = audience
        self._issuer = issuer
        self._keys: dict[str, CryptographyECKey] = {}
        self._cache: OrderedDict[str, _Verified] = OrderedDict()
        self._denied: dict[str, int] = {}
        self._lock = threading.Lock()
        if jwks:
            self.set_keys(jwks)

    def set_keys(self, jwks: Mapping[str, Any]) -> None:
        """Replace the keys by the usable ones of `jwks`; anything but a P-256 signing key is passed over."""
        entries = jwks.get("keys")
        found = (_usable(entry) for entry in entries) if isinstance(entries, list) else ()
        keys = {kid: key for usable in found if usable is not None for kid, key in [usable]}
        with self._lock:
            self._keys = keys
            self._cache.clear()

    @property
    def has_keys(self) -> bool:
        """Whether any signing key is known, without which every token is refused."""
        return bool(self._keys)

    def deny(self, subject: str, since: int) -> None:
        """Refuse every token of `subject` (a `sub` or a `jti`) issued at or before `since` (unix seconds)."""
        with self._lock:
            self._denied[subject] = max(since, self._denied.get(subject, 0))
            for old in [name for name, at in self._denied.items() if at < since - 2 * LONGEST_LIFE_SECONDS]:
                del self._denied[old]

    def verify(self, token: str, now: int) -> Actor:
        """Whom `token` speaks for at `now` (unix seconds). Raises `TokenRefused`, and nothing else."""
        with self._lock:
            known = self._cache.get(token)
        if known is None:
            known = self._read(token, now)
            with self._lock:
                self._cache[token] = known
                while len(self._cache) > CACHED_TOKENS:
                    self._cache.popitem(last=False)
        if now >= known.expires + LEEWAY_SECONDS or now < known.issued - LEEWAY_SECONDS:
            raise TokenRefused("outside its time")
        if self._denied and self._is_denied(known):
            raise TokenRefused("its subject was cut off")
        return known.actor

    def _is_denied(self, known: _Verified) -> bool:
        since = max(self._denied.get(name, 0) for name in (known.actor.id, known.jti, known.actor.session or ""))
        return known.issued <= since

    def _read(self, token: str, now: int) -> _Verified:
        try:
            return self._checked(token, now)
        except TokenRefused:
            raise
        except Exception as error:  # RecursionError, OverflowError and whatever else a crafted token provokes
            raise TokenRefused(type(error).__name__) from error

    def _checked(self, token: str, now: int) -> _Verified:
        shape = SHAPE.fullmatch(token)
        if shape is None:
            raise TokenRefused("not the shape of a token")
        header = orjson.loads(_unb64(shape[1]))
        _unb64(shape[2])
        _unb64(shape[3])
        if not isinstance(header, dict) or header.keys() != {"alg", "typ", "kid"}:
            raise TokenRefused("header has other members")
        if header["alg"] != ALGORITHM or header["typ"] != TOKEN_TYPE or not isinstance(header["kid"], str):
            raise TokenRefused("header says another algorithm or type")
        key = self._keys.get(header["kid"])
        if key is None:
            raise UnknownKey(header["kid"][:60])
        options = {"require_" + name: True for name in ("aud", "iss", "sub", "jti")}
        # A time that jose requires it also judges, by its own clock and without our leeway; `_of_claims` does both.
        options |= {"verify_exp": False, "verify_iat": False, "verify_at_hash": False}
        claims = jwt.decode(token, key, [ALGORITHM], options, audience=self._audience, issuer=self._issuer)
        return _of_claims(claims, self._audience, self._issuer, now)


def _usable(entry: Any) -> tuple[str, CryptographyECKey] | None:
    if not isinstance(entry, dict) or entry.get("kty") != "EC" or entry.get("crv") != "P-256":
        return None
    if entry.get("use", "sig") != "sig" or entry.get("alg", ALGORITHM) != ALGORITHM:
        return None
    try:
        point = {name: str(entry[name]) for name in ("crv", "kty", "x", "y")}
        if entry.get("kid") != _thumbprint(point):
            return None
        return entry["kid"], CryptographyECKey({**point, "alg": ALGORITHM}, ALGORITHM)
    except Exception:  # one bad entry must not take the good ones with it
        return None


def _of_claims(claims: Mapping[str, Any], audience: str, issuer: str, now: int) -> _Verified:
    """The actor that claims describe, after checking each claim's presence and type (RFC 7519, RFC 9068)."""
    if not claims.keys() <= CLAIMS:
        raise TokenRefused("unknown claims")
    if not all(isinstance(claims.get(name), str) for name in TEXT_CLAIMS):
        raise TokenRefused("a claim is missing or no text")
    if not all(type(claims.get(name)) is int and 0 <= claims[name] < 2**40 for name in TIME_CLAIMS):
        raise TokenRefused("a time is missing or no whole number")
    if not all(isinstance(claims.get(name, ""), str) for name in OPTIONAL_CLAIMS):
        raise TokenRefused("an optional claim is no text")
    if claims["aud"] != audience or claims["iss"] != issuer or not claims["sub"]:
        raise TokenRefused("meant for somebody else")
    issued, expires = claims["iat"], claims["exp"]
    if issued > now + LEEWAY_SECONDS or not 0 < expires - issued <= LONGEST_LIFE_SECONDS:
        raise TokenRefused("from the future, or lives too long")
    if claims["strength"] not in STRENGTHS:
        raise TokenRefused("unknown strength")
    actor = Actor(
        ActorKind(claims["kind"]),
        claims["sub"],
        _roles(claims.get("roles")),
        frozenset(claims["scope"].split()),
        device=claims.get("device"),
        site=claims.get("site"),
        door=claims.get("door"),
        session=claims.get("session"),
        auth_time=claims["auth_time"],
        strength=claims["strength"],
        on_behalf_of=claims.get("behalf"),
    )
    return _Verified(actor, claims["jti"], issued, expires)


def _roles(value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(role, str) for role in value):
        raise TokenRefused("roles are no list of text")
    roles: Iterable[str] = value
    return frozenset(roles)
