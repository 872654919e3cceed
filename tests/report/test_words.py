"""The documents' words: both languages, the same blanks, scores and times as they are always printed."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime

import pytest

from ishigaki.core.fault import Fault
from ishigaki.core.finding import Reason
from ishigaki.core.score import Score
from ishigaki.report.words import (
    fault_words,
    honest_words,
    moment,
    phrase,
    reason_words,
    score_words,
    time_words,
    words,
)
from tests.report.estate import AT

PHRASES = [(f"{section}.{key}", said) for section, keys in words().items() for key, said in keys.items()]


@pytest.mark.parametrize(("key", "said"), PHRASES, ids=[k for k, _ in PHRASES])
def test_every_phrase_is_said_in_both_languages_with_the_same_blanks(key: str, said: dict[str, str]) -> None:
    assert said.keys() == {"en", "ja"}
    blanks = {lang: {b for _, b, _, _ in string.Formatter().parse(text) if b} for lang, text in said.items()}
    assert blanks["en"] == blanks["ja"]
    assert not re.search(
        r"して下さい|既定|静止時|ホワイトリスト|ユーザ[^ー]|サーバ[^ー]|深刻度|検知項目", said["ja"]
    )


@pytest.mark.parametrize(
    ("score", "en", "ja"),
    [
        (Score(passed=162, failed=11), "162/173 = 94 %", "162/173 = 94 %"),
        (
            Score(passed=162, failed=5, unjudged=6),
            "162/173 = 94 % (94–97 %, 6 controls not judged yet)",
            "162/173 = 94 % (94–97 %、未判定のコントロール 6 件)",
        ),
        (
            Score(passed=1, unjudged=1),
            "1/2 = 50 % (50–100 %, 1 control not judged yet)",
            "1/2 = 50 % (50–100 %、未判定のコントロール 1 件)",
        ),
        (Score(no_data=4), "no data", "データなし"),
        (None, "no data", "データなし"),
    ],
)
def test_a_score_is_always_printed_with_its_quotient(score: Score | None, en: str, ja: str) -> None:
    assert score_words(score) == {"en": en, "ja": ja}


def test_the_honest_score_is_said_only_where_something_is_hidden() -> None:
    assert honest_words(Score(passed=3, failed=1)) is None
    hidden = honest_words(Score(passed=3, failed=1, hidden=1, hidden_passed=1))
    assert hidden == {"en": "honest score 2/4 = 50 %", "ja": "実質スコア 2/4 = 50 %"}


def test_every_time_names_its_zone_and_its_day() -> None:
    assert moment(AT) == {"en": "2026-11-24 (Tue) 18:00 JST", "ja": "2026-11-24 (火) 18:00 JST"}
    assert moment(datetime(2026, 11, 24, 9, tzinfo=UTC), AT.tzinfo)["en"] == "2026-11-24 (Tue) 18:00 JST"


@pytest.mark.parametrize(
    ("minutes", "en"),
    [(1, "about 1 minute"), (120, "about 120 minutes"), (121, "about 2.5 h"), (480, "about 8 h")],
)
def test_how_long_something_takes(minutes: int, en: str) -> None:
    assert time_words(minutes)["en"] == en


@pytest.mark.parametrize(
    ("code", "ja"),
    [
        ("AccessDenied", "権限不足のため未確認 (AccessDenied): s3:GetX"),
        (
            "ThrottlingException",
            "API の呼び出し制限 (スロットリング) のため未確認 (ThrottlingException): s3:GetX",
        ),
        ("UnknownValue", "このバージョンが対応していない値のため未確認: s3:GetX"),
        ("SomethingNew", "未確認 (SomethingNew): s3:GetX"),
    ],
)
def test_a_reason_says_what_was_not_seen_and_why(code: str, ja: str) -> None:
    assert reason_words(Reason(code, "s3:GetX"))["ja"] == ja


def test_a_fault_without_words_shows_its_code() -> None:
    assert fault_words("S3.8", Fault("brand_new"))["en"] == "brand_new"
    assert fault_words("S3.8", Fault("setting_off", {"older": 1}))["en"] == "setting_off"
    assert fault_words("Own.1", Fault("none_exists")) == phrase("fault.none_exists")
