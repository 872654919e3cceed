"""The estate's calendar: zone, holidays and closed days; and what is said where a part of it is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ishigaki.core.deadline import Calendar, due, parse_within
from ishigaki.core.estate import Estate, Settings
from ishigaki.core.usage import UsageError
from ishigaki.flows import calendar
from ishigaki.flows.calendar import calendar_of
from ishigaki.flows.estate import read
from ishigaki.texts import LANGUAGES, message

TOKYO = ZoneInfo("Asia/Tokyo")
CLOSED = tuple(date(2026, 12, day) for day in (29, 30, 31)) + tuple(date(2027, 1, day) for day in (1, 2, 3))
ACCOUNT = '[[accounts]]\nid = "111122223333"\n'


def test_days_are_those_of_utc_unless_somebody_says_otherwise() -> None:
    assert calendar_of(None) == Calendar()
    assert calendar_of(Estate(Settings(language="en"))) == Calendar(UTC)
    assert calendar_of(Estate(Settings(language="ja"))) == Calendar(TOKYO)
    assert calendar_of(Estate(Settings(language="ja", time_zone="Europe/Berlin"))).zone == ZoneInfo(
        "Europe/Berlin"
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 12, 25, 15, tzinfo=TOKYO), datetime(2027, 1, 7, 15, tzinfo=TOKYO)),
        (datetime(2027, 4, 28, 15, tzinfo=TOKYO), datetime(2027, 5, 11, 15, tzinfo=TOKYO)),
        (datetime(2026, 9, 18, 15, tzinfo=TOKYO), datetime(2026, 9, 30, 15, tzinfo=TOKYO)),  # five days off
    ],
)
def test_business_days_leave_out_the_holidays_of_japan(start: datetime, end: datetime) -> None:
    made = calendar_of(Estate(Settings(language="ja", holidays="JP", closed_days=CLOSED)))
    assert due(start, parse_within("5 business days"), made) == end


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    bavaria, germany = (calendar_of(Estate(Settings(holidays=name))) for name in ("DE-BY", "DE"))
    assert date(2027, 1, 6) in bavaria.holidays - germany.holidays


def test_without_the_extra_only_who_asks_for_holidays_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(calendar, "find_spec", lambda name: None)
    assert calendar_of(Estate(Settings(closed_days=CLOSED))).closed == frozenset(CLOSED)
    file = tmp_path / "estate.toml"
    file.write_text(f'[estate]\nholidays = "JP"\n{ACCOUNT}', encoding="utf-8")
    estate = read(file)
    assert calendar_of(estate, holidays=False) == Calendar()
    with pytest.raises(UsageError) as refused:
        calendar_of(estate)
    assert all(
        "ishigaki[keep]" in message(refused.value.code, lang, **refused.value.facts) for lang in LANGUAGES
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('time_zone = "Tokyo"', "estate_time_zone"),
        ('time_zone = "../etc/passwd"', "estate_time_zone"),
        ('time_zone = "Asia"', "estate_time_zone"),
        ('holidays = "Atlantis"', "estate_holidays"),
        ('holidays = "DE-XX"', "estate_holidays"),
        ('closed_days = ["new year"]', "estate_invalid"),
    ],
)
def test_a_zone_or_country_that_is_none_is_told_with_its_line(line: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "estate.toml"
    file.write_text(f'[estate]\nname = "x"\n{line}\n{ACCOUNT}', encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        read(file)
    assert (refused.value.code, refused.value.facts["line"]) == (code, 3)
    assert all(message(code, lang, **refused.value.facts) for lang in LANGUAGES)
