"""The calendar of the estate: its time zone, and the days on which nobody works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, tzinfo
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ishigaki.core.deadline import Calendar
from ishigaki.core.estate import Estate, Settings
from ishigaki.core.toml_ import line_of
from ishigaki.core.usage import UsageError

LIBRARY = "holidays"  # of the extra `keep`: imported only where a country is named
YEARS = range(2024, 2051)
ZONES = {"ja": "Asia/Tokyo"}  # by language, where the estate names none


def calendar_of(estate: Estate | None, *, holidays: bool = True) -> Calendar:
    """The estate's calendar; without an estate days are those of UTC and weekends alone are free. Without `holidays`
    it knows those of no country: enough for who counts no business days. Raises `UsageError` where they are needed
    and the extra `keep` is not installed."""
    settings = estate.estate if estate else Settings()
    name = settings.time_zone or ZONES.get(settings.language, "")
    zone: tzinfo = ZoneInfo(name) if name else UTC
    country = settings.holidays if holidays else ""
    if country and find_spec(LIBRARY) is None:
        raise UsageError("holidays_missing", country=country)
    days = _holidays(country) if country else frozenset()
    return Calendar(zone, days, frozenset(settings.closed_days))


@cache
def _holidays(country: str) -> frozenset[date]:
    """The public holidays of a country, or of a part of it. Raises NotImplementedError for what is not known."""
    of: Callable[..., dict[date, str]] = import_module(LIBRARY).country_holidays
    name, _, part = country.partition("-")
    return frozenset(of(name, subdiv=part or None, years=YEARS))


def check(estate: Estate, *, text: str, file: str) -> None:
    """Raises `UsageError` with the line where zone or country is none."""
    settings = estate.estate
    try:
        ZoneInfo(settings.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        line = line_of(text, "$.estate.time_zone")
        raise UsageError("estate_time_zone", file=file, line=line, zone=settings.time_zone) from None
    if not settings.holidays or find_spec(LIBRARY) is None:
        return
    try:
        _holidays(settings.holidays)
    except NotImplementedError:
        line = line_of(text, "$.estate.holidays")
        raise UsageError("estate_holidays", file=file, line=line, country=settings.holidays) from None
