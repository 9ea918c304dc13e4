"""How long a visitor's values are kept from the end of the visit, as the privacy notice tells it."""

from __future__ import annotations

from datetime import datetime

DAYS = {"id_number": 90, "photo": 90, "signature": 90, "contact": 180}
"""ID number or its last four, photo and signature; name, organisation, phone and e-mail."""
YEARS_OF_FACTS = 3
"""When somebody came and left, and who permitted it."""


def years_after(at: datetime, years: int) -> datetime:
    """The same day some years later, or earlier where they are negative; of 29 February the day before."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, day=28)
