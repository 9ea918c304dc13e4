"""The log over REST: filters, search, counts, pages, and files of exactly what is seen; on both engines."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook

from chassis import clock
from chassis.actor import Actor, ActorKind
from chassis.asgi import Answer, call_app
from chassis.ids import new_id
from services.visitor.entries import actions as entries
from services.visitor.log import rules, store
from services.visitor.visits.rules import State
from tests.builders import facts
from tests.calls import Caller
from tests.people import actor_of, token
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
READERS = {"admin", "leader", "manager", "duty_manager", "guard", "floor_manager", "auditor"}


async def names(floor: Floor, by: str = "guard", **asked: Any) -> list[str]:
    """Visitors of the log's first page."""
    said = await floor.as_(by).get("/visits", **asked)
    assert said.status == 200, said.body
    return [item["visitor_name"] for item in said.body["items"]]


async def guest(floor: Floor, name: str, *areas: str, company: str = "", **changes: Any) -> dict[str, Any]:
    return await floor.invite(*areas, visitors=[{"name": name, "company": company}], **changes)


def text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def window(days: float) -> dict[str, str]:
    begin = clock.now() + timedelta(days=days)
    return {"starts_at": text(begin), "ends_at": text(begin + timedelta(hours=2))}


async def download(floor: Floor, by: str = "guard", language: str = "zh", **asked: Any) -> Answer:
    """A file of the log, as it comes."""
    headers = {"Authorization": f"Bearer {token(actor_of(by, floor.ids), 'visitor')}", "Accept-Language": language}
    return await call_app(floor.app, "GET", "/api/visitor/v1/visits:export", query=urlencode(asked), headers=headers)


def table(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.body
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))


async def test_visits_that_begin_last_come_first_and_pages_meet(floor: Floor) -> None:
    for n, days in enumerate((3, 1, 5, 2, 4)):
        await guest(floor, f"访客{n}", **window(days))
    expected = ["访客2", "访客4", "访客0", "访客3", "访客1"]
    assert await names(floor) == expected
    guard, found, cursors, cursor = floor.as_("guard"), [], [], ""
    while cursor is not None:
        page = (await guard.get("/visits", limit=2, cursor=cursor)).body
        found += [item["visitor_name"] for item in page["items"]]
        cursors.append(page["prev"])
        cursor = page["next"]
    assert found == expected
    back = (await guard.get("/visits", limit=2, cursor=cursors[-1])).body
    assert [item["visitor_name"] for item in back["items"]] == expected[2:4]
    assert (await guard.get("/visits", cursor="nonsense")).status == 400


async def test_each_filter_narrows_and_all_hold_together(floor: Floor) -> None:
    await floor.designate(ends_at=text(clock.now() + timedelta(days=9)))
    await guest(floor, "甲", "FLOOR", escort_no="S001", kind="maintenance", host_no="E001", **window(1))
    await guest(floor, "乙", "LOUNGE", kind="interviewee", by="deputy", host_no="E002", **window(2))
    await guest(floor, "丙", "LOUNGE", "DESK", kind="guest", **window(3))
    areas = floor.ids.areas
    for asked, expected in (
        ({"kind": "interviewee"}, {"乙"}),
        ({"area_id": areas["FLOOR"]}, {"甲"}),
        ({"area_id": areas["LOUNGE"]}, {"乙", "丙"}),
        ({"area_id": areas["LOUNGE"], "kind": "guest"}, {"丙"}),
        ({"area_id": areas["LOUNGE"], "q": "丙"}, {"丙"}),
        ({"area_id": areas["FLOOR"], "q": "丙"}, set()),
        ({"host": "E002"}, {"乙"}),
        ({"host": "李娜"}, {"甲", "丙"}),
        ({"host": "李娜", "mine": "true"}, set()),
        ({"host": "没有这个人"}, set()),
        ({"since": text(clock.now() + timedelta(days=2.5))}, {"丙"}),
        ({"until": text(clock.now() + timedelta(days=1.5))}, {"甲"}),
        ({"since": text(clock.now() + timedelta(days=1.5)), "until": text(clock.now() + timedelta(days=2.5))}, {"乙"}),
        ({"site_id": floor.ids.site}, {"甲", "乙", "丙"}),
        ({"site_id": new_id()}, set()),
        ({"walk_in": "true"}, set()),
        ({"walk_in": "false"}, {"甲", "乙", "丙"}),
        ({"overstay": "false"}, {"甲", "乙", "丙"}),
    ):
        assert (asked, set(await names(floor, **asked))) == (asked, expected)


async def test_several_states_are_one_list(floor: Floor) -> None:
    await guest(floor, "等审批", host_no="E002", **window(1))
    withdrawn = await guest(floor, "已撤回", host_no="E002", **window(2))
    refused = await guest(floor, "已拒绝", host_no="E002", **window(3))
    assert (await floor.as_("host").post(f"/visits/{withdrawn['id']}:withdraw")).status == 200
    no = {"decision": "refuse", "comment": "不在"}
    assert (await floor.as_("deputy").post(f"/visits/{refused['id']}:decide", no)).status == 200
    assert await names(floor, state=["submitted", "in_review", "withdrawn"]) == ["已撤回", "等审批"]
    assert await names(floor, state="refused") == ["已拒绝"]


