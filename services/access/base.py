"""The access service's metadata and the tables every service has."""

from __future__ import annotations

from typing import ClassVar

import sqlalchemy as sa

from chassis.service import base_tables
from chassis.tables import Declared, new_metadata


class AccessTable(Declared):
    """Base of every table of the access service."""

    metadata: ClassVar[sa.MetaData] = new_metadata()


BASE = base_tables(AccessTable.metadata)
