"""Photo and signature at the tablet without a script, in both languages; what staff see, and taking it back."""

from __future__ import annotations

import re

import pytest

from tests.gateway.identity.browser import Browser, Said
from tests.pages.test_kiosk import HASH, change, confirm_page, permitted
from tests.pictures_made import phone_photo
from tests.whole import TOKEN, Whole, fill_in

pytestmark = pytest.mark.anyio
READ = {"privacy_version": "2026-11", "rules_version": "2026-11", "privacy": "yes"}


async def upload(browser: Browser, page: str, photo: bytes, **fields: str) -> Said:
    """Send the form of a page as a browser without a script does: the file beside the fields."""
    shown = (await browser.get(page)).text
    fields = {**dict(TOKEN.findall(shown.partition(f'action="{page}"')[2])), **fields}
    edge = "----edge"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields.items()
    ]
    file = 'Content-Disposition: form-data; name="photo"; filename="me.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = b"".join([*parts, f"--{edge}\r\n{file}".encode(), photo, f"\r\n--{edge}--\r\n".encode()])
    return await browser.send("POST", page, body, {"content-type": f"multipart/form-data; boundary={edge}"})


async def registered(whole: Whole, tablet: Browser, **fields: str) -> tuple[str, Said]:
    """Somebody who has accepted both notices at the tablet."""
    visit = await permitted(whole)
    page, form = confirm_page(visit)
    hashes = {f"{name}_sha256": sha256 for name, sha256 in HASH.findall((await tablet.get(page)).text)}
    return visit["id"], await fill_in(tablet, page, form, **READ, **hashes, code=visit["code"], **fields)


@pytest.mark.parametrize(
    ("language", "asks", "on"),
    [("zh", "可以为您拍一张照片吗", "不拍照，继续"), ("en", "May we take your photo", "Go on without")],
)
async def test_a_photo_may_be_sent_as_a_file_or_left_out(whole: Whole, language: str, asks: str, on: str) -> None:
    await change(whole, photo_wanted=True)
    tablet = await whole.tablet(language=language)
    visit_id, said = await registered(whole, tablet)
    page = f"/kiosk/photo/{visit_id}"
    assert (said.status, said.headers["location"]) == (303, page)
    shown = (await tablet.get(page)).text
    assert asks in shown
    assert f'href="/kiosk/wait/{visit_id}"' in shown.partition(on)[0][-200:]
    assert re.search(r"<input[^>]* checked", shown) is None
    refused = await upload(tablet, page, phone_photo(320, 240))
    assert refused.status == 422
    assert 'href="#f-agreed"' in refused.text
    refused = await upload(tablet, page, b"", agreed="yes")
    assert refused.status == 422
    assert 'href="#f-photo"' in refused.text
    kept = await upload(tablet, page, phone_photo(), agreed="yes")
    assert (kept.status, kept.headers["location"]) == (303, f"/kiosk/wait/{visit_id}")


async def test_staff_see_the_photo_and_delete_it_when_the_visitor_says_so(whole: Whole) -> None:
    await change(whole, photo_wanted=True, signature_wanted=True)
    tablet, guard = await whole.tablet(), await whole.as_("guard")
    visit_id, said = await registered(whole, tablet, signature_name="王小明", signature_agreed="yes")
    assert said.status == 303
    await upload(tablet, f"/kiosk/photo/{visit_id}", phone_photo(320, 240), agreed="yes")
    shown = (await guard.get(f"/visits/{visit_id}")).text
    assert f'src="/visits/{visit_id}/picture/photo"' in shown
    assert "访客撤回同意，删除照片" in shown
    picture = await guard.get(f"/visits/{visit_id}/picture/photo")
    assert (picture.headers["content-type"], picture.headers["cache-control"]) == ("image/jpeg", "no-store")
    assert picture.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert picture.headers["content-disposition"].startswith("attachment")
    auditor = (await (await whole.as_("auditor")).get(f"/visits/{visit_id}")).text
    assert "/picture/photo" not in auditor
    gone = await fill_in(guard, f"/visits/{visit_id}", f"/visits/{visit_id}/withdraw-photo")
    assert gone.status == 303
    shown = (await guard.get(f"/visits/{visit_id}")).text
    assert "/picture/photo" not in shown
    assert "已撤回" in shown
    assert (await guard.get(f"/visits/{visit_id}/picture/photo")).status == 404


async def test_a_site_that_asks_for_neither_shows_neither(whole: Whole) -> None:
    tablet = await whole.tablet()
    visit_id, said = await registered(whole, tablet)
    assert said.headers["location"] == f"/kiosk/wait/{visit_id}"
    refused = await upload(tablet, f"/kiosk/photo/{visit_id}", phone_photo(320, 240), agreed="yes")
    assert refused.status == 409, "who finds the page all the same keeps nothing"
    assert "照片与签名" not in (await (await whole.as_("guard")).get(f"/visits/{visit_id}")).text


async def test_a_tick_without_a_name_stands_beside_the_name(whole: Whole) -> None:
    await change(whole, signature_wanted=True)
    _, said = await registered(whole, await whole.tablet(), signature_agreed="yes")
    assert said.status == 422
    assert 'href="#f-signature_name"' in said.text
    assert said.text.count("不签名请取消勾选") == 2