@pytest.mark.parametrize(
    "text",
    [
        "王小明",
        "小明",
        "wangxiaoming",
        "WangXiao",
        "wang xiao ming",
        "xiaoming",
        "wxm",
        "华信",
        "信科技",
        "F001",
        "f00",
    ],
)
async def test_a_visit_is_found_by_characters_pinyin_initials_company_and_badge(floor: Floor, text: str) -> None:
    visit = await floor.permitted_for_floor()
    await guest(floor, "李雷", company="远方公司")
    await floor.arrive(visit["id"])
    assert (await floor.clear(visit["id"], "F001")).status == 200
    assert await names(floor, q=text) == ["王小明"]


async def test_surnames_are_read_as_surnames_and_codes_find_their_visit(floor: Floor) -> None:
    visit = await guest(floor, "单雄信")
    await guest(floor, "曾小贤")
    assert await names(floor, q="shanxiongxin") == ["单雄信"]
    assert await names(floor, q="zengxiaoxian") == ["曾小贤"]
    assert await names(floor, q=visit["code"]) == ["单雄信"]
    assert await names(floor, q="没有这个人") == []


async def test_a_renamed_visitor_is_found_by_the_new_name_and_a_moved_visit_under_its_new_area(floor: Floor) -> None:
    visit = await guest(floor, "王小明", **window(1))
    changed = {"visitor": {"name": "王大明"}, "areas": [floor.ids.areas["DESK"]]}
    said = await floor.as_("host").patch(f"/visits/{visit['id']}", changed, version=visit["version"])
    assert said.status == 200, said.body
    assert (await names(floor, q="王小明"), await names(floor, q="wangdaming")) == ([], ["王大明"])
    assert await names(floor, area_id=floor.ids.areas["LOUNGE"]) == []
    assert await names(floor, area_id=floor.ids.areas["DESK"]) == ["王大明"]


async def test_walk_ins_and_overstays_have_filters_of_their_own(floor: Floor) -> None:
    asked = {"name": "赵六", "host": "8021", "purpose": "送合同", "privacy_version": "2026-11"}
    assert (await floor.at().post("/walk-ins", asked)).status == 201
    late = await floor.permitted(visitors=[{"name": "王小明"}])
    assert (await floor.arrive(late["id"])).status == 200
    assert await names(floor, walk_in="true") == ["赵六"]
    assert await names(floor, overstay="true") == []
    later = clock.now() + timedelta(hours=4)
    with clock.reading(lambda: later):
        floor.db.write_now(entries.find_overstays)
    assert await names(floor, overstay="true") == ["王小明"]
    assert await names(floor, overstay="true", state="closed") == []


async def test_visits_are_counted_when_asked_and_no_further_than_a_thousand(floor: Floor) -> None:
    for n in range(3):
        await guest(floor, f"访客{n}")
    guard = floor.as_("guard")
    assert (await guard.get("/visits")).body["found"] is None
    assert (await guard.get("/visits", count="true", limit=2)).body["found"] == {"visits": 3, "more": False}
    assert (await guard.get("/visits", count="true", q="访客1")).body["found"] == {"visits": 1, "more": False}
    assert (await guard.get("/visits", count="true", site_id=new_id())).body["found"] == {"visits": 0, "more": False}


async def test_a_count_stops_at_its_limit(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "FOUND_AT_MOST", 2)
    for n in range(4):
        await guest(floor, f"访客{n}")
    found = (await floor.as_("guard").get("/visits", count="true")).body["found"]
    assert found == {"visits": 2, "more": True}


async def test_who_reads_the_whole_log_and_who_their_own(floor: Floor) -> None:
    await guest(floor, "王小明", **window(1))
    await guest(floor, "李雷", by="deputy", host_no="E002", **window(2))
    for name in READERS:
        assert (name, len(await names(floor, name))) == (name, 2)
    assert await names(floor, "host") == ["王小明"]
    assert await names(floor, "deputy") == ["李雷"]
    assert await names(floor, "agent") == []
    assert (await Caller(floor.app, "visitor", None).get("/visits")).status == 401


async def test_who_only_audits_reads_names_masked(floor: Floor) -> None:
    visit = await guest(floor, "王小明")
    for name in ("auditor", "admin"):
        assert (name, await names(floor, name)) == (name, ["王＊明"])
        assert (await floor.as_(name).get(f"/visits/{visit['id']}")).body["visitor"]["name"] == "王＊明"
        rows = table(await download(floor, name))
        assert [row["来访人"] for row in rows] == ["王＊明"]
    assert await names(floor, "leader") == ["王小明"]


async def test_a_question_nobody_offered_is_refused(floor: Floor) -> None:
    guard = floor.as_("guard")
    for asked in ({"sort": "name"}, {"state": "gone"}, {"since": "2026-11-24"}, {"limit": 500}, {"area_id": "x"}):
        assert (asked, (await guard.get("/visits", **asked)).status) == (asked, 422)


