"""Every page of the product, found in the app's own routes, and somebody who looks at it with a story to see.

Whoever adds a page need not list it here if a link leads to it from a page that one of `WALKERS` may open. A page
that no link reaches (one that comes after a form, or from a message) stands in `EXAMPLES`; a test fails until it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from chassis import clock
from chassis.settings import Settings
from gateway.app import build
from tests.browser.demo import NOBODY, TABLET, Demo, Opened
from tests.browser.story import GUARD, HOST, MANAGER, arrived, invited, permitted, walked_in

NOT_FOR_PEOPLE = re.compile(r"/(api/|static/|internal/|oauth/|\.well-known/|healthz|readyz|metrics|styleguide)")
"""Read by programs, or (the style guide) tried by test_design.py."""
BY_PIN = "open for a minute to who has a PIN: test_tablet.py looks at it"
NOT_PAGES = {
    "/": "leads on",
    "/login/oidc": "leads to the company's own sign-in",
    "/login/oidc/callback": "comes back from there",
    "/visits/{visit_id}/picture/{what}": "the photo or signature that the visit's page shows",
    "/kiosk/staff/door": BY_PIN,
    "/kiosk/staff/inside": BY_PIN,
    "/kiosk/staff/visits/{visit_id}": BY_PIN,
    "/visits/board/stream": "tells the open lobby board what is new",
}
WALKERS = (NOBODY, TABLET, "tablet:FLOOR", "A001", MANAGER, GUARD, HOST, "U001")
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')


@dataclass(frozen=True)
class Look:
    """Somebody opens an address."""

    who: str
    path: str


Example = Callable[[Demo], Sequence[Look]]


@lru_cache
def routes() -> Mapping[str, re.Pattern[str]]:
    """The addresses of pages, with `{…}` where something is named, and what matches them, in the app's own order."""
    app = build(Settings(data=Path("nowhere")), _never)
    found = {one.path: one.path_regex for one in _all(app.routes) if "GET" in one.methods}
    return {path: pattern for path, pattern in found.items() if not NOT_FOR_PEOPLE.match(path)}


def pages() -> list[str]:
    """The addresses that answer with a page."""
    return [path for path in routes() if path not in NOT_PAGES]


def _never(_keeper: object) -> Any:
    raise NotImplementedError("only the routes are looked at")


def _all(found: Iterable[Any]) -> Iterator[Any]:
    """Routes with their whole addresses: FastAPI keeps those of an included router behind one entry."""
    for one in found:
        yield from one.effective_route_contexts() if hasattr(one, "effective_route_contexts") else (one,)


def route_of(path: str) -> str | None:
    """The route that serves `path`, or None."""
    bare = path.partition("?")[0]
    return next((name for name, pattern in routes().items() if pattern.match(bare)), None)


