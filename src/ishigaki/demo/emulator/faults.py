"""Faults on request: errors, throttling, 5xx, latency and dropped connections by plan."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any

KINDS = ("error", "denied", "throttle", "unavailable", "latency", "drop")

DENIED = {"ec2": "UnauthorizedOperation"}
DENIED_XML = "AccessDenied"
DENIED_JSON = "AccessDeniedException"
THROTTLED = {
    "ec2": ("RequestLimitExceeded", 503),
    "s3": ("SlowDown", 503),
    "lambda": ("TooManyRequestsException", 429),
    "apigateway": ("TooManyRequestsException", 429),
}
THROTTLED_XML = ("Throttling", 400)
THROTTLED_JSON = ("ThrottlingException", 400)


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, where, and for which of the matching calls (the first is 1)."""

    kind: str
    account: str = "*"
    region: str = "*"
    service: str = "*"
    operation: str = "*"
    first: int = 1
    times: int | None = None  # None: for ever
    code: str = ""
    message: str = "injected fault"
    status: int = 0
    milliseconds: int = 0

    def matches(self, *, account: str, region: str, service: str, operation: str) -> bool:
        """Whether a call is one of those this fault counts."""
        asked = (account, region, service, operation)
        patterns = (self.account, self.region, self.service, self.operation)
        return all(fnmatchcase(a, p) for a, p in zip(asked, patterns, strict=True))

    def strikes(self, nth: int) -> bool:
        """Whether the n-th matching call is hit."""
        return nth >= self.first and (self.times is None or nth < self.first + self.times)

    def error(self, *, service: str, xml: bool) -> tuple[str, int]:
        """The error code and HTTP status this fault answers with, in the service's own words."""
        code, status = self.code, self.status
        if self.kind == "denied":
            code = code or DENIED.get(service) or (DENIED_XML if xml else DENIED_JSON)
            return code, status or (403 if xml else 400)
        if self.kind == "throttle":
            usual = THROTTLED.get(service) or (THROTTLED_XML if xml else THROTTLED_JSON)
            return code or usual[0], status or usual[1]
        if self.kind == "unavailable":
            return code or "ServiceUnavailable", status or 503
        return code or "InternalFailure", status or 400


def fault_from(data: Mapping[str, Any]) -> Fault:
    """A fault from JSON; `ValueError` says what is wrong with it."""
    unknown = set(data) - {f.name for f in fields(Fault)}
    if unknown:
        raise ValueError(f"unknown member of a fault: {', '.join(sorted(unknown))}")
    if data.get("kind") not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    return Fault(**data)


@dataclass
class Plan:
    """The faults in force, with how often each was matched."""

    faults: list[Fault] = field(default_factory=list)
    _seen: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Put one more fault in force."""
        with self._lock:
            self.faults.append(fault)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self.faults.clear()
            self._seen.clear()

    def strike(self, *, account: str, region: str, service: str, operation: str) -> list[Fault]:
        """The faults that hit this call; every matching fault counts it."""
        if not self.faults:
            return []
        struck = []
        with self._lock:
            for index, fault in enumerate(self.faults):
                if fault.matches(account=account, region=region, service=service, operation=operation):
                    nth = self._seen[index] = self._seen.get(index, 0) + 1
                    if fault.strikes(nth):
                        struck.append(fault)
        return struck
