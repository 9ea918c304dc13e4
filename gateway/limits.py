"""How often one client may call: token buckets in memory, a bounded number of them.

Guessing of passwords, codes and PINs has its own, stricter and durable, throttle (`identity/throttle.py`); this one
keeps a single client from using up what all share. Each process counts for itself.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from dataclasses import dataclass

MOST_BUCKETS = 20_000
LARGE = re.compile(r"/(photo|import|imports|Bulk|observations?)(?=/|$)")
"""Routes that take files: bodies up to 8 MiB, and fewer of them."""
SMALL_BODY = 256 * 1024
LARGE_BODY = 8 * 1024 * 1024
LARGE_PER_SECOND = 2.0
BURST_SECONDS = 5.0


def largest_body(path: str) -> int:
    """How many bytes of body the route at `path` may take."""
    return LARGE_BODY if LARGE.search(path) else SMALL_BODY


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Limits:
    """`per_second` calls in the mean for each client, five seconds' worth at once; 0 lets everything through."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._buckets: OrderedDict[tuple[str, bool], _Bucket] = OrderedDict()

    def wait(self, client: str, path: str) -> float:
        """Count one call of `client`; 0 when it may go on, else the seconds until it may come back."""
        if not self._per_second:
            return 0.0
        large = LARGE.search(path) is not None
        rate = LARGE_PER_SECOND if large else self._per_second
        now = time.monotonic()
        bucket = self._bucket((client, large), rate, now)
        bucket.left = min(rate * BURST_SECONDS, bucket.left + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.left < 1:
            return (1 - bucket.left) / rate
        bucket.left -= 1
        return 0.0

    def _bucket(self, key: tuple[str, bool], rate: float, now: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(rate * BURST_SECONDS, now)
            if len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket
