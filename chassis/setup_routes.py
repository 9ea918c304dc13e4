"""`GET /api/<service>/v1/setup` of every service: what must stand before the company can work, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from chassis.actor import Actor
from chassis.db import Tx
from chassis.problems import Forbidden
from chassis.readiness import Task, stand
from chassis.roles import Role
from chassis.routes import Call, reads

SEES_SETUP = (Role.PLATFORM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR, Role.CENTRE_MANAGER)


class TaskShown(BaseModel):
    """One thing that must stand, how it stands, and the page on which it is seen to."""

    name: str
    title_zh: str
    title_en: str
    page: str
    needed: bool
    done: bool
    zh: str
    en: str


class Setup(BaseModel):
    """What a service needs."""

    service: str
    items: list[TaskShown]


def setup_router(service: str, readiness: Sequence[Task]) -> APIRouter:
    """The route of what a service needs."""
    router = APIRouter(prefix=f"/api/{service}/v1", tags=["setup"])

    def tasks(tx: Tx, actor: Actor) -> dict[str, Any]:
        if actor.is_person and not any(actor.has(role) for role in SEES_SETUP):
            raise Forbidden()
        return {"service": service, "items": stand(tx, readiness)}

    @router.get("/setup", summary="What is still to be set up", response_model=Setup)
    async def setup(call: Annotated[Call, reads("setup:read")]) -> Response:
        """What must stand before the company can work, and how it stands now; for administrators and auditors."""
        return await call.read(tasks)

    return router
