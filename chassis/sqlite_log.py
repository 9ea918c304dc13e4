"""The write-ahead log beside a SQLite file: what was deleted stays in it until it is cut."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing

WAITS_SECONDS = 2.0
log = logging.getLogger(__name__)


def cut_log(path: str) -> bool:
    """Copy the log into the file and cut it to nothing, on a connection of its own; False while somebody is in the way.

    Blocks for up to two seconds.
    """
    try:
        with closing(sqlite3.connect(path, timeout=WAITS_SECONDS)) as connection:
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        log.warning("the log could not be cut yet: %s", error)
        return False
    return not busy
