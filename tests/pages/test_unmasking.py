"""Reading a visitor's values whole at the desk: the form, the values once, and who is offered it."""

from __future__ import annotations

import pytest

from chassis.db import Tx
from gateway.identity import account_store
from gateway.identity.rules import SessionKind
from gateway.identity.sessions import Opened, open_session
from tests.gateway.identity.browser import DESKTOP
from tests.pages.conftest import Desk
from tests.pages.test_visit_log import invite
from tests.whole import Whole, fill_in

pytestmark = pytest.mark.anyio
PHONE = "13800000427"
GUEST = [{"name": "欧阳明珠", "phone": PHONE}]


async def test_the_security_admin_reads_it_once_with_a_reason(whole: Whole) -> None:
    path = f"/visits/{await invite(whole, '', visitors=GUEST)}"
    admin = Desk(await whole.as_("admin"))
    page = (await admin.open(path)).text
    assert (f'href="{path}/unmask"' in page, PHONE in page) == (True, False)
    form = (await admin.open(f"{path}/unmask")).text
    assert ('value="phone"' in form, 'value="email"' in form) == (True, False)
    empty = await admin.send(f"{path}/unmask", f"{path}/unmask", fields="phone", reason="")
    assert (empty.status, 'value="phone" checked' in empty.text, PHONE in empty.text) == (422, True, False)
    shown = await admin.send(f"{path}/unmask", f"{path}/unmask", fields="phone", reason="authority")
    assert (shown.status, PHONE in shown.text, "有权机关依法调取" in shown.text) == (200, True, True)
    assert shown.headers["cache-control"] == "no-store"
    after = (await admin.open(path)).text
    assert ("查看了完整信息" in after, "手机号、有权机关依法调取" in after, PHONE in after) == (True, True, False)


async def test_a_visit_names_it_to_nobody_else(whole: Whole) -> None:
    path = f"/visits/{await invite(whole, '', visitors=GUEST)}"
    for name in ("host", "guard", "auditor"):
        browser = await whole.as_(name)
        assert f"{path}/unmask" not in (await browser.get(path)).text
        assert (await browser.get(f"{path}/unmask")).status == 404


async def test_english_says_it_in_english(whole: Whole) -> None:
    path = f"/visits/{await invite(whole, '', visitors=GUEST)}"
    admin = await whole.as_("admin", "en")
    shown = await fill_in(admin, f"{path}/unmask", f"{path}/unmask", fields=["name", "phone"], reason="own_request")
    assert ("Shown this once" in shown.text, "欧阳明珠" in shown.text) == (True, True)


async def test_without_a_second_check_the_page_leads_there(whole: Whole) -> None:
    path = f"/visits/{await invite(whole, '', visitors=GUEST)}"

    def long_ago(tx: Tx) -> Opened:
        account = account_store.account(tx, whole.ids.people["admin"])
        assert account is not None
        at = int(tx.now.timestamp()) - 600
        return open_session(tx, account, SessionKind.DESK, "password", DESKTOP, auth_time=at)

    opened = await whole.gateway.write(long_ago)
    admin = Desk(whole.browser(language="zh", cookies={"sid": opened.sid, "wr": opened.wr}))
    page = (await admin.open(f"{path}/unmask")).text
    assert ("/second-check?next=" in page, "<select" in page) == (True, False)
    sent = await admin.send(f"{path}/unmask", f"{path}/unmask", fields="phone", reason="contact")
    assert (sent.status, sent.headers["location"].startswith("/second-check")) == (303, True)
