"""The one place that reads the time. Every instant in Gatehouse is UTC and aware."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731
_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A machine that slept has not had its clock set ahead: its sleep is counted, where the system can."""


def _since_boot() -> float:
    return time.clock_gettime(_BOOT)


_ticking: Callable[[], float] = _since_boot
CLOCKS_DIFFER_SECONDS = 5.0
"""What a clock may be put right by, or differ from another machine's, without counting as wrong."""
AHEAD_SECONDS = 300.0
"""What is destroyed by its age is kept for hours at least: so much too early does no harm."""
BELIEVED_AFTER = timedelta(days=1)
"""How long a clock that was set ahead has to go on like that, or a house to stand still, until it is believed."""


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

    Until then instants repeat themselves.
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


class SetAhead:
    """Notices that the clock shows more time than went by; good again once it is right, or was left so for a day.

    Nothing that cannot be undone is done by such a clock. `last` is an instant known to have been, such as that of the
    newest fact: a process that starts long after it cannot tell a standstill from a clock that was set ahead.
    """

    def __init__(self, last: datetime | None = None) -> None:
        self._at, self._ticks = now(), ticks()
        self._noticed: float | None = None
        if last is not None and self._at - last > BELIEVED_AFTER:
            self._at = last

    def seconds(self) -> float:
        """By how much the clock is ahead of what went by; 0 while it is right, and once it is believed."""
        at, counted = now(), ticks()
        ahead = (at - self._at).total_seconds() - (counted - self._ticks)
        if abs(ahead) > AHEAD_SECONDS:
            self._noticed = counted if self._noticed is None else self._noticed
            if counted - self._noticed < BELIEVED_AFTER.total_seconds():
                return max(0.0, ahead)
        self._at, self._ticks, self._noticed = at, counted, None
        return 0.0


@contextmanager
def reading(source: Callable[[], datetime], ticking: Callable[[], float] = _since_boot) -> Iterator[None]:
    """Let a test say what time it is: within the block `now()` is `source()`, and `ticks()` is `ticking()`."""
    global _source, _ticking
    before, _source, _ticking = (_source, _ticking), source, ticking
    try:
        yield
    finally:
        _source, _ticking = before
