"""What is read of a visitor service that has grown: every list, search, board and count, by who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import sqlalchemy as sa

from chassis import clock
from chassis.columns import instant_text
from chassis.db import Database, Tx
from chassis.paging import write_cursor
from services.visitor.base import BASE
from services.visitor.visits.store import VISITOR, V
from tests.bench.filling import Place

LOG = "/visits"
JOURNAL = "/journal"


@dataclass(frozen=True, slots=True)
class Read:
    """One call under the service's prefix; braces name what it is about."""

    name: str
    path: str
    who: str = "guard"


READS = (
    Read("log of a site", LOG),
    Read("log of every site", LOG, "leader"),
    Read("log of one's own visits", f"{LOG}?mine=true", "host"),
    Read("log and count of a site", f"{LOG}?count=true"),
    Read("log and count of every site", f"{LOG}?count=true", "leader"),
    Read("log, a page in the middle", f"{LOG}?cursor={{middle}}"),
    Read("log, closed", f"{LOG}?state=closed"),
    Read("log, inside", f"{LOG}?state=inside"),
    Read("log, two states", f"{LOG}?state=closed&state=no_show"),
    Read("log, a kind", f"{LOG}?kind=maintenance"),
    Read("log, a kind that nobody is", f"{LOG}?kind=tour"),
    Read("log, a host", f"{LOG}?host={{host_no}}"),
    Read("log, a host and a state", f"{LOG}?host={{host_no}}&state=closed"),
    Read("log, an area", f"{LOG}?area_id={{lounge}}"),
    Read("log, an area and a state", f"{LOG}?area_id={{lounge}}&state=closed"),
    Read("log, walk-ins", f"{LOG}?walk_in=true"),
    Read("log, overstays", f"{LOG}?overstay=true"),
    Read("log, a week", f"{LOG}?since={{last_week}}&until={{now}}&count=true"),
    Read("search, one letter", f"{LOG}?q=w"),
    Read("search, one letter, every site", f"{LOG}?q=w", "leader"),
    Read("search, a surname", f"{LOG}?q={{surname}}&count=true"),
    Read("search, a whole name", f"{LOG}?q={{name}}"),
    Read("search, initials and a state", f"{LOG}?q=wj&state=closed"),
    Read("search, a company", f"{LOG}?q={{company}}"),
    Read("search, nothing found", f"{LOG}?q=zzzz"),
    Read("inbox", f"{LOG}/waiting", "manager"),
    Read("files taken of the log", f"{LOG}/exports", "leader"),
    Read("one visit", f"{LOG}/{{visit}}"),
    Read("what was done to a visit", f"{LOG}/{{visit}}/history"),
    Read("belongings of a visit", f"{LOG}/{{visit}}/belongings"),
    Read("consents of a visit", f"{LOG}/{{visit}}/consents"),
    Read("lobby board", "/lobby?site_id={site}"),
    Read("desk", "/desk?site_id={site}"),
    Read("who is inside", "/presence?site_id={site}"),
    Read("escorts", "/escorts?site_id={site}"),
    Read("escorts, over", "/escorts?site_id={site}&over=true"),
    Read("escorts entitled", "/escorts/entitled?site_id={site}&kind=work&area={floor}&begin={now}&end={later}"),
    Read("in whose company", "/custody", "host"),
    Read("badges", "/badges?site_id={site}"),
    Read("badges of the day", "/badges/day?site_id={site}"),
    Read("counts of badges", "/badges/counts?site_id={site}"),
    Read("one badge", "/badges/{badge}?site_id={site}"),
    Read("belongings kept", "/belongings?site_id={site}"),
    Read("strangers", "/strangers?site_id={site}"),
    Read("strangers reported by oneself", "/strangers?site_id={site}", "host"),
    Read("alarms", "/alarms?site_id={site}"),
    Read("what goes within a week", "/retention", "security"),
    Read("visitors held", "/holds", "security"),
    Read("controls of a site", "/controls?site_id={site}"),
    Read("controls of every site", "/controls", "leader"),
    Read("set-up", "/setup", "security"),
    Read("audit trail", JOURNAL, "auditor"),
    Read("audit trail of a subject", f"{JOURNAL}?subject=visit:{{visit}}", "auditor"),
    Read("audit trail of a person", f"{JOURNAL}?actor=person:7", "auditor"),
    Read("audit trail of a fact", f"{JOURNAL}?fact=VisitApproved", "auditor"),
    Read("audit trail, further back", f"{JOURNAL}?before={{half}}", "auditor"),
)


def names_of(db: Database, place: Place, host_no: str) -> dict[str, str]:
    """What the braces of `READS` stand for in a service that `filling.fill` filled, at its first site."""
    return db.read_now(_names_of, place, host_no)


def _names_of(tx: Tx, place: Place, host_no: str) -> dict[str, str]:
    closed = sa.select(V.id, V.starts_at, VISITOR.c.name, VISITOR.c.company).join(VISITOR, VISITOR.c.id == V.visitor_id)
    closed = closed.where(V.site_id == place.site, V.state == "closed").order_by(V.starts_at.desc())
    latest = tx.rows(closed.limit(500))
    guest, middle = latest[0], latest[-1]
    ends = {"now": timedelta(), "later": timedelta(hours=2), "last_week": timedelta(days=-7)}
    texts = {"surname": guest.name[0], "name": guest.name, "company": guest.company, "host_no": host_no}
    return {
        "site": place.site, "lounge": place.lounge, "floor": place.floor, "visit": guest.id, "badge": "N003",
        "half": str((tx.scalar(sa.select(BASE.journal.head.c.size)) or 0) // 2),
        "middle": write_cursor(middle.starts_at, middle.id),
        **{name: quote(text) for name, text in texts.items()},
        **{name: quote(instant_text(clock.now() + away)) for name, away in ends.items()},
    }  # fmt: skip
