"""The access service: its parts, and its app."""

from __future__ import annotations

from fastapi import FastAPI

from chassis.db import Database
from chassis.loops import Loops
from chassis.service import Connections, Parts, service_app
from chassis.setting_routes import settings_router
from chassis.settings import Settings
from services.access.base import BASE
from services.access.follows import FOLLOWS_GATEWAY, FOLLOWS_VISITOR
from services.access.people import actions as people
from services.access.people import api as people_api
from services.access.people import decisions
from services.access.people import store as people_store
from services.access.people.readiness import people_are_here, powers_are_apart, roles_are_held
from services.access.permitters import api as permitters_api
from services.access.permitters import store as permitters_store
from services.access.roster import api as roster_api
from services.access.roster import store as roster_store
from services.access.roster.readiness import a_week_is_covered
from services.access.settings import SETTINGS
from services.access.sites import actions as sites
from services.access.sites import api as sites_api
from services.access.sites import store as sites_store
from services.access.sites.readiness import floors_have_their_doors, sites_are_looked_at, this_year_is_known


def _add_loops(loops: Loops, db: Database) -> None:
    loops.every(1, "leavers", lambda: db.write(people.end_due))
    loops.every(1, "roles", lambda: db.write(decisions.end_over))
    loops.every(3600, "calendars", lambda: db.write(sites.take_over_calendars))


PARTS = Parts(
    name="access",
    title="Gatehouse access: people, sites, roster",
    base=BASE,
    routers=(
        people_api.router,
        sites_api.router,
        permitters_api.router,
        roster_api.router,
        settings_router("access", SETTINGS),
    ),
    states={
        "person": people_store.person_state,
        "department": people_store.department_state,
        "site": sites_store.site_state,
        "area": permitters_store.area_state,
        "door": sites_store.door_state,
        "duty": roster_store.duty_state,
    },
    readiness=(
        sites_are_looked_at,
        floors_have_their_doors,
        this_year_is_known,
        people_are_here,
        roles_are_held,
        powers_are_apart,
        a_week_is_covered,
    ),
    follows=(FOLLOWS_VISITOR, FOLLOWS_GATEWAY),
    add_loops=_add_loops,
)


def build(settings: Settings, connections: Connections) -> FastAPI:
    """The service's app for one deployment."""
    return service_app(PARTS, settings, connections)
