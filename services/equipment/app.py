"""The equipment service: its parts, and its app."""

from __future__ import annotations

from fastapi import FastAPI

from chassis.service import Connections, Parts, service_app
from chassis.settings import Settings
from services.equipment.base import BASE
from services.equipment.follows import FOLLOWS

PARTS = Parts(
    name="equipment",
    title="Gatehouse equipment: assets, checks, the floor",
    base=BASE,
    routers=(),
    states={},
    follows=FOLLOWS,
)


def build(settings: Settings, connections: Connections) -> FastAPI:
    """The service's app for one deployment."""
    return service_app(PARTS, settings, connections)
