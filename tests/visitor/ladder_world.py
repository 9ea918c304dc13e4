"""The world of the visitor service's ladder: one thing in each state that some route asks for."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

from chassis import clock
from services.visitor.entries import actions as entries
from services.visitor.visits.store import VISIT
from tests.calls import Caller, Said
from tests.people import tablet
from tests.pictures_made import phone_photo
from tests.visitor.conftest import Floor

PHOTO = b64encode(phone_photo(64, 48)).decode()


async def play(floor: Floor) -> tuple[dict[str, str], dict[str, int]]:
    """Play it; what fills the holes of the table's paths and bodies, and the versions that If-Match takes."""
    now, site = clock.now(), floor.ids.site
    wanted = {"site_id": site, "values": {"photo_wanted": True}, "reason": "公司要求"}
    _good(await floor.as_("admin").put("/settings", wanted, version=0))
    names = {"site": site, "lounge": floor.ids.areas["LOUNGE"], "floor": floor.ids.areas["FLOOR"], "at": "FLOOR"}
    names |= {"now": _text(now), "soon": _text(now + timedelta(hours=2)), "badge": "L004", "lost_badge": "L003"}
    designation = _good(await floor.designate("S001", most_open=9))
    for employee_no in ("E002", "E010"):
        await floor.designate(employee_no)
    names["designation"] = designation["id"]
    names |= await _over(floor)
    names |= await _asked(floor)
    names |= await _at_the_door(floor)
    names |= await _on_the_floor(floor)
    names |= await _cases(floor)
    asked = (await floor.as_("host").get(f"/visits/{names['asked']}")).body
    accepted = (await floor.as_("host").get(f"/visits/{names['arrived']}")).body["accepted"]
    names |= {"sha": accepted[0]["sha256"], **await _held(floor, names["inside"])}
    seen = (await floor.as_("agent").get(f"/strangers/{names['seen']}")).body["version"]
    return names, {"asked": asked["version"], "designation": designation["version"], "seen": seen, "settings": 1}


async def _asked(floor: Floor) -> dict[str, str]:
    """Visits that wait for a decision, and one that may come."""
    asked = await floor.invite("FLOOR", escort_no="S001")
    party = await floor.as_("host").post(
        "/visits", floor.invitation("FLOOR", escort_no="S001", visitors=[{"name": "周一"}, {"name": "周二"}])
    )
    wish = {"name": "赵六", "host": "8021", "purpose": "送合同", "privacy_version": "2026-11"}
    unasked = _good(await floor.at().post("/walk-ins", wish))
    coming = await floor.invite("LOUNGE")
    names = {"asked": asked["id"], "party": _good(party)["party_id"], "unasked": unasked["visit_id"]}
    return {**names, "coming": coming["id"], "code": coming["code"]}


async def _at_the_door(floor: Floor) -> dict[str, str]:
    """One at the desk with a photo, a telephone and a stick in a locker; one in the lounge; one nobody saw leave."""
    guard = floor.as_("guard")
    arrived = (await floor.invite("LOUNGE"))["id"]
    _good(await floor.arrive(arrived, [{"kind": "phone"}, {"kind": "usb_stick"}]))
    _good(await floor.at().post(f"/arrivals/{arrived}/photo", {"agreed": True, "photo": PHOTO}))
    check = {"id_kind": "resident", "name_matches": True, "photo_matches": True}
    _good(await guard.post(f"/visits/{arrived}:check-id", check))
    things = {one["kind"]: one["id"] for one in (await guard.get(f"/visits/{arrived}/belongings")).body["items"]}
    _good(await guard.post(f"/belongings/{things['usb_stick']}:leave-outside", {"locker": "3", "tag": "T-3"}))
    in_lounge = await _in_the_lounge(floor, "L001")
    unseen = await _in_the_lounge(floor, "L002")
    names = {"arrived": arrived, "carried": things["phone"], "kept": things["usb_stick"], "in_lounge": in_lounge}
    _assume_gone(floor, unseen)
    return {**names, "unseen": unseen, "in_lounge_badge": "L001"}


