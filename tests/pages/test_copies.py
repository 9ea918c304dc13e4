"""A copy of everything kept of a visitor at the desk: the form, the page to print, the file."""

from __future__ import annotations

import re

import pytest

from tests.pages.conftest import Desk
from tests.pages.test_visit_log import invite
from tests.whole import Whole

pytestmark = pytest.mark.anyio
NAME, PHONE = "欧阳明珠", "13800000427"
GUEST = [{"name": NAME, "phone": PHONE}]
ASKED = {"made_for": "visitor", "identity_checked": "yes"}


async def test_a_copy_is_shown_to_print_or_taken_as_a_file(whole: Whole) -> None:
    path = f"/visits/{await invite(whole, '', visitors=GUEST)}"
    admin = Desk(await whole.as_("admin"))
    assert f'href="{path}/copy"' in (await admin.open(path)).text
    untold = await admin.send(f"{path}/copy", f"{path}/copy", made_for="visitor")
    assert (untold.status, "请先核对申请人的身份" in untold.text, PHONE in untold.text) == (422, True, False)
    page = await admin.send(f"{path}/copy", f"{path}/copy", **ASKED, **{"as": "page"})
    assert (page.status, page.headers["cache-control"]) == (200, "no-store")
    for text in (NAME, PHONE, "确认是本人，发送预约，来访中联系", "来访结束起 180 天", "来访尚未结束", "李娜"):
        assert text in page.text, text
    file = await admin.send(f"{path}/copy", f"{path}/copy", **ASKED, **{"as": "file"})
    assert file.headers["content-disposition"].startswith('attachment; filename="personal-data-')
    assert (file.headers["content-type"], file.headers["cache-control"]) == ("application/json", "no-store")
    assert {(one["zh"], one["en"], one["value"]) for one in file.json["values"]} >= {("手机号", "Phone", PHONE)}
    assert (await admin.open(path)).text.count("制作了个人信息副本") == 2


async def test_the_copy_is_in_the_readers_language(whole: Whole) -> None:
    path = f"/visits/{await invite(whole, '', visitors=GUEST)}"
    admin = Desk(await whole.as_("admin", "en"))
    page = (await admin.send(f"{path}/copy", f"{path}/copy", **ASKED, **{"as": "page"})).text
    for text in ("Copy of personal data", "180 days from the end of the visit", "Host approved", "Maintenance"):
        assert text in page, text


async def test_values_of_several_visits_are_told_apart(whole: Whole) -> None:
    first, _again = [await invite(whole, "", visitors=GUEST, days=days) for days in (1, 2)]
    admin = Desk(await whole.as_("admin"))
    page = (await admin.send(f"/visits/{first}/copy", f"/visits/{first}/copy", **ASKED, **{"as": "page"})).text
    presence = page.partition('id="t-presence"')[2].partition("</table>")[0]
    begins = re.findall(r">来访类型</th><td>([^<]+)</td>", presence)
    assert (len(set(begins)), presence.index(begins[0]) < presence.rindex(begins[1])) == (2, True)
    assert presence.count(begins[0]) > 5


async def test_nobody_else_is_offered_a_copy(whole: Whole) -> None:
    path = f"/visits/{await invite(whole, '', visitors=GUEST)}"
    for name in ("host", "guard", "auditor"):
        browser = await whole.as_(name)
        assert f"{path}/copy" not in (await browser.get(path)).text
        assert (await browser.get(f"{path}/copy")).status == 404
