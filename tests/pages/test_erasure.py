"""Erasing a visitor at the desk: offered to the security admin alone, with its reason, and a certificate to print."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Desk
from tests.pages.test_people import went
from tests.pages.test_visit_log import invite
from tests.whole import Whole

pytestmark = pytest.mark.anyio
NAME = "欧阳明珠"


async def over(whole: Whole) -> str:
    """The page of a visit that was withdrawn."""
    path = f"/visits/{await invite(whole, NAME)}"
    went(await Desk(await whole.as_("host")).send(path, f"{path}/withdraw"))
    return path


async def test_the_security_admin_erases_with_a_reason_and_prints_the_certificate(whole: Whole) -> None:
    path = await over(whole)
    admin = Desk(await whole.as_("admin"))
    assert f'href="{path}/erase"' in (await admin.open(path)).text
    empty = await admin.send(f"{path}/erase", f"{path}/erase", reason="")
    assert (empty.status, "删除后不能恢复" in empty.text) == (422, True)
    assert went(await admin.send(f"{path}/erase", f"{path}/erase", reason="本人申请删除")) == f"{path}/erasure"
    shown = (await admin.open(f"{path}/erasure")).text
    assert ("本人申请删除" in shown, "姓名、单位、手机号" in shown, "管理员" in shown) == (True, True, True)
    after = (await admin.open(path)).text
    assert (NAME in after, "个人信息已删除" in after) == (False, True)


async def test_nobody_else_is_offered_it(whole: Whole) -> None:
    path = await over(whole)
    for name in ("host", "guard", "auditor"):
        desk = Desk(await whole.as_(name))
        assert f"{path}/erase" not in (await desk.open(path)).text
        assert (await desk.open(f"{path}/erase")).status == 404
        assert (await desk.open(f"{path}/erasure")).status == 404


async def test_the_security_admin_and_the_auditor_read_what_goes_next(whole: Whole) -> None:
    for name, sees in (("admin", True), ("auditor", True), ("guard", False), ("host", False)):
        page = await Desk(await whole.as_(name)).open("/settings/personal-data")
        assert ("来访结束起 90 天" in page.text and "七天内没有到期的信息" in page.text) is sees
        assert (page.status == 200) is sees, name