async def _in_the_lounge(floor: Floor, badge_no: str, **visitor: Any) -> str:
    visit_id: str = (await floor.invite("LOUNGE", **visitor))["id"]
    _good(await floor.arrive(visit_id))
    _good(await floor.clear(visit_id, badge_no))
    return visit_id


def _assume_gone(floor: Floor, visit_id: str) -> None:
    """Long after the window of this visit alone nobody has seen the visitor leave."""
    late = {"starts_at": clock.now() - timedelta(hours=9), "ends_at": clock.now() - timedelta(hours=7)}
    floor.db.write_now(lambda tx: tx.change(VISIT.update().where(VISIT.c.id == visit_id).values(late)))
    assert floor.db.write_now(entries.assume_exits) == 1


async def _over(floor: Floor) -> dict[str, str]:
    """A visit that is over, and one whose visitor was erased."""
    found = {}
    for name, who in (("over", "冯一"), ("erased", "陈二")):
        visit_id = await _in_the_lounge(floor, "L001", visitors=[{"name": who, "phone": "13900000000"}])
        _good(await floor.at().post("/exits", {"badge_no": "L001"}))
        found[name] = visit_id
    why = {"reason": "本人申请删除"}
    _good(await floor.as_("admin").post(f"/visits/{found['erased']}:erase", why))
    return found


async def _held(floor: Floor, visit_id: str) -> dict[str, str]:
    """A legal hold, and a day on which one may be reviewed."""
    review_on = (clock.now() + timedelta(days=30)).date().isoformat()
    asked = {"because": "incident", "basis": "调查 7 号", "review_on": review_on}
    hold = _good(await floor.as_("admin").post(f"/visits/{visit_id}:hold", asked))
    return {"hold": hold["id"], "review": review_on}


async def _on_the_floor(floor: Floor) -> dict[str, str]:
    """One before the floor door, one inside and offered to the deputy, one whose escort may escort no more."""
    cleared = await _with_a_badge(floor, "F001")
    inside = await _with_a_badge(floor, "F002")
    _good(await floor.enter("F002", "B-S001"))
    _good(await floor.as_("supervisor").post(f"/visits/{inside}/custody:offer", {"employee_no": "E002"}))
    lost = await _with_a_badge(floor, "F003")
    _good(await floor.enter("F003", "E010"))
    listed = (await floor.as_("manager").get("/escorts", site_id=floor.ids.site)).body["items"]
    mine = next(one for one in listed if one["person"]["employee_no"] == "E010")
    _good(await floor.as_("manager").post(f"/escorts/{mine['id']}:end", {"reason": "调岗"}, version=mine["version"]))
    device = Caller(floor.app, "visitor", tablet(floor.ids, "FLOOR"))
    scan = _good(await device.post("/entries", {"badge_no": "F001"}))["scan_id"]
    names = {"cleared": cleared, "inside": inside, "lost": lost, "scan": scan}
    return {**names, "cleared_badge": "F001", "inside_badge": "F002"}


async def _with_a_badge(floor: Floor, badge_no: str) -> str:
    visit_id: str = (await floor.invite("FLOOR", escort_no="S001"))["id"]
    await floor.approve(visit_id, "manager")
    _good(await floor.arrive(visit_id))
    _good(await floor.clear(visit_id, badge_no))
    return visit_id


async def _cases(floor: Floor) -> dict[str, str]:
    """Two strangers whom the agent reported, one of them shown out; a lost badge; an alarm."""
    agent = floor.as_("agent")
    seen, out = [_good(await agent.post("/strangers", {}))["id"] for _ in range(2)]
    _good(await agent.post(f"/strangers/{out}:show-out"))
    _good(await floor.as_("guard").post("/badges:lose", {"site_id": floor.ids.site, "no": "L003"}))
    alarms = (await floor.as_("guard").get("/alarms", site_id=floor.ids.site)).body["items"]
    return {"seen": seen, "out": out, "alarm": alarms[0]["id"]}


def _good(said: Said) -> Any:
    assert said.status < 300, said.body
    return said.body


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
