"""A legal hold at the desk: placed from the visit, seen where somebody would erase, reviewed and lifted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis import clock
from tests.pages.conftest import Desk
from tests.pages.test_erasure import over
from tests.pages.test_people import went
from tests.whole import Whole

pytestmark = pytest.mark.anyio
BASIS = "（2026）沪 01 民初 123 号"


def in_days(days: int) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


async def test_a_hold_is_placed_seen_reviewed_and_lifted(whole: Whole) -> None:
    path = await over(whole)
    admin = Desk(await whole.as_("admin"))
    empty = await admin.send(f"{path}/hold", f"{path}/hold", because="", basis=BASIS, review_on="")
    assert (empty.status, BASIS in empty.text, empty.text.count('aria-invalid="true"')) == (422, True, 2)
    one = went(await admin.send(f"{path}/hold", f"{path}/hold", because="dispute", basis=BASIS, review_on=in_days(9)))
    assert BASIS in (await admin.open(one)).text
    visit = (await admin.open(path)).text
    assert ("依法保留中，不删除" in visit, f'href="{path}/erase"' in visit) == (True, False)
    refused = await admin.send(f"{path}/erase", f"{path}/erase", reason="本人申请删除")
    assert (refused.status, "依法保留中（诉讼或仲裁" in refused.text) == (409, True)
    assert f'href="{one}"' in (await Desk(await whole.as_("auditor")).open("/settings/personal-data")).text
    late = await admin.send(one, f"{one}/review", review_on=in_days(400))
    assert (late.status, "最晚为一年后" in late.text) == (422, True)
    assert went(await admin.send(one, f"{one}/review", review_on=in_days(60))) == one
    assert went(await admin.send(one, f"{one}/lift", reason="案件已结")) == one
    lifted = (await admin.open(one)).text
    assert ("案件已结" in lifted, f'action="{one}/lift"' in lifted) == (True, False)
    assert f'href="{one}"' not in (await admin.open("/settings/personal-data")).text
    assert f'href="{one}"' in (await admin.open("/settings/personal-data?holds=all")).text
    assert went(await admin.send(f"{path}/erase", f"{path}/erase", reason="本人申请删除")) == f"{path}/erasure"


async def test_nobody_else_reads_of_it(whole: Whole) -> None:
    path = await over(whole)
    admin = Desk(await whole.as_("admin"))
    one = went(await admin.send(f"{path}/hold", f"{path}/hold", because="claim", basis=BASIS, review_on=in_days(9)))
    for name in ("host", "guard"):
        desk = Desk(await whole.as_(name))
        assert ("依法保留" in (await desk.open(path)).text, (await desk.open(one)).status) == (False, 404)
        assert (await desk.open(f"{path}/hold")).status == 404
    auditor = Desk(await whole.as_("auditor"))
    seen = (await auditor.open(one)).text
    assert (BASIS in seen, f'action="{one}/lift"' in seen) == (True, False)
