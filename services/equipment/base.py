"""The equipment service's metadata, the tables every service has, and its copy of people and places."""

from __future__ import annotations

from typing import ClassVar

import sqlalchemy as sa

from chassis.directory import Directory
from chassis.directory_tables import directory_tables
from chassis.service import base_tables
from chassis.tables import Declared, new_metadata


class EquipmentTable(Declared):
    """Base of every table of the equipment service."""

    metadata: ClassVar[sa.MetaData] = new_metadata()


BASE = base_tables(EquipmentTable.metadata)
DIRECTORY = Directory(directory_tables(EquipmentTable.metadata), BASE.cursors)
