"""Instants that callers send: aware, and within the years this product can mean anything by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST, examples=["2026-11-24T09:00:00+08:00"])]
"""An instant with its zone. At the edges of the calendar a time cannot be turned into UTC: those are refused (422)."""
