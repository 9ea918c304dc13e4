"""`gatehouse demo`: a 40-seat outbound call centre with a month of life, made by the product's own actions.

Every row is written by the action that writes it in earnest, at the clock of its own day, so that rules, journals and
figures are true. It never touches data that exist.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from chassis.settings import Settings
from cli.output import Wrong

FOLDER = Path("var/demo")
PASSWORD = "demo-gatehouse-2026"  # noqa: S105  printed for everybody: the demonstration's cast is fictitious


def make_demo() -> dict[str, Any]:
    """Fill the demonstration's folder unless it is filled; where it is and whom to sign in as."""
    os.environ["GATEHOUSE_DATA"] = str(FOLDER)
    os.environ.setdefault("GATEHOUSE_LOG", "off")
    settings = Settings(data=FOLDER)
    from cli.demo_acting import House
    from cli.demo_lobby import set_the_scene
    from cli.demo_people import CAST, set_stage
    from cli.demo_visits import live_a_month
    from cli.opening import opened
    from cli.serving import migrate_when_behind

    filled = (FOLDER / "filled").exists()
    if not filled:
        if any(FOLDER.glob("*.db")):
            raise Wrong(f"{FOLDER} is half filled: remove it and start again")
        migrate_when_behind(settings)
        with opened(settings, "access") as access, opened(settings, "visitor") as visitor:
            with opened(settings, "gateway") as gateway:
                ids = set_stage(access, visitor, gateway, PASSWORD)
            house = House(access, visitor, ids)
            live_a_month(house)
            set_the_scene(house)
        (FOLDER / "filled").write_text("1\n")
    cast = {person.employee_no: f"{person.name} {person.post}" for person in CAST}
    return {"data": str(FOLDER), "password": PASSWORD, **cast}
