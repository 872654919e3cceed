"""A token bucket per (account, Region, service) that slows down when AWS throttles and recovers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable

FASTEST = 200.0  # calls per second, before AWS has said anything; most services allow less or far more
SLOWEST = 0.5
RECOVERY = 1.05  # for each call that was not throttled


class Bucket:
    """Gives out turns at `rate` per second; a burst of one second's worth is free."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.rate = FASTEST
        self._tokens = FASTEST
        self._filled = clock()

    def reserve(self) -> float:
        """Take a turn; the seconds to wait before it."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self.rate, self._tokens + (now - self._filled) * self.rate)
            self._filled = now
            self._tokens -= 1
            return max(0.0, -self._tokens / self.rate)

    def throttled(self) -> None:
        """AWS said slow down: half the rate, and no burst left."""
        with self._lock:
            self.rate = max(SLOWEST, self.rate / 2)
            self._tokens = min(self._tokens, 0.0)

    def went_well(self) -> None:
        """A call was answered: recover a little."""
        if self.rate < FASTEST:
            with self._lock:
                self.rate = min(FASTEST, self.rate * RECOVERY)


class Throttle:
    """The buckets, made as they are needed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[Hashable, Bucket] = {}

    def of(self, *, account: str, region: str, service: str) -> Bucket:
        key = (account, region, service)
        bucket = self._buckets.get(key)
        if bucket is None:
            with self._lock:
                bucket = self._buckets.setdefault(key, Bucket(self._clock))
        return bucket
