"""Shapes of the register of personal data."""

from __future__ import annotations

from pydantic import BaseModel


class Registered(BaseModel):
    """One field kept of a visitor, in both languages. `days` count from the end of the visit; null where `kept_zh` and
    `kept_en` say it otherwise. `columns` are where it lies, `sealed` whether encrypted under the visitor's own key."""

    field: str
    columns: list[str]
    sealed: bool
    days: int | None
    name_zh: str
    name_en: str
    purpose_zh: str
    purpose_en: str
    seen_by_zh: str
    seen_by_en: str
    kept_zh: str
    kept_en: str
    ground_zh: str
    ground_en: str


class Register(BaseModel):
    """Every field, in the order of the privacy notice."""

    items: list[Registered]
