"""The visitor service: its parts, and its app."""

from __future__ import annotations

from fastapi import FastAPI

from chassis.db import Database
from chassis.loops import Loops
from chassis.service import Connections, Parts, service_app
from chassis.setting_routes import settings_router
from chassis.settings import Settings
from services.visitor.alarms import actions as alarms
from services.visitor.alarms import api as alarms_api
from services.visitor.arrivals import actions as arrivals
from services.visitor.arrivals import api as arrivals_api
from services.visitor.arrivals import measures as arrivals_measures
from services.visitor.badges import actions as badges
from services.visitor.badges import api as badges_api
from services.visitor.badges.readiness import badges_are_in_store
from services.visitor.base import BASE, NOTICES
from services.visitor.belongings import api as belongings_api
from services.visitor.belongings import measures as belongings_measures
from services.visitor.consents import api as consents_api
from services.visitor.copies import api as copies_api
from services.visitor.custody import actions as custody
from services.visitor.custody import api as custody_api
from services.visitor.entries import actions as entries
from services.visitor.entries import api as entries_api
from services.visitor.entries import measures as entries_measures
from services.visitor.erasures import actions as erasures
from services.visitor.erasures import api as erasures_api
from services.visitor.erasures.again import ERASING
from services.visitor.escorts import actions as escorts
from services.visitor.escorts import api as escorts_api
from services.visitor.escorts import measures as escorts_measures
from services.visitor.escorts.readiness import guarded_areas_have_escorts
from services.visitor.follows import FOLLOWS_ACCESS
from services.visitor.history import api as history_api
from services.visitor.holds import api as holds_api
from services.visitor.lobby import api as lobby_api
from services.visitor.log import api as log_api
from services.visitor.log import measures as log_measures
from services.visitor.register import api as register_api
from services.visitor.settings import SETTINGS
from services.visitor.strangers import api as strangers_api
from services.visitor.strangers import measures as strangers_measures
from services.visitor.texts import api as texts_api
from services.visitor.unmaskings import api as unmaskings_api
from services.visitor.visits import actions as visits
from services.visitor.visits import api as visits_api
from services.visitor.visits import store as visits_store
from services.visitor.visits.readiness import every_step_has_somebody


def _add_loops(loops: Loops, db: Database) -> None:
    loops.every(10, "walk-ins", lambda: db.write(arrivals.climb_ladder))
    loops.every(20, "overstays", lambda: db.write(entries.find_overstays))
    loops.every(60, "exits", lambda: db.write(entries.assume_exits))
    loops.every(60, "past visits", lambda: db.write(visits.end_past))
    loops.every(5, "designations", lambda: db.write(escorts.end_lapsed))
    loops.every(20, "reminders", lambda: db.write(custody.remind))
    loops.every(15, "alarms", lambda: db.write(alarms.tell_later))
    loops.destroying(3600, "retention", lambda: db.write(erasures.forget_past))
    loops.every(3600, "scrub", lambda: db.scrub())
    loops.every(300, "badges", lambda: db.write(badges.find_missing))


PARTS = Parts(
    name="visitor",
    title="Gatehouse visitor: visits, escorts, badges, belongings, strangers",
    base=BASE,
    routers=(
        log_api.router,
        lobby_api.router,
        visits_api.router,
        visits_api.internal,
        history_api.router,
        arrivals_api.router,
        texts_api.router,
        consents_api.router,
        entries_api.router,
        escorts_api.router,
        custody_api.router,
        badges_api.router,
        belongings_api.router,
        erasures_api.router,
        holds_api.router,
        unmaskings_api.router,
        copies_api.router,
        register_api.router,
        strangers_api.router,
        alarms_api.router,
        settings_router("visitor", SETTINGS),
    ),
    states={"visit": visits_store.visit_state, "notice": NOTICES.state},
    measures=(
        arrivals_measures.visitors_are_told_the_rules,
        entries_measures.visitors_are_permitted,
        entries_measures.lounge_visits_stay_in_the_lounge,
        escorts_measures.visitors_are_escorted,
        strangers_measures.strangers_are_shown_out,
        belongings_measures.listed_media_stay_outside,
        log_measures.files_are_with_people_who_work_here,
    ),
    readiness=(every_step_has_somebody, guarded_areas_have_escorts, badges_are_in_store),
    follows=(FOLLOWS_ACCESS,),
    add_loops=_add_loops,
    erasing=ERASING,
)


def build(settings: Settings, connections: Connections) -> FastAPI:
    """The service's app for one deployment."""
    return service_app(PARTS, settings, connections)
