"""What is still to be set up: one task per thing, done by itself once it is true, each with the page to do it on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.routing import Match

from chassis.problems import NotFound
from chassis.readiness import stand
from chassis.settings import SERVICES
from chassis.setup_routes import SEES_SETUP
from gateway import readiness
from gateway.caller import Caller, Down, SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/setup")
async def show_setup(request: Request, caller: SignedIn) -> Response:
    """The tasks of every service and of the gateway, those still open first. Raises `NotFound` for other readers."""
    if not any(caller.principal.actor.has(role) for role in SEES_SETUP):
        raise NotFound()
    tasks, down = await tasks_of(request, caller)
    tasks = [{**task, "page": task["page"] if _is_served(request, task["page"]) else ""} for task in tasks]
    needed = [task for task in tasks if task["needed"]]
    values = {
        "needed": sorted(needed, key=lambda task: bool(task["done"])),
        "advised": sorted((task for task in tasks if not task["needed"]), key=lambda task: bool(task["done"])),
        "done": sum(1 for task in needed if task["done"]),
        "down": down,
    }
    page: Response = request.app.state.render.page(request, "setup/show.html", **values)
    return page


def _is_served(request: Request, path: str) -> bool:
    """Whether this deployment has the page: a task is never a link that leads nowhere."""
    asked = {"type": "http", "method": "GET", "path": path.partition("?")[0], "root_path": "", "headers": []}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)


async def tasks_of(request: Request, caller: Caller) -> tuple[list[dict[str, Any]], list[str]]:
    """Every task in the order of the services, and the services that did not answer."""
    found: list[dict[str, Any]] = []
    down: list[str] = []
    for service in ("access", *(name for name in SERVICES if name != "access")):
        try:
            found += (await caller.get(service, "/setup")).data["items"]
        except Down:
            down.append(service)
    own = readiness.tasks(request.app.state.settings)
    found += await request.app.state.db.read(stand, own)
    return found, down
