"""The same journey by pages: HTML forms filled and sent as a browser without JavaScript does."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.cast import Cast
from tests.journeys.house import PASSWORD, Person, at_the_site, good


def test_invite_and_arrive_by_pages(cast: Cast) -> None:
    host = _signed_in_by_page(cast, cast.host)
    now = at_the_site()
    typed = {
        "name": "周页面",
        "phone": "13900001234",
        "purpose": "打印机维修",
        "areas": [cast.house.places["area:LOUNGE"]],
        "day": f"{now:%Y-%m-%d}",
        "begin": f"{now:%H:%M}",
        "end": f"{now + timedelta(hours=2):%H:%M}",
    }
    form = host.browser.page("/visits/new").form("/visits")
    missing = host.browser.submit(form, **{**typed, "purpose": ""})
    assert (missing.status, "周页面" in missing.text) == (422, True)  # what was typed stays
    made = host.browser.submit(missing.form("/visits"), **typed)
    assert "已同意" in made.text  # for the lounge the host's own yes is enough
    _type_the_code(cast, host, made.form("/withdraw").action.split("/")[2])


def test_decide_by_page(cast: Cast) -> None:
    visit = cast.invite("FLOOR", escort_no=cast.escort.no, visitors=[{"name": "钱审批"}])[0]
    manager = _signed_in_by_page(cast, cast.manager)
    page, left_open = (manager.browser.page(f"/visits/{visit['id']}") for _ in range(2))
    decided = good(manager.browser.submit(page.form("/decide"), decision="approve"), 200)
    assert "已同意" in decided.text
    again = manager.browser.submit(left_open.form("/decide"), decision="refuse")
    assert again.status in (403, 409, 412), again.status


def _type_the_code(cast: Cast, host: Person, visit_id: str) -> None:
    """A browser becomes the front door's tablet by its code, and finds the visit by the visitor's six digits."""
    pairing = cast.guard.browser.post("/api/gateway/v1/pairings", {"door_id": cast.house.places["door:MAIN"]})
    tablet = cast.house.admin.again()
    tablet.submit(tablet.page("/kiosk/pair").form("/kiosk/pair"), code=good(pairing, 201).body["code"])
    code = good(host.browser.get(f"/api/visitor/v1/visits/{visit_id}/pass"), 200).body["code"]
    found = tablet.submit(tablet.page("/kiosk/in").form("/kiosk/in"), code=code)
    assert "周＊面" in found.text
    assert "周页面" not in found.text


def _signed_in_by_page(cast: Cast, person: Person) -> Person:
    """The same person at a browser of their own, signed in by the form."""
    browser = cast.house.admin.again()
    form = browser.page("/login").form("/login")
    browser.submit(form, employee_no=person.no, password=PASSWORD)
    assert browser.page("/me").status == 200
    return Person(person.no, person.name, person.id, person.badge_no, browser)