@dataclass
class Tour:
    """Where each page may be looked at, which addresses are files, and the links that lead nowhere."""

    seen: dict[str, list[Look]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def note(self, who: str, opened: Opened) -> None:
        """Remember what somebody found."""
        name = route_of(opened.path)
        if opened.status >= 400 and name not in EXAMPLES:
            self.broken.append(f"{who} {opened.path} {opened.status}")
        elif name is not None and not opened.is_page:
            self.files.add(name)
        elif name is not None and name not in EXAMPLES and all(look.who != who for look in self.seen.get(name, [])):
            self.seen.setdefault(name, []).append(Look(who, opened.path))


def tour_of(demo: Demo) -> Tour:
    """Follow one link of every kind from page to page, as each of the walkers, from the start and from the examples."""
    examples = {name: list(example(demo)) for name, example in EXAMPLES.items()}
    tour = Tour(dict(examples))
    for who in WALKERS:
        start = "/kiosk" if who.startswith(TABLET) else "/"
        waiting = [start, *(look.path for looks in examples.values() for look in looks if look.who == who)]
        met = {route_of(path) for path in waiting}
        while waiting:
            opened = demo.opened(who, waiting.pop(0))
            tour.note(who, opened)
            for link in dict.fromkeys(LINK.findall(opened.text)):
                kind = route_of(link) or link.partition("?")[0]
                if kind not in met and not link.startswith("/static/"):
                    met.add(kind)
                    waiting.append(link.replace("&amp;", "&"))
    return tour


def _confirm(demo: Demo) -> Sequence[Look]:
    visit = permitted(demo)
    return [Look(TABLET, f"/kiosk/in/{visit['id']}?code={visit['code']}")]


def _waits(demo: Demo) -> Sequence[Look]:
    arrived_one, waiting = arrived(demo)["id"], walked_in(demo)["id"]
    return [Look(TABLET, f"/kiosk/wait/{visit}") for visit in (arrived_one, waiting)]


def _continues(demo: Demo) -> Sequence[Look]:
    visit = walked_in(demo)
    decide = f"/api/visitor/v1/visits/{visit['id']}:decide"
    for who in (HOST, "D001"):
        seen = demo.get(who, f"/api/visitor/v1/visits/{visit['id']}")
        if "approve" in seen["can"]:
            demo.post(who, decide, {"decision": "approve"}, version=seen["version"])
    return [Look(TABLET, f"/kiosk/walkin/{visit['id']}")]


def _one_time_link(demo: Demo) -> Sequence[Look]:
    person = demo.get("A001", "/api/access/v1/people/E002")["id"]
    link = demo.post("A001", f"/api/gateway/v1/people/{person}/password-link")["link"]
    return [Look(NOBODY, link.removeprefix(demo.product.address)), Look(NOBODY, "/password/used-up")]


def _visits(demo: Demo) -> Sequence[Look]:
    """A visit waits for its manager; another stands at the desk with things to leave; a third is inside."""
    at_the_desk = arrived(demo, things=("usb_stick", "laptop"))["id"]
    inside = demo.get(GUARD, "/api/visitor/v1/visits?state=inside")["items"][0]["id"]
    mine = Look(HOST, f"/visits/{permitted(demo)['id']}")
    waiting = Look(MANAGER, f"/visits/{invited(demo, 'FLOOR')['id']}")
    return [waiting, mine, Look(GUARD, f"/visits/{at_the_desk}"), Look(GUARD, f"/visits/{inside}")]


def _passes(demo: Demo) -> Sequence[Look]:
    return [Look(HOST, f"/visits/{permitted(demo)['id']}/pass")]


def _party(demo: Demo) -> Sequence[Look]:
    """A party that waits for the manager, and its host."""
    address = f"/parties/{invited(demo, 'FLOOR', visitors=[{'name': '周敏'}, {'name': 'Marta Novak'}])['party_id']}"
    return [Look(MANAGER, address), Look(HOST, address)]


def _changes(demo: Demo) -> Sequence[Look]:
    return [Look(HOST, f"/visits/{invited(demo, 'FLOOR')['id']}/edit")]


def _invitations(demo: Demo) -> Sequence[Look]:
    return [Look(HOST, "/visits/new"), Look(HOST, f"/visits/new?repeat={permitted(demo, 'FLOOR')['id']}")]


def _erasures(demo: Demo) -> Sequence[Look]:
    """Somebody to erase, and somebody who was."""
    over = [invited(demo)["id"] for _ in range(2)]
    for visit_id in over:
        demo.post(HOST, f"/api/visitor/v1/visits/{visit_id}:withdraw")
    demo.post("A001", f"/api/visitor/v1/visits/{over[0]}:erase", {"reason": "本人申请删除"})
    return [Look("A001", f"/visits/{over[1]}/erase"), Look("A001", f"/visits/{over[0]}/erasure")]


def _holds(demo: Demo) -> Sequence[Look]:
    """Somebody to hold, and a hold."""
    visit_id = permitted(demo)["id"]
    asked = {"because": "dispute", "basis": "（2026）沪 01 民初 123 号", "review_on": _in_a_month()}
    made = demo.post("A001", f"/api/visitor/v1/visits/{visit_id}:hold", asked)
    return [Look("A001", f"/visits/{visit_id}/hold"), Look("A001", f"/holds/{made['id']}")]


def _in_a_month() -> str:
    return (clock.now() + timedelta(days=30)).date().isoformat()


EXAMPLES: Mapping[str, Example] = {
    "/api": lambda demo: [Look(NOBODY, "/api"), Look(HOST, "/api?part=visits")],
    "/kiosk/in/{visit_id}": _confirm,
    "/kiosk/photo/{visit_id}": lambda demo: [Look(TABLET, f"/kiosk/photo/{arrived(demo)['id']}")],
    "/kiosk/staff/in": lambda demo: [Look(TABLET, "/kiosk/staff/in")],
    "/kiosk/wait/{visit_id}": _waits,
    "/kiosk/walkin/{visit_id}": _continues,
    "/kiosk/help": lambda demo: [Look(TABLET, "/kiosk/help")],
    "/kiosk/pair": lambda demo: [Look(NOBODY, "/kiosk/pair")],
    "/password/{link}": _one_time_link,
    "/parties/{party_id}": _party,
    "/second-check": lambda demo: [Look(MANAGER, "/second-check?next=/me")],
    "/visits/new": _invitations,
    "/visits/exports": lambda demo: [Look("U001", "/visits/exports")],
    "/visits/{visit_id}": _visits,
    "/visits/{visit_id}/edit": _changes,
    "/visits/{visit_id}/erase": lambda demo: _erasures(demo)[:1],
    "/visits/{visit_id}/erasure": lambda demo: _erasures(demo)[1:],
    "/visits/{visit_id}/hold": lambda demo: _holds(demo)[:1],
    "/holds/{hold_id}": lambda demo: _holds(demo)[1:],
    "/visits/{visit_id}/copy": lambda demo: [Look("A001", f"/visits/{permitted(demo)['id']}/copy")],
    "/visits/{visit_id}/unmask": lambda demo: [Look("A001", f"/visits/{permitted(demo)['id']}/unmask")],
    "/visits/{visit_id}/history": lambda demo: [Look("U001", f"/visits/{permitted(demo)['id']}/history")],
    "/visits/{visit_id}/pass": _passes,
}
"""Pages that no link of the walk reaches, or that change with what they show."""
