"""Tokens: every way to forge or confuse one is refused, by one error; two other libraries agree on the good ones."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey as JoserfcKey

from chassis.actor import Actor, ActorKind
from chassis.identity import (
    Signer,
    TokenRefused,
    UnknownKey,
    Verifier,
    key_from_pem,
    key_to_pem,
    new_key,
    public_jwk,
)

NOW = 1_800_000_000
KEY = new_key()
SIGNER = Signer("gatehouse", KEY)
ALICE = Actor(
    ActorKind.PERSON,
    "alice",
    frozenset({"guard@site:1"}),
    frozenset({"staff"}),
    session="s1",
    auth_time=NOW - 10,
    strength="password",
)
PUBLIC_PEM = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
KID = public_jwk(KEY)["kid"]


def verifier() -> Verifier:
    return Verifier("visitor", "gatehouse", SIGNER.jwks)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(**changes: Any) -> dict[str, Any]:
    whole = {
        "iss": "gatehouse", "aud": "visitor", "sub": "alice", "iat": NOW, "exp": NOW + 60, "jti": "j1",
        "kind": "person", "roles": [], "scope": "staff", "auth_time": NOW, "strength": "password",
    }  # fmt: skip
    return {name: value for name, value in {**whole, **changes}.items() if value is not ...}


def signed(body: dict[str, Any], header: dict[str, Any] | None = None, key: Any = None) -> str:
    """A token as PyJWT makes it, with any header and claims."""
    head = {"typ": "at+jwt", "kid": KID, **(header or {})}
    return pyjwt.encode(body, key or KEY, "ES256", headers=head)


def refused(token: str, now: int = NOW) -> None:
    with pytest.raises(TokenRefused):
        verifier().verify(token, now)


def test_a_token_speaks_for_whom_it_was_minted() -> None:
    assert verifier().verify(SIGNER.mint(ALICE, "visitor", NOW), NOW) == ALICE


def test_two_other_libraries_read_the_same_claims() -> None:
    token = SIGNER.mint(ALICE, "visitor", NOW)
    ours = pyjwt.decode(
        token, KEY.public_key(), ["ES256"], audience="visitor", options={"verify_exp": False, "verify_iat": False}
    )
    theirs = joserfc_jwt.decode(token, JoserfcKey.import_key(PUBLIC_PEM), algorithms=["ES256"]).claims
    assert ours == theirs
    assert ours["sub"] == "alice"


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "RS256", "ES384", "EdDSA"])
def test_another_algorithm_in_the_header(alg: str) -> None:
    _, body, signature = signed(claims()).split(".")
    header = b64(json.dumps({"alg": alg, "typ": "at+jwt", "kid": KID}).encode())
    refused(f"{header}.{body}.{signature}")
    refused(f"{header}.{body}.")


@pytest.mark.parametrize("secret", [PUBLIC_PEM, PUBLIC_PEM.strip(), json.dumps(public_jwk(KEY)).encode()])
def test_the_public_key_is_no_hmac_secret(secret: bytes) -> None:
    import hashlib
    import hmac

    header = b64(json.dumps({"alg": "HS256", "typ": "at+jwt", "kid": KID}).encode())
    body = b64(json.dumps(claims()).encode())
    mac = hmac.new(secret, f"{header}.{body}".encode(), hashlib.sha256).digest()
    refused(f"{header}.{body}.{b64(mac)}")
    refused(f"{header}.{body}.{b64(mac + mac)}")


@pytest.mark.parametrize(
    "claim", ["iss", "aud", "sub", "iat", "exp", "jti", "kind", "scope", "roles", "auth_time", "strength"]
)
def test_every_claim_must_be_there(claim: str) -> None:
    refused(signed(claims(**{claim: ...})))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "access"}, {"aud": ["visitor"]}, {"aud": ["visitor", "access"]}, {"aud": ""}, {"iss": "elsewhere"},
        {"exp": NOW + 121}, {"exp": NOW}, {"exp": NOW - 60, "iat": NOW - 120}, {"iat": NOW + 6, "exp": NOW + 60},
        {"exp": float(NOW + 60)}, {"exp": str(NOW + 60)}, {"exp": True}, {"exp": 2**70}, {"iat": None},
        {"sub": ""}, {"sub": 7}, {"kind": "god"}, {"strength": "faith"}, {"roles": "guard"}, {"roles": [1]},
        {"scope": ["staff"]}, {"auth_time": -1}, {"auth_time": 1.5}, {"device": 3}, {"admin": True}, {"nbf": NOW},
    ],
    ids=str,
)  # fmt: skip
def test_claims_that_are_not_right(changes: dict[str, Any]) -> None:
    refused(signed(claims(**changes)))


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e400"])
def test_numbers_json_does_not_have(number: str) -> None:
    body = json.dumps(claims(exp=12345)).replace("12345", number)
    header = b64(json.dumps({"alg": "ES256", "typ": "at+jwt", "kid": KID}).encode())
    signature = pyjwt.get_algorithm_by_name("ES256").sign(f"{header}.{b64(body.encode())}".encode(), KEY)
    refused(f"{header}.{b64(body.encode())}.{b64(signature)}")


@pytest.mark.parametrize(
    "header",
    [{"typ": "JWT"}, {"kid": "another"}, {"crit": ["exp"]}, {"jku": "https://evil.example"}, {"x5u": "a"}],
    ids=str,
)
def test_headers_that_are_not_exactly_ours(header: dict[str, Any]) -> None:
    refused(signed(claims(), header))


def test_an_unknown_key_is_told_apart_so_that_keys_can_be_fetched() -> None:
    other = new_key()
    with pytest.raises(UnknownKey):
        verifier().verify(Signer("gatehouse", other).mint(ALICE, "visitor", NOW), NOW)


def test_another_key_under_our_kid() -> None:
    refused(signed(claims(), key=new_key()))


def test_deep_headers_and_large_tokens_end_as_a_refusal() -> None:
    deep = b64(b'{"alg":' + b"[" * 600 + b"]" * 600 + b"}")
    _, body, signature = signed(claims()).split(".")
    refused(f"{deep}.{body}.{signature}")
    refused(signed(claims(session="x" * 9000)))
    for text in ("", ".", "..", "a.b.c", "é.é.é", "\x00", "null"):
        refused(text)


def test_one_token_has_one_text() -> None:
    token = SIGNER.mint(ALICE, "visitor", NOW)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for last in alphabet:
        if last != token[-1]:
            refused(token[:-1] + last)
    for changed in (token + "\n", token + "=", " " + token, token + "A"):
        refused(changed)


@pytest.mark.parametrize(
    ("moment", "holds"), [(-6, False), (-5, True), (0, True), (64, True), (65, False), (999, False)]
)
def test_time_with_five_seconds_of_leeway(moment: int, holds: bool) -> None:
    token, checker = SIGNER.mint(ALICE, "visitor", NOW), verifier()
    if holds:
        assert checker.verify(token, NOW + moment) == ALICE
    else:
        with pytest.raises(TokenRefused):
            checker.verify(token, NOW + moment)


@pytest.mark.parametrize("now", [1_000_000_000, NOW, 4_000_000_000])
def test_the_clock_that_is_given_judges_and_no_other(now: int) -> None:
    """python-jose would judge `exp` by the machine's clock and without leeway."""
    token = SIGNER.mint(ALICE, "visitor", now)
    assert verifier().verify(token, now + 64) == ALICE
    with pytest.raises(TokenRefused):
        verifier().verify(token, now + 65)


