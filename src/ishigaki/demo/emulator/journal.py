"""The requests the emulator has answered: counted and listed."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One request."""

    account: str
    region: str
    service: str
    operation: str
    status: int
    error: str | None


@dataclass
class Journal:
    """Append-only until cleared; appends are atomic, so threads need no lock."""

    entries: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Remember one request."""
        self.entries.append(entry)

    def listed(self) -> list[dict[str, Any]]:
        """The requests in the order they were answered."""
        return [asdict(entry) for entry in list(self.entries)]

    def counted(self) -> list[dict[str, Any]]:
        """How many requests per account, Region, service and operation."""
        counts = Counter((e.account, e.region, e.service, e.operation) for e in list(self.entries))
        names = ("account", "region", "service", "operation")
        return [{**dict(zip(names, key, strict=True)), "count": n} for key, n in sorted(counts.items())]
