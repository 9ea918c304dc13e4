"""The metadata of the gateway's own small database, and the tables every service has."""

from __future__ import annotations

from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import SQLModel

from chassis.service import base_tables
from chassis.tables import new_metadata


class GatewayTable(SQLModel):
    """Base of every table of the gateway."""

    metadata: ClassVar[sa.MetaData] = new_metadata()


BASE = base_tables(GatewayTable.metadata)
