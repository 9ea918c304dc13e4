"""Shapes of an unmasking."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.visitor.unmaskings import rules


class UnmaskingAsked(BaseModel):
    """Which values are read whole, no more than needed, and why."""

    model_config = ConfigDict(extra="forbid")
    fields: Annotated[list[rules.Field], Field(min_length=1, max_length=len(rules.Field))]
    reason: rules.Reason


class Unmasked(BaseModel):
    """The values that were asked for, null where none is kept. `id_last4` comes with `id_number`: usually it alone is
    kept. Each reading is a row of the audit trail."""

    visit_id: str
    at: datetime
    reason: rules.Reason
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    id_number: str | None = None
    id_last4: str | None = None


class Unmaskable(BaseModel):
    """The values that are kept of a visitor and that the caller may read whole now, after a second check."""

    fields: list[rules.Field]
