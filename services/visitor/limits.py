"""How far the rules of the door go at one site: the site's settings as rules see them, fixed for one action.

The defaults are here and nowhere else; `settings.py` says what each is for, why, and how far a site may change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """One site's settings, read once by an action (`settings.limits`) and passed to the rules."""

    early: timedelta = timedelta(minutes=30)
    late: timedelta = timedelta(minutes=60)
    longest_visit: timedelta = timedelta(hours=24)
    walk_in_stays: timedelta = timedelta(hours=4)
    overstay_after: timedelta = timedelta(minutes=60)
    assumed_after: timedelta = timedelta(hours=4)
    tell_deputy_after: timedelta = timedelta(minutes=2)
    tell_duty_manager_after: timedelta = timedelta(minutes=5)

    two_badges_within: timedelta = timedelta(seconds=60)
    oldest_copy: timedelta = timedelta(seconds=60)
    most_wrong_codes: int = 5
    wrong_codes_within: timedelta = timedelta(minutes=10)
    full_number_because: str = ""

    escort_most_open: int = 3
    longest_designation: timedelta = timedelta(days=366)
    remind_escort_before: timedelta = timedelta()

    privacy_version: str = "2026-11"
    rules_version: str = "2026-11"
    company: str = ""
    privacy_contact: str = ""
    signature_wanted: bool = False
    photo_wanted: bool = False
    phones_banned: bool = False

    alarm_later_after: timedelta = timedelta(minutes=5)

    @property
    def graces(self) -> dict[str, str]:
        """How early and late somebody may enter, in minutes, for the words of a refusal."""
        return {"early": figures(self.early), "late": figures(self.late)}


def figures(span: timedelta, unit: timedelta = timedelta(minutes=1)) -> str:
    """A span as a whole number of `unit`, for the words of a refusal."""
    return str(span // unit)