@pytest.mark.parametrize("jump", [66, 86_400, -3_600])
def test_a_cached_token_is_refused_outside_its_minute_wherever_the_clock_jumps(jump: int) -> None:
    token, checker = SIGNER.mint(ALICE, "visitor", NOW), verifier()
    assert checker.verify(token, NOW) == ALICE
    with pytest.raises(TokenRefused):
        checker.verify(token, NOW + jump)


@pytest.mark.parametrize("subject", ["alice", "s1"])
def test_a_subject_or_session_cut_off_is_refused_at_once_and_a_later_token_is_not(subject: str) -> None:
    checker, token = verifier(), SIGNER.mint(ALICE, "visitor", NOW)
    checker.verify(token, NOW)
    checker.deny(subject, NOW + 1)
    with pytest.raises(TokenRefused):
        checker.verify(token, NOW + 1)
    assert checker.verify(SIGNER.mint(ALICE, "visitor", NOW + 2), NOW + 2) == ALICE


def test_odd_key_sets_keep_the_good_keys() -> None:
    rsa_key = rsa.generate_private_key(65537, 2048).public_key().public_numbers()
    modulus = b64(rsa_key.n.to_bytes(256, "big"))
    good = SIGNER.jwks["keys"][0]
    odd: list[Any] = [
        {"kty": "RSA", "n": modulus, "e": "AQAB", "kid": "r", "use": "sig", "alg": "RS256"},
        {**good, "kid": "not its thumbprint"},
        {**good, "use": "enc"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "z"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": KID},
        None, 5, "x", {},
    ]  # fmt: skip
    checker = Verifier("visitor", "gatehouse", {"keys": [*odd, good]})
    assert checker.verify(SIGNER.mint(ALICE, "visitor", NOW), NOW) == ALICE
    for jwks in ({}, {"keys": None}, {"keys": {}}, {"keys": odd}):
        checker.set_keys(jwks)
        with pytest.raises(TokenRefused):
            checker.verify(SIGNER.mint(ALICE, "visitor", NOW), NOW)


def test_keys_survive_their_store_and_other_kinds_are_refused() -> None:
    assert public_jwk(key_from_pem(key_to_pem(KEY))) == public_jwk(KEY)
    other = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(ValueError, match="P-256"):
        key_from_pem(other)


GOOD = SIGNER.mint(ALICE, "visitor", NOW)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good token with a few characters changed, dropped, doubled or swapped between its parts."""
    text = list(GOOD)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text) - 1))
        letter = draw(st.sampled_from("ABCxyz019-_.=~"))
        act = draw(st.sampled_from(["change", "drop", "double"]))
        text[at : at + 1] = {"change": [letter], "drop": [], "double": [text[at], text[at]]}[act]
    return "".join(text)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_what_we_accept_two_others_accept_with_the_same_claims(token: str) -> None:
    try:
        actor = verifier().verify(token, NOW)
    except TokenRefused:
        return
    options = {"verify_exp": False, "verify_iat": False}
    theirs = pyjwt.decode(token, KEY.public_key(), ["ES256"], audience="visitor", options=options)
    assert joserfc_jwt.decode(token, JoserfcKey.import_key(PUBLIC_PEM), algorithms=["ES256"]).claims == theirs
    assert actor.id == theirs["sub"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*claims(), "device", "nbf", "x"]), JSON, max_size=6))
def test_well_signed_nonsense_is_refused_and_nothing_else_is_raised(changes: dict[str, Any]) -> None:
    token = signed_raw({**claims(), **changes})
    try:
        actor = verifier().verify(token, NOW)
    except TokenRefused:
        return
    assert actor.id == {**claims(), **changes}["sub"]


def signed_raw(body: dict[str, Any]) -> str:
    """A rightly signed token around any JSON, also what a library would refuse to sign."""
    header = b64(json.dumps({"alg": "ES256", "typ": "at+jwt", "kid": KID}).encode())
    middle = b64(json.dumps(body).encode())
    return f"{header}.{middle}.{b64(pyjwt.get_algorithm_by_name('ES256').sign(f'{header}.{middle}'.encode(), KEY))}"


def test_the_oracles_can_disagree() -> None:
    """Shows that the comparison is real: a token of another key is refused by all three."""
    other = signed(claims(), key=new_key())
    with pytest.raises(pyjwt.InvalidTokenError):
        pyjwt.decode(other, KEY.public_key(), ["ES256"], audience="visitor")
    with pytest.raises(JoseError):
        joserfc_jwt.decode(other, JoserfcKey.import_key(PUBLIC_PEM), algorithms=["ES256"])
    refused(other)


@pytest.mark.parametrize(("ago", "lately"), [(0, True), (300, True), (301, False), (-5, True), (-3_600, False)])
def test_a_second_check_counts_for_five_minutes_and_never_from_the_future(ago: int, lately: bool) -> None:
    checked = replace(ALICE, auth_time=NOW - ago, strength="password")
    assert checked.checked_lately(NOW) is lately
