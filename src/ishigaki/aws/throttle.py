"""A token bucket per (account, Region, service) that slows down when AWS throttles and recovers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping

FASTEST = 200.0  # calls per second, before AWS has said anything; most services allow less or far more
SLOWEST = 0.5
RECOVERY = 1.05  # for each call that was not throttled
# Calls per second and burst, where AWS publishes a limit so low that its throttling is not to be waited for.
PUBLISHED: Mapping[tuple[str, str], tuple[float, float]] = {
    ("securityhub", "BatchImportFindings"): (10, 30),
    ("securityhub", "BatchUpdateFindings"): (10, 30),
    ("securityhub", "GetFindings"): (3, 6),
}


class Bucket:
    """Gives out turns at `rate` per second; a burst (by default of one second's worth) is free."""

    def __init__(
        self, clock: Callable[[], float], *, fastest: float = FASTEST, burst: float = FASTEST
    ) -> None:
        self._clock, self._fastest, self._burst = clock, fastest, burst
        self._lock = threading.Lock()
        self.rate = fastest
        self._tokens = burst
        self._filled = clock()

    def reserve(self) -> float:
        """Take a turn; the seconds to wait before it."""
        with self._lock:
            now = self._clock()
            most = self._burst * self.rate / self._fastest
            self._tokens = min(most, self._tokens + (now - self._filled) * self.rate)
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
        if self.rate < self._fastest:
            with self._lock:
                self.rate = min(self._fastest, self.rate * RECOVERY)


class Throttle:
    """The buckets, made as they are needed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[Hashable, Bucket] = {}

    def of(self, *, account: str, region: str, service: str, operation: str = "") -> Bucket:
        published = PUBLISHED.get((service, operation))
        key = (account, region, service, operation if published else "")
        bucket = self._buckets.get(key)
        if bucket is None:
            fastest, burst = published or (FASTEST, FASTEST)
            with self._lock:
                made = Bucket(self._clock, fastest=fastest, burst=burst)
                bucket = self._buckets.setdefault(key, made)
        return bucket
