"""A circuit per service: after failures in a row, calls fail at once for a moment instead of waiting each in turn."""

from __future__ import annotations

import time
from dataclasses import dataclass

FAILURES_TO_OPEN = 4
OPEN_SECONDS = 2.0


@dataclass(slots=True)
class Circuit:
    """Closed while calls succeed; open after `FAILURES_TO_OPEN` failures in a row; then one call tries."""

    failures: int = 0
    opened_at: float = 0.0
    trying: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the service counts as down."""
        return self.failures >= FAILURES_TO_OPEN

    def admits(self) -> bool:
        """Whether a call may go out now. Of many, one is let through when the pause is over, to try."""
        if not self.is_open:
            return True
        if self.trying or time.monotonic() - self.opened_at < OPEN_SECONDS:
            return False
        self.trying = True
        return True

    def succeeded(self) -> None:
        """A call was answered, whatever the answer."""
        self.failures, self.trying = 0, False

    def failed(self) -> None:
        """A call was not answered."""
        self.failures, self.trying = self.failures + 1, False
        self.opened_at = time.monotonic()

    def gave_up(self) -> None:
        """The caller went away before an answer: says nothing about the service."""
        self.trying = False
