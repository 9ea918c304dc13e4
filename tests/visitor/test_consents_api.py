"""Photo and signature over REST: by consent only, sealed, seen by need, gone when taken back; on both engines."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
import sqlalchemy as sa

from chassis.asgi import call_app
from chassis.ids import new_id
from services.visitor.consents.store import CONSENT
from tests.builders import facts
from tests.calls import Caller, Said
from tests.people import CAST, actor_of, token
from tests.pictures_made import pad_strokes, phone_photo
from tests.visitor.conftest import WHEN, Floor
from tests.visitor.test_texts_api import change, settled

pytestmark = pytest.mark.anyio
PHOTO = b64encode(phone_photo(320, 240)).decode()
DRAWN = b64encode(pad_strokes()).decode()
NEED = {"host", "guard", "manager", "floor_manager", "duty_manager"}


async def at_the_door(floor: Floor, **arrival: Any) -> tuple[str, Said]:
    visit = await settled(floor, (await floor.invite("LOUNGE"))["id"])
    return visit["id"], await floor.at().post(f"/arrivals/{visit['id']}:arrive", {**WHEN, **arrival})


async def shoot(floor: Floor, visit_id: str, *, agreed: bool = True, photo: str = PHOTO) -> Said:
    return await floor.at().post(f"/arrivals/{visit_id}/photo", {"agreed": agreed, "photo": photo})


async def consents(floor: Floor, visit_id: str, by: str = "guard") -> dict[str, Any]:
    found: dict[str, Any] = (await floor.as_(by).get(f"/visits/{visit_id}/consents")).body
    return found


async def test_a_photo_is_kept_by_its_consent_sealed_and_seen_by_need(floor: Floor) -> None:
    await change(floor, photo_wanted=True)
    visit_id, _ = await at_the_door(floor)
    said = await shoot(floor, visit_id)
    assert (said.status, said.body) == (201, {"kept": True})
    [row] = list(floor.db.read_now(lambda tx: tx.rows(sa.select(CONSENT))))
    assert not bytes(row.sealed).startswith(b"\xff\xd8"), "never in clear"
    [one] = (await consents(floor, visit_id))["items"]
    assert (one["what"], one["has_picture"], one["text"], one["withdrawn_at"]) == ("photo", True, None, None)
    path = f"/api/visitor/v1/visits/{visit_id}/consents/photo"
    assert "ConsentGiven" in [fact["fact"] for fact in facts(floor.db)]
    for name in CAST:
        said = await picture(floor, name, path)
        wanted = 200 if name in NEED else 403 if name in ("auditor", "admin", "leader") else 404
        assert (name, said.status) == (name, wanted)
    seen = await picture(floor, "guard", path)
    assert seen.headers["content-type"] == "image/jpeg"
    assert seen.headers["cache-control"] == "no-store"
    assert seen.body.startswith(b"\xff\xd8\xff")
    assert (await consents(floor, visit_id, "auditor"))["can"] == []


async def picture(floor: Floor, name: str, path: str) -> Any:
    headers = {"Authorization": f"Bearer {token(actor_of(name, floor.ids), 'visitor')}"}
    return await call_app(floor.app, "GET", path, query="", headers=headers, body=b"")


async def test_without_the_site_the_tick_or_a_picture_nothing_is_kept(floor: Floor) -> None:
    visit_id, arrived = await at_the_door(floor)
    assert arrived.status == 200
    assert (await shoot(floor, visit_id)).rules == ["photo_is_asked_for"]
    await change(floor, photo_wanted=True)
    refused = await shoot(floor, visit_id, agreed=False)
    assert (refused.status, refused.rules) == (422, ["consent_is_given"])
    refused = await shoot(floor, visit_id, photo=b64encode(b"<svg/>").decode())
    assert (refused.status, refused.rules) == (422, ["picture_can_be_read"])
    assert (await shoot(floor, visit_id, photo="***")).status == 422
    assert (await consents(floor, visit_id))["items"] == []
    assert (await Caller(floor.app, "visitor", None).post(f"/arrivals/{visit_id}/photo", {})).status == 401
    assert (await floor.at().post(f"/arrivals/{new_id()}/photo", {"agreed": True, "photo": PHOTO})).status == 404
    expected = await settled(floor, (await floor.invite("LOUNGE"))["id"])
    assert (await shoot(floor, expected["id"])).rules == ["visitor_is_at_the_door"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"agreed": True, "name": "王小明"}, (False, "王小明")),
        ({"agreed": True, "name": "王小明", "drawn": DRAWN}, (True, None)),
        ({"agreed": False, "name": "王小明", "drawn": DRAWN}, None),
        ({}, None),
    ],
    ids=["typed", "drawn", "without the tick", "none"],
)
async def test_a_signature_is_kept_with_its_tick_alone(
    floor: Floor, given: dict[str, Any], kept: tuple[bool, str | None] | None
) -> None:
    await change(floor, signature_wanted=True)
    visit_id, arrived = await at_the_door(floor, signature=given)
    assert arrived.status == 200, arrived.body
    found = [(one["has_picture"], one["text"]) for one in (await consents(floor, visit_id))["items"]]
    assert found == ([kept] if kept else [])


async def test_a_tick_without_a_signature_or_where_none_is_asked_for_is_refused(floor: Floor) -> None:
    _, refused = await at_the_door(floor, signature={"agreed": True, "name": "王小明"})
    assert refused.rules == ["signature_is_asked_for"]
    await change(floor, signature_wanted=True)
    _, refused = await at_the_door(floor, signature={"agreed": True})
    assert (refused.status, refused.rules) == (422, ["signature_is_there"])


async def test_a_consent_taken_back_deletes_what_it_was_for_and_the_visit_goes_on(floor: Floor) -> None:
    await change(floor, photo_wanted=True)
    visit_id, _ = await at_the_door(floor)
    await shoot(floor, visit_id)
    path = f"/visits/{visit_id}/consents/photo"
    assert (await floor.as_("auditor").post(f"{path}:withdraw")).status == 403
    assert (await floor.as_("agent").post(f"{path}:withdraw")).status == 404
    said = await floor.as_("host").post(f"{path}:withdraw")
    assert said.status == 200, said.body
    [one] = said.body["items"]
    assert one["withdrawn_at"]
    assert one["has_picture"] is False
    [row] = list(floor.db.read_now(lambda tx: tx.rows(sa.select(CONSENT))))
    assert row.sealed is None
    assert (await picture(floor, "guard", f"/api/visitor/v1{path}")).status == 404
    assert (await floor.as_("host").post(f"{path}:withdraw")).status == 404
    assert (await shoot(floor, visit_id)).status == 201, "who thinks better of it may agree again"
    assert (await floor.clear(visit_id, "L001")).status == 200


async def test_who_is_erased_is_seen_no_more(floor: Floor) -> None:
    await change(floor, photo_wanted=True, signature_wanted=True)
    visit_id, _ = await at_the_door(floor, signature={"agreed": True, "name": "王小明"})
    await shoot(floor, visit_id)
    visitor_id = (await floor.as_("host").get(f"/visits/{visit_id}")).body["visitor"]["id"]
    assert floor.db.write_now(lambda tx: tx.vault.erase(tx, visitor_id))
    assert (await picture(floor, "guard", f"/api/visitor/v1/visits/{visit_id}/consents/photo")).status == 404
    assert [one["text"] for one in (await consents(floor, visit_id))["items"]] == [None, None]
