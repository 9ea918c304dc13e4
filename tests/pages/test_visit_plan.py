"""The form of an invitation proposes a window that holds, at whatever hour it is opened."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chassis import clock
from tests.whole import Whole

pytestmark = pytest.mark.anyio
FIELD = r'<input[^>]*name="{}"[^>]*value="([^"]*)"|<input[^>]*value="([^"]*)"[^>]*name="{}"'


@pytest.mark.parametrize("hour", [9, 15, 20, 21, 22, 23])
async def test_what_the_form_proposes_is_accepted(whole: Whole, hour: int) -> None:
    then = datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=hour, minute=30)
    with clock.reading(lambda: then.astimezone(ZoneInfo("UTC"))):
        host = await whole.as_("host")
        page = (await host.get("/visits/new")).text
        proposed = {name: value_of(page, name) for name in ("day", "begin", "end")}
        areas = whole.ids.areas["LOUNGE"]
        said = await host.submit("/visits/new/plan", areas=areas, site_id=whole.ids.site, kind="guest", **proposed)
    assert "您发送预约即为同意" in said.text, proposed


def value_of(page: str, name: str) -> str:
    """What stands in a field of the form."""
    found = re.search(FIELD.format(name, name), page)
    return next((one for one in found.groups() if one), "") if found else ""
