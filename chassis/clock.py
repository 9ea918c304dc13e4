"""The one place that reads the time. Every instant in Gatehouse is UTC and aware."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731
_ticking: Callable[[], float] = time.monotonic
CLOCKS_DIFFER_SECONDS = 5.0
"""What a clock may be put right by, or differ from another machine's, without counting as wrong."""


def now() -> datetime:
    """The present instant, UTC, aware, microseconds."""
    return _source()


def unix() -> int:
    """The present instant as whole seconds since 1970, as tokens use it (RFC 7519 NumericDate)."""
    return int(_source().timestamp())


def ticks() -> float:
    """Seconds that only ever go forward, whatever the clock is set to; they mean nothing outside this process."""
    return _ticking()


class SetBack:
    """Notices that the clock was set back while this process runs; good again once it has passed where it had been.

    Until then instants repeat themselves. Setting it ahead is noticed by nobody here: it passes for time that went by.
    """

    def __init__(self) -> None:
        self._at, self._ticks = now(), ticks()
        self._had_been: datetime | None = None

    def seconds(self) -> float:
        """How far the clock still lies behind where it had been; 0 while it is right."""
        at, counted = now(), ticks()
        expected = self._at + timedelta(seconds=counted - self._ticks)
        if self._had_been is None and (expected - at).total_seconds() > CLOCKS_DIFFER_SECONDS:
            self._had_been = expected
        if self._had_been is not None and at < self._had_been:
            return (self._had_been - at).total_seconds()
        self._at, self._ticks, self._had_been = at, counted, None
        return 0.0


@contextmanager
def reading(source: Callable[[], datetime], ticking: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Let a test say what time it is: within the block `now()` is `source()`, and `ticks()` is `ticking()`."""
    global _source, _ticking
    before, _source, _ticking = (_source, _ticking), source, ticking
    try:
        yield
    finally:
        _source, _ticking = before
