"""The one place that reads the time. Every instant in Gatehouse is UTC and aware."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def now() -> datetime:
    """The present instant, UTC, aware, microseconds."""
    return _source()


def unix() -> int:
    """The present instant as whole seconds since 1970, as tokens use it (RFC 7519 NumericDate)."""
    return int(_source().timestamp())


@contextmanager
def reading(source: Callable[[], datetime]) -> Iterator[None]:
    """Let a test say what time it is: within the block `now()` is `source()`."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
