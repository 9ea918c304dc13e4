"""The page of the door's settings: what it shows, changing one, and refusals beside the field."""

from __future__ import annotations

import pytest

from tests.whole import Whole, fill_in

pytestmark = pytest.mark.anyio
LIST = "/settings/visits"


async def test_everybody_who_works_here_reads_them_and_the_security_admin_alone_finds_the_button(whole: Whole) -> None:
    admin, auditor = await whole.as_("admin"), await whole.as_("auditor")
    shown = (await admin.get(LIST)).text
    assert "可提前多久入内" in shown
    assert "30" in shown
    assert f'href="{LIST}/early?site={whole.ids.site}"' in shown
    read = (await auditor.get(LIST)).text
    assert "可提前多久入内" in read
    assert f"{LIST}/early" not in read
    assert "由安全管理员修改" in (await auditor.get(f"{LIST}/early")).text
    assert (await whole.browser().get(LIST)).headers["location"].startswith("/login")


async def test_a_change_is_shown_with_who_and_why_and_can_be_taken_back(whole: Whole) -> None:
    admin, form = await whole.as_("admin"), f"{LIST}/early?site={whole.ids.site}"
    saved = await fill_in(admin, form, form, value="10", reason="门口只有一名保安")
    assert saved.status == 303
    shown = (await admin.get(saved.headers["location"])).text
    assert "设置已保存" in shown
    for text in ("默认：", "门口只有一名保安", "管理员"):
        assert text in shown
    back = await fill_in(admin, form, form, value="10", reason="恢复正常", default="yes")
    assert back.status == 303
    assert "默认：" not in (await admin.get(LIST)).text


@pytest.mark.parametrize(("language", "says"), [("zh", "请填写 0 到 240 分钟"), ("en", "Enter 0 to 240 minutes")])
async def test_a_refusal_stands_beside_the_field_and_keeps_what_was_typed(
    whole: Whole, language: str, says: str
) -> None:
    admin, form = await whole.as_("admin", language), f"{LIST}/early?site={whole.ids.site}"
    said = await fill_in(admin, form, form, value="9 小时", reason="")
    assert said.status == 422
    assert said.text.count(says) == 2, "in the summary and beside the field"
    assert 'value="9 小时"' in said.text
    assert 'href="#f-value"' in said.text
    assert 'href="#f-reason"' in said.text


async def test_every_kind_of_value_has_its_field(whole: Whole) -> None:
    admin, site = await whole.as_("admin"), whole.ids.site
    for key, fields in (
        ("photo_wanted", {"value": "yes"}),
        ("company", {"value": "华信科技"}),
        ("privacy_version", {"value": "2026-11"}),
        ("alarm.help.first", {"value": ["guard", "floor_manager"]}),
        ("escort_most_open", {"value": "2"}),
    ):
        form = f"{LIST}/{key}?site={site}"
        said = await fill_in(admin, form, form, reason="按公司要求", **fields)
        assert (key, said.status) == (key, 303), said.text[:200]
    shown = (await admin.get(LIST)).text
    assert "华信科技" in shown
    assert "现场管理人员、保安人员" in shown
    again = (await admin.get(f"{LIST}/alarm.help.first?site={site}")).text
    assert again.count(" checked") == 2


async def test_of_two_who_change_at_once_the_second_reads_it(whole: Whole) -> None:
    admin, form = await whole.as_("admin"), f"{LIST}/early?site={whole.ids.site}"
    assert (await fill_in(admin, form, form, value="10", reason="先改的")).status == 303
    late = await admin.submit(form, value="20", reason="后改的", version="0", form_token="later-than-the-first")
    assert late.status == 412
    assert "内容已被他人更新" in late.text


async def test_a_setting_that_does_not_exist_is_not_found(whole: Whole) -> None:
    assert (await (await whole.as_("admin")).get(f"{LIST}/nothing")).status == 404
