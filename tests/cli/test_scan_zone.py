"""The times of a report are those of the people who read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ishigaki.cli.language import CHOSEN
from ishigaki.cli.scan import drawn
from ishigaki.core.estate import Estate, Settings
from ishigaki.flows.scan import Outcome
from ishigaki.store.snapshots import ScanHeader
from ishigaki.texts import Language

AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
NONE = Outcome(ScanHeader("20261122T233000Z-aaaaaa", AT, "1", ("fsbp",), (), "us-east-1", "aws", ()), {})


@pytest.mark.parametrize(
    ("language", "zone", "shown"),
    [
        ("en", "Asia/Tokyo", "2026-11-23T08:30:00+09:00"),
        ("ja", "", "2026-11-23T08:30:00+09:00"),
        ("ja", "Europe/Berlin", "2026-11-23T00:30:00+01:00"),
    ],
)
def test_a_report_is_in_the_estates_zone(tmp_path: Path, language: Language, zone: str, shown: str) -> None:
    token = CHOSEN.set(language)
    try:
        estate = Estate(estate=Settings(time_zone=zone))
        picture = drawn(NONE, {}, estate, (), None, form="json", store=tmp_path)
    finally:
        CHOSEN.reset(token)
    assert picture.at.isoformat() == shown
