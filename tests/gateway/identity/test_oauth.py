"""Machines: client credentials, scopes, audiences, revocation and metadata, as the RFCs word them."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from chassis import clock
from chassis.identity import TokenRefused, Verifier
from gateway.identity import clients
from tests.gateway.identity.browser import Browser, Said
from tests.gateway.identity.conftest import OPERATOR, SERVICE_SECRET, House, Later

pytestmark = pytest.mark.anyio
FORM = {"content-type": "application/x-www-form-urlencoded"}
SCOPES = ["visits:read", "visits:write"]


async def add_client(house: House, kind: str = "client", scopes: list[str] | None = None) -> dict[str, Any]:
    made: dict[str, Any] = await house.db.write(clients.add_client, OPERATOR, "HR system", scopes or SCOPES, kind)
    return made


async def ask(browser: Browser, path: str = "/oauth/token", basic: tuple[str, str] | None = None, **form: str) -> Said:
    headers = dict(FORM)
    if basic:
        headers["authorization"] = "Basic " + base64.b64encode(":".join(basic).encode()).decode()
    return await browser.send("POST", path, urlencode(form).encode(), headers=headers)


async def token_of(house: House, client: dict[str, Any], **form: str) -> str:
    said = await ask(house.browser(), basic=(client["id"], client["secret"]), grant_type="client_credentials", **form)
    assert said.status == 200, said.text
    token: str = said.json["access_token"]
    return token


async def accepted(house: House, token: str) -> int:
    """The status of a call with this token: 403 says it was known, 401 that it was not."""
    said = await house.browser().get("/api/gateway/v1/sessions", headers={"authorization": f"Bearer {token}"})
    return said.status


@pytest.mark.parametrize("way", ["basic", "post"])
async def test_a_client_gets_a_token_for_the_gateway_with_its_scopes(house: House, way: str) -> None:
    client = await add_client(house)
    if way == "basic":
        said = await ask(house.browser(), basic=(client["id"], client["secret"]), grant_type="client_credentials")
    else:
        named = {"client_id": client["id"], "client_secret": client["secret"]}
        said = await ask(house.browser(), grant_type="client_credentials", **named)
    assert said.status == 200
    assert (said.headers["cache-control"], said.headers["pragma"]) == ("no-store", "no-cache")
    body = said.json
    assert (body["token_type"], body["scope"], body["expires_in"]) == ("Bearer", "visits:read visits:write", 120)
    actor = Verifier("gateway", "gatehouse", house.keeper.jwks()).verify(body["access_token"], clock.unix())
    assert (actor.kind, actor.id, actor.scopes) == ("client", client["id"], frozenset(SCOPES))
    assert await accepted(house, body["access_token"]) == 403


async def test_a_client_asks_for_fewer_scopes_and_never_for_more(house: House) -> None:
    client = await add_client(house)
    token = await token_of(house, client, scope="visits:read")
    verifier = Verifier("gateway", "gatehouse", house.keeper.jwks())
    assert verifier.verify(token, clock.unix()).scopes == {"visits:read"}
    who = (client["id"], client["secret"])
    said = await ask(house.browser(), basic=who, grant_type="client_credentials", scope="visits:read staff")
    assert (said.status, said.json["error"]) == (400, "invalid_scope")


async def test_with_a_resource_the_token_is_for_that_service_alone(house: House) -> None:
    client = await add_client(house)
    token = await token_of(house, client, resource="visitor")
    jwks = house.keeper.jwks()
    assert Verifier("visitor", "gatehouse", jwks).verify(token, clock.unix()).id == client["id"]
    with pytest.raises(TokenRefused):
        Verifier("access", "gatehouse", jwks).verify(token, clock.unix())
    assert await accepted(house, token) == 401
    who = (client["id"], client["secret"])
    said = await ask(house.browser(), basic=who, grant_type="client_credentials", resource="https://evil.example")
    assert (said.status, said.json["error"]) == (400, "invalid_target")


async def test_errors_are_those_of_rfc_6749(house: House) -> None:
    client = await add_client(house)
    who, browser = (client["id"], client["secret"]), house.browser()
    cases = [
        (await ask(browser, basic=who), 400, "invalid_request"),
        (await ask(browser, basic=who, grant_type="password", username="a"), 400, "unsupported_grant_type"),
        (await ask(browser, grant_type="client_credentials"), 401, "invalid_client"),
        (await ask(browser, basic=(who[0], "wrong"), grant_type="client_credentials"), 401, "invalid_client"),
        (await ask(browser, basic=("nobody", who[1]), grant_type="client_credentials"), 401, "invalid_client"),
        (
            await ask(browser, basic=who, grant_type="client_credentials", client_id=who[0], client_secret=who[1]),
            400,
            "invalid_request",
        ),
        (await browser.post("/oauth/token", {"grant_type": "client_credentials"}), 400, "invalid_request"),
        (
            await browser.send("POST", "/oauth/token", b"grant_type=client_credentials&scope=a&scope=b", headers=FORM),
            400,
            "invalid_request",
        ),
    ]
    for said, status, code in cases:
        assert (said.status, said.json["error"]) == (status, code)
        assert said.headers["cache-control"] == "no-store"
        assert ("www-authenticate" in said.headers) == (status == 401)
    bad = {**FORM, "authorization": "Basic %%%"}
    said = await browser.send("POST", "/oauth/token", b"grant_type=client_credentials", headers=bad)
    assert (said.status, said.json["error"]) == (401, "invalid_client")


async def test_a_revoked_client_is_out_with_the_tokens_it_holds(house: House) -> None:
    client = await add_client(house)
    token = await token_of(house, client)
    assert await accepted(house, token) == 403
    admin = await house.signed_in("admin")
    assert (await admin.delete(f"/api/gateway/v1/clients/{client['id']}")).status == 204
    assert await accepted(house, token) == 401
    said = await ask(house.browser(), basic=(client["id"], client["secret"]), grant_type="client_credentials")
    assert said.json["error"] == "invalid_client"


async def test_a_client_gives_its_own_token_back_and_no_other(house: House) -> None:
    client, other = await add_client(house), await add_client(house)
    token = await token_of(house, client)
    assert (await ask(house.browser(), "/oauth/revoke", (other["id"], other["secret"]), token=token)).status == 200
    assert await accepted(house, token) == 403
    assert (await ask(house.browser(), "/oauth/revoke", (client["id"], client["secret"]), token=token)).status == 200
    assert await accepted(house, token) == 401
    assert await accepted(house, await token_of(house, client)) == 403
    said = await ask(house.browser(), "/oauth/revoke", (client["id"], client["secret"]), token="not a token")
    assert said.status == 200
    assert (await ask(house.browser(), "/oauth/revoke", (client["id"], "wrong"), token=token)).status == 401


async def test_a_token_dies_by_itself(house: House) -> None:
    later = Later()
    with clock.reading(later):
        token = await token_of(house, await add_client(house))
        later.go(seconds=119)
        assert await accepted(house, token) == 403
        later.go(seconds=10)
        assert await accepted(house, token) == 401


async def test_services_fetch_tokens_with_their_shared_secret(house: House) -> None:
    form = {"grant_type": "client_credentials", "resource": "access"}
    said = await ask(house.browser(), basic=("visitor", SERVICE_SECRET), **form)
    actor = Verifier("access", "gatehouse", house.keeper.jwks()).verify(said.json["access_token"], clock.unix())
    assert (actor.kind, actor.id, actor.scopes) == ("service", "visitor", {"journal:read", "controls:read"})
    assert (await ask(house.browser(), basic=("visitor", "wrong"), **form)).status == 401
    assert (await ask(house.browser(), basic=("gateway", SERVICE_SECRET), **form)).status == 401


async def test_secrets_travel_by_https_or_to_the_inner_address(house: House) -> None:
    client, plain = await add_client(house), house.browser(scheme="http", host="gate.local")
    form = {"grant_type": "client_credentials"}
    said = await ask(plain, basic=(client["id"], client["secret"]), **form)
    assert (said.status, said.json["type"]) == (403, "/problems/https-needed")
    house.keeper.settings = house.settings.model_copy(update={"gateway_url": "http://gate.local:8080"})
    assert (await ask(plain, basic=("visitor", SERVICE_SECRET), **form)).status == 200


async def test_only_services_read_the_journal(house: House) -> None:
    said = await ask(house.browser(), basic=("visitor", SERVICE_SECRET), grant_type="client_credentials")
    headers = {"authorization": f"Bearer {said.json['access_token']}"}
    assert (await house.browser().get("/internal/journal", headers=headers)).status == 200
    client = await token_of(house, await add_client(house))
    said = await house.browser().get("/internal/journal", headers={"authorization": f"Bearer {client}"})
    assert said.status == 403


async def test_no_client_is_given_a_scope_of_people_or_services(house: House) -> None:
    admin = await house.signed_in("admin")
    for scope in ("staff", "journal:read"):
        said = await admin.post("/api/gateway/v1/clients", {"name": "x", "scopes": [scope]})
        assert said.rules == ["scopes_are_for_clients"]
    assert (await admin.post("/api/gateway/v1/clients", {"name": "x", "scopes": ["a b"]})).status == 422


async def test_clients_are_the_administrators_and_their_secret_is_shown_once(house: House) -> None:
    later = Later()
    with clock.reading(later):
        admin, guard = await house.signed_in("admin"), await house.signed_in("guard")
        body = {"name": "HR", "scopes": ["people:write", "people:read"]}
        assert (await guard.post("/api/gateway/v1/clients", body)).status == 403
        assert (await guard.get("/api/gateway/v1/clients")).status == 403
        said = await admin.post("/api/gateway/v1/clients", body)
        assert (said.status, said.headers["cache-control"]) == (201, "no-store")
        listed = await admin.get("/api/gateway/v1/clients")
        assert listed.json["items"][0]["scopes"] == ["people:read", "people:write"]
        assert said.json["secret"] not in listed.text
        later.go(minutes=6)
        assert (await admin.post("/api/gateway/v1/clients", body)).json["type"] == "/problems/second-check-needed"


async def test_a_directory_provider_shows_its_secret_as_a_bearer_token(house: House) -> None:
    old, new = await add_client(house, "scim", ["scim"]), await add_client(house, "scim", ["scim"])
    assert await accepted(house, old["secret"]) == await accepted(house, new["secret"]) == 403
    plain = await add_client(house)
    assert await accepted(house, plain["secret"]) == 401
    said = await ask(house.browser(), basic=(old["id"], old["secret"]), grant_type="client_credentials")
    assert said.json["error"] == "invalid_client"


async def test_a_bearer_token_that_does_not_hold_makes_cookies_count_for_nothing(house: House) -> None:
    browser = await house.signed_in("agent")
    for header in ("Bearer x.y.z", "Bearer nothing", "Bearer ", "Basic abc", "Bearer a.b"):
        said = await browser.get("/api/gateway/v1/sessions", headers={"authorization": header})
        assert said.status == 401, header
    assert (await browser.get("/api/gateway/v1/sessions")).status == 200


async def test_a_persons_token_for_a_service_opens_nothing_at_the_gateway(house: House) -> None:
    from tests.gateway.identity.test_sessions import _principal

    principal = await _principal(house, "agent")
    for audience in ("visitor", "gateway"):
        assert await accepted(house, await house.keeper.token_for(principal, audience)) == 401


async def test_metadata_and_keys_are_published(house: House) -> None:
    meta = (await house.browser().get("/.well-known/oauth-authorization-server")).json
    assert meta["issuer"] == "https://gate.example.com"
    for name, path in (("token", "/oauth/token"), ("revocation", "/oauth/revoke")):
        assert meta[f"{name}_endpoint"] == meta["issuer"] + path
    assert meta["jwks_uri"] == meta["issuer"] + "/.well-known/jwks.json"
    keys = (await house.browser().get("/.well-known/jwks.json")).json["keys"]
    assert len(keys) == 2
    assert all(key["kty"] == "EC" and "d" not in key for key in keys)


async def test_the_metadata_satisfies_a_client_library(house: House) -> None:
    from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

    meta = (await house.browser().get("/.well-known/oauth-authorization-server")).json
    AuthorizationServerMetadata(meta).validate()


async def test_many_wrong_secrets_slow_an_address_down(house: House) -> None:
    client = await add_client(house)
    browser = house.browser(address="203.0.113.80")
    statuses = []
    for _ in range(21):
        said = await ask(browser, basic=(client["id"], "wrong"), grant_type="client_credentials")
        statuses.append(said.status)
    assert statuses == [401] * 20 + [429]
    assert orjson.loads(said.body)["status"] == 429
    assert int(said.headers["retry-after"]) >= 1
