"""What the equipment service follows: people and places of the access service, into its own copy."""

from __future__ import annotations

from chassis.directory import follow_directory
from services.equipment.base import DIRECTORY

FOLLOWS = (follow_directory(DIRECTORY.tables),)
