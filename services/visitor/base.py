"""The visitor service's metadata, the tables every service has, and its copy of people and places."""

from __future__ import annotations

from typing import ClassVar

import sqlalchemy as sa

from chassis.directory import Directory
from chassis.directory_tables import directory_tables
from chassis.notices import Notices, notice_table
from chassis.service import base_tables
from chassis.tables import Declared, new_metadata


class VisitorTable(Declared):
    """Base of every table of the visitor service."""

    metadata: ClassVar[sa.MetaData] = new_metadata()


BASE = base_tables(VisitorTable.metadata)
DIRECTORY = Directory(directory_tables(VisitorTable.metadata), BASE.cursors)
NOTICES = Notices(notice_table(VisitorTable.metadata))
HAS_NOTE = sa.text("note <> ''")
"""Predicate of partial indexes: of all that was settled, the few with a note, which ends before the rest."""