async def test_a_file_holds_what_is_seen_and_says_who_took_it(floor: Floor) -> None:
    await floor.designate(ends_at=text(clock.now() + timedelta(days=9)))
    await guest(floor, "王小明", "FLOOR", escort_no="S001", company="=华信", **window(1))
    await guest(floor, "李雷", "LOUNGE", **window(2))
    rows = table(await download(floor, kind="maintenance"))
    assert [row["来访人"] for row in rows] == await names(floor, kind="maintenance") == ["李雷", "王小明"]
    last = rows[1]
    assert (last["单位"], last["区域"], last["被访人"]) == ("'=华信", "三楼坐席职场", "李娜 E001")
    assert (last["来访类型"], last["指定陪同人员"], last["状态"]) == ("维修", "李主管 S001", "待审批")
    assert last["导出水印"].startswith("由 G001 吴保安 于 20")
    assert [row["来访人"] for row in table(await download(floor, q="lilei"))] == ["李雷"]


async def test_a_workbook_holds_the_same_in_the_readers_language(floor: Floor) -> None:
    await guest(floor, "王小明", company="华信科技")
    answer = await download(floor, language="en", format="xlsx")
    assert answer.headers["content-disposition"].startswith('attachment; filename="visits-')
    assert answer.headers["content-disposition"].endswith(".xlsx")
    head, row = load_workbook(io.BytesIO(answer.body)).active.iter_rows(values_only=True)
    assert head[:4] == ("Visitor", "Company", "Kind of visit", "Area")
    assert row[:4] == ("王小明", "华信科技", "Maintenance", "Lounge")
    assert isinstance(row[6], datetime)
    assert row[-1].startswith("Taken by G001 吴保安 at 20")


async def test_more_than_a_page_goes_into_a_file(floor: Floor) -> None:
    party = [{"name": f"访客{n:03d}"} for n in range(100)]
    for days in (1, 2, 3):
        said = await floor.as_("host").post("/visits", floor.invitation(visitors=party, **window(days)))
        assert said.status == 201
    rows = table(await download(floor))
    assert len(rows) == 300
    assert len({row["开始时间"] for row in rows}) == 3


async def test_an_export_is_an_audit_row_that_holds_nothing_typed(floor: Floor) -> None:
    await guest(floor, "王小明")
    table(await download(floor, q="王小明", kind="maintenance"))
    fact = [fact for fact in facts(floor.db) if fact["fact"] == "VisitsExported"]
    assert len(fact) == 1
    assert fact[0]["body"] | {"visit_export_id": ""} == {
        "visit_export_id": "", "format": "csv", "visits": 1, "filters": ["kind", "q"],
    }  # fmt: skip
    assert fact[0]["actor"] == f"person:{floor.ids.people['guard']}"
    assert fact[0]["controls"] == ["2.12.2"]
    assert "王小明" not in str(fact)


async def test_a_file_that_would_be_too_large_is_refused_and_leaves_no_row(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LARGEST_FILE", 1)
    for n in range(2):
        await guest(floor, f"访客{n}")
    answer = await download(floor)
    assert answer.status == 422
    assert b"file_is_not_too_large" in answer.body
    assert not [fact for fact in facts(floor.db) if fact["fact"] == "VisitsExported"]
    assert (await floor.as_("auditor").get("/visits/exports")).body["items"] == []


async def test_files_that_left_are_shown_to_those_who_look_after_them(floor: Floor) -> None:
    for name in ("guard", "host"):
        await download(floor, name, format="xlsx")
    for name in ("auditor", "admin", "leader", "manager"):
        said = await floor.as_(name).get("/visits/exports")
        assert [(one["by"]["employee_no"], one["format"]) for one in said.body["items"]] == [
            ("E001", "xlsx"),
            ("G001", "xlsx"),
        ]
    for name in ("guard", "host", "duty_manager", "hr"):
        refused = await floor.as_(name).get("/visits/exports")
        assert (name, refused.status, refused.rules) == (name, 403, ["sees_exports"])


async def test_a_program_with_the_scope_takes_files_and_one_without_does_not(floor: Floor) -> None:
    await guest(floor, "王小明")
    for scopes, status in ((("visits:read",), 200), (("visits:write",), 403)):
        client = Actor(ActorKind.CLIENT, "hr-system", scopes=frozenset(scopes))
        headers = {"Authorization": f"Bearer {token(client, 'visitor')}"}
        answer = await call_app(floor.app, "GET", "/api/visitor/v1/visits:export", headers=headers)
        assert answer.status == status
        if status == 200:
            assert table(answer)[0]["导出水印"].startswith("由 client:hr-system 于")


def test_every_state_and_kind_has_words_for_files() -> None:
    from services.visitor.log.words import KINDS, STATES
    from services.visitor.visits.rules import VisitKind

    assert set(STATES) == {state.value for state in State}
    assert set(KINDS) == {kind.value for kind in VisitKind}
