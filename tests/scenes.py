"""The scene that most tests start from, played once in a test process and laid into as many databases as they need."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

from chassis.actor import Actor
from chassis.catching_up import catch_up
from chassis.db import Database
from chassis.service import Base
from gateway.identity.base import BASE as GATEWAY
from gateway.identity.follows import FOLLOWS as GATEWAY_FOLLOWS
from services.access.app import PARTS as ACCESS_PARTS
from services.access.base import BASE as ACCESS
from services.equipment.base import BASE as EQUIPMENT
from services.visitor.badges import actions as badges
from services.visitor.badges.rules import BadgeKind
from services.visitor.badges.schemas import BadgesAdded
from services.visitor.base import BASE as VISITOR
from services.visitor.follows import FOLLOWS_ACCESS
from tests.builders import Filling, filling_of, make_database
from tests.people import Ids
from tests.stage import set_stage

BASES = {"access": ACCESS, "visitor": VISITOR, "equipment": EQUIPMENT, "gateway": GATEWAY}


@dataclass(frozen=True, eq=False)
class Scene:
    """Ids of people and places, and what each database holds, by its name."""

    known: Ids
    fillings: Mapping[str, Filling]

    @property
    def ids(self) -> Ids:
        """The ids, for one test to add to."""
        return deepcopy(self.known)

    async def lay(self, urls: Callable[[Base, Filling | None], str]) -> dict[str, str]:
        """Make the databases of a product at addresses from `ready_urls`; the settings that name them."""
        named = {}
        for name, base in BASES.items():
            named[f"{name}_database_url"] = urls(base, self.fillings[name])
            db = make_database(named[f"{name}_database_url"], base, self.fillings[name])
            db.write_now(lambda tx, base=base: tx.change(base.cursors.update().values(checked_at=tx.now)))
            await db.close()
        return named


@cache
def head_office() -> Scene:
    """The head office with its cast and five badges of each kind, everything followed, nobody inside."""
    return played()


def played(stage: Callable[[Database], Ids] = set_stage) -> Scene:
    """The same, played anew: for a test that lets another hour stand, or sets another stage."""
    with tempfile.TemporaryDirectory() as folder:
        dbs = {name: make_database(f"sqlite:///{folder}/{name}.db", base) for name, base in BASES.items()}
        ids = stage(dbs["access"])
        catch_up(dbs["access"], ACCESS_PARTS.states, dbs["visitor"], VISITOR.cursors, FOLLOWS_ACCESS)
        catch_up(dbs["access"], ACCESS_PARTS.states, dbs["gateway"], GATEWAY.cursors, GATEWAY_FOLLOWS)
        for kind, prefix in ((BadgeKind.LOUNGE, "L"), (BadgeKind.FLOOR, "F")):
            asked = BadgesAdded(site_id=ids.site, prefix=prefix, first=1, last=5, kind=kind)
            dbs["visitor"].write_now(badges.add_badges, Actor.system("stage"), asked)
        fillings = {name: filling_of(db, BASES[name]) for name, db in dbs.items()}
        with ThreadPoolExecutor(1) as beside:  # a loop may run in this thread
            for db in dbs.values():
                beside.submit(asyncio.run, db.close()).result()
    return Scene(ids, fillings)
