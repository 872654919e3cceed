"""Members of an event by their path: what is missing, of another type or beyond all bounds is said, never guessed.

Everything here was written by others, some of it by attackers (names, user agents): texts come out without
control characters and no longer than they may be kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

LONGEST_ID, LONGEST_TEXT, MOST_ITEMS = 1024, 512, 20  # bytes, characters, items
FIRST, LAST = datetime(2006, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
MILLISECONDS = 10**11  # seconds would be in the year 5138
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d{1,2}")


class Unreadable(Exception):
    """Why an event cannot be taken: a reason of `SetAside` and what it is about."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


def at(data: Any, path: str) -> Any:
    """The value at a dotted path, of lists the first item; None where there is none."""
    for name in path.split("."):
        while isinstance(data, list):
            data = data[0] if data else None
        data = data.get(name) if isinstance(data, Mapping) else None
    return data


def members(data: Any, path: str) -> Mapping[str, Any]:
    """The object at a path. Raises `Unreadable`."""
    found = at(data, path)
    if not isinstance(found, Mapping):
        raise Unreadable("missing_member", path)
    return found


def items(data: Any, path: str) -> list[Any]:
    """The list at a path; empty where there is none."""
    found = at(data, path)
    return found if isinstance(found, list) else []


def objects(data: Any, path: str) -> list[Mapping[str, Any]]:
    """The objects listed at a path, at least one. Raises `Unreadable`."""
    listed = items(data, path)
    if not listed or not all(isinstance(each, Mapping) for each in listed):
        raise Unreadable("missing_member", path)
    return listed


def text(data: Any, *paths: str, longest: int = LONGEST_TEXT) -> str:
    """The first text (or number) at one of the paths, fit to be kept and shown; empty where there is none."""
    for path in paths:
        found = at(data, path)
        if isinstance(found, list):
            found = found[0] if found else None
        if isinstance(found, int | float) and not isinstance(found, bool):
            found = str(found)
        if isinstance(found, str) and found.strip():
            return shown(found, longest=longest)
    return ""


def shown(value: str, *, longest: int = LONGEST_TEXT) -> str:
    """A text without control characters (also those that turn the direction of writing), cut to its greatest length."""
    plain = "".join(c if c.isprintable() else " " for c in value[: longest + 1]).strip()
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def needed(data: Any, *paths: str) -> str:
    """The text at one of the paths, whole: an id is never cut. Raises `Unreadable`."""
    found = text(data, *paths, longest=LONGEST_ID + 1)
    if not found:
        raise Unreadable("missing_member", paths[0])
    if len(found.encode()) > LONGEST_ID:  # an index of PostgreSQL takes no more than 2,704 bytes
        raise Unreadable("bad_value", paths[0])
    return found


def account(data: Any, *paths: str) -> str:
    """The account id at one of the paths. Raises `Unreadable`."""
    found = needed(data, *paths)
    if not re.fullmatch(r"[0-9]{12}", found):
        raise Unreadable("wrong_account", shown(found, longest=64))
    return found


def region(data: Any, *paths: str) -> str:
    """The Region at one of the paths. Raises `Unreadable`."""
    found = needed(data, *paths)
    if not _REGION.fullmatch(found) or len(found) > 32:
        raise Unreadable("bad_value", paths[0])
    return found


def number(data: Any, path: str) -> float:
    """The number at a path. Raises `Unreadable`."""
    try:
        found = float(needed(data, path))
    except ValueError:
        raise Unreadable("bad_value", path) from None
    if not abs(found) < 1e15:  # nor nan
        raise Unreadable("bad_value", path)
    return found


def count(data: Any, *paths: str) -> int:
    """A count at one of the paths, one where it is not told."""
    found = text(data, *paths)
    return max(1, min(int(found), 10**9)) if re.fullmatch(r"[0-9]{1,12}", found) else 1


def true(data: Any, path: str) -> bool:
    """Whether there is a true value at a path, also in words."""
    found = at(data, path)
    return found is True or (isinstance(found, str) and found.lower() == "true")


def moment(data: Any, *paths: str) -> datetime:
    """The first moment at one of the paths. Raises `Unreadable`."""
    for path in paths:
        value = at(data, path)
        if value is not None and (found := when(value)) is not None:
            return found
    raise Unreadable("missing_member" if at(data, paths[0]) is None else "bad_value", paths[0])


def when(value: Any) -> datetime | None:
    """A moment in any of AWS's forms: ISO 8601 (to the nanosecond, with or without its zone), that of HTTP headers, or
    seconds or milliseconds since 1970. None where it is none, or of no year of AWS's."""
    try:
        if isinstance(value, str):
            found = parsedate_to_datetime(value) if value[:1].isalpha() else datetime.fromisoformat(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value / 1000 if value > MILLISECONDS else value, UTC)
        else:
            return None
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None
    return found if FIRST <= found < LAST else None


def facts(data: Any, wanted: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """What is told at these paths, by name: numbers and truth as they are, texts fit to be kept; nothing for what
    is not told."""
    found: dict[str, Any] = {}
    for name, paths in wanted.items():
        for path in paths:
            value = _fact(at(data, path))
            if value not in (None, "", []):
                found[name] = value
                break
    return found


def _fact(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < 1e15 else None
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, list):
        return [shown(v) for v in value[:MOST_ITEMS] if isinstance(v, str)]
    return None
