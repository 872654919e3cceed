"""The message about users and keys: the number, its goal, and names, the gravest first; nothing that steers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
import pytest

from ishigaki.core.forecast import Course, Forecast
from ishigaki.core.notice import Message
from ishigaki.core.people_changes import What
from ishigaki.core.people_news import News, notice_of
from ishigaki.report.message import as_text, compose
from ishigaki.texts import Language
from tests.report.notices import NAMES, NOW, TOKYO
from tests.report.people_said import DAY, NEWS, change


def message(news: News, language: Language) -> Message:
    notice = notice_of(news, at=NOW)
    assert notice is not None
    kept = msgspec.convert(msgspec.to_builtins(notice), type(notice))  # as it lies in the outbox
    return compose(kept, language=language, zone=TOKYO, now=NOW, names=NAMES)


@dataclass(frozen=True)
class Way:
    forecast: Forecast
    en: str


@pytest.mark.parametrize(
    "way",
    [
        Way(
            Forecast(Course.TOO_EARLY),
            "The goal for 2026-11-23 is 274 or fewer: 13 too many. Next milestone: 250 or fewer by 2027-10-12.",
        ),
        Way(Forecast(Course.NOT_FALLING), "at this pace zero is not reached."),
        Way(Forecast(Course.FALLING, -9, date(2027, 9, 3)), "not reached before 2027-09"),
        Way(Forecast(Course.FALLING, -9, date(2027, 9, 3), date(2027, 9, 30)), "around 2027-09"),
        Way(Forecast(Course.REACHED), "no IAM user left"),
    ],
)
def test_the_way_to_zero_is_told_in_months_and_as_a_range(way: Way) -> None:
    found = message(msgspec.structs.replace(NEWS, forecast=way.forecast), "en")
    assert way.en in found.parts[0].text


def test_a_week_is_called_so_and_what_stays_is_said_to() -> None:
    week = msgspec.structs.replace(NEWS.changes, since=DAY - timedelta(days=7))
    found = message(msgspec.structs.replace(NEWS, changes=week, before=287), "en")
    assert found.title.startswith("IAM users: 287 (±0 since last week)")


def test_what_others_have_named_cannot_steer() -> None:
    evil = msgspec.structs.replace(NEWS.changes, changes=(change(What.USER_NEW, "a\n\x1b[31m\u202eb" * 90),))
    text = as_text(message(msgspec.structs.replace(NEWS, changes=evil), "ja"))
    assert "\x1b" not in text
    assert "\u202e" not in text
