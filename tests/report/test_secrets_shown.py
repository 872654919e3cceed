"""Secrets in code as they are shown: goldens in both languages and widths, JSON, SARIF."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from rich.cells import cell_len

from ishigaki.core.incident import Fact
from ishigaki.core.keyforms import Rule
from ishigaki.core.leak import Register, Standing, Whose
from ishigaki.core.secret import SHALLOW, Allowed, Hit, Looked, Unread, sort
from ishigaki.report import secrets, secrets_sarif
from ishigaki.report.secrets import Findings
from ishigaki.texts import LANGUAGES, Language
from tests.report import golden

TOKYO = timezone(timedelta(hours=9), "JST")
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=TOKYO)
LIVE, DEAD = "AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"
OURS, OTHER = "111122223333", "999999999999"
ALLOWED = Allowed("A key of the emulator", "ci@example.com", date(2027, 1, 31), "c" * 20)
EXPIRED = Allowed("Replaced soon", "web@example.com", date(2026, 10, 31), "b" * 20)
HITS = (
    Hit(Rule.ACCESS_KEY, "app/settings.py", 12, 27, "a" * 20, LIVE, OURS),
    Hit(Rule.ACCESS_KEY, "deploy/prod.env", 2, 23, "a" * 20, LIVE, OURS),
    Hit(
        Rule.ACCESS_KEY_ID,
        "docs/手順.md",
        3,
        5,
        "b" * 20,
        DEAD,
        OTHER,
        commit="0123456789abcdef0123456789abcdef01234567",
        authored=datetime(2025, 3, 1, 9, 30, tzinfo=TOKYO),
    ),
    Hit(Rule.BEDROCK_API_KEY, "chat/.env", 1, 26, "d" * 20, account=OURS, user="BedrockAPIKey-abcd"),
    Hit(Rule.SECRET_ACCESS_KEY, "old.sh", 7, 31, "e" * 20),
    Hit("github-pat", "a folder/ci\x1b[31m.yml", 4, 10),
    Hit(Rule.SESSION_TOKEN, "tests/moto.py", 9, 14, "c" * 20),
)
FACTS = (
    Fact("user", "deploy"),
    Fact("key_status", "Active"),
    Fact("key_created", datetime(2024, 2, 1, tzinfo=UTC)),
    Fact("key_used", datetime(2026, 11, 21, 22, tzinfo=UTC)),
    Fact("key_service", "s3"),
    Fact("key_region", "ap-northeast-1"),
    Fact("administrator", ("AdministratorAccess",)),
    Fact("quarantine", unseen="AccessDenied"),
)
REGISTER = Register(
    {
        LIVE: Whose(Standing.OURS, OURS, "shop-prod", "shop@example.com", "deploy", FACTS),
        DEAD: Whose(Standing.NOT_OURS, OTHER),
        f"{OURS}/BedrockAPIKey-abcd": Whose(
            Standing.UNSEEN, OURS, "shop-prod", "shop@example.com", "BedrockAPIKey-abcd", why="AccessDenied"
        ),
    },
    "20261120T030000Z-abcdef",
    datetime(2026, 11, 20, 3, tzinfo=UTC),
)
UNREAD = (Unread("data/locked.csv", "Permission denied"), Unread(".", SHALLOW))


def findings(hits: tuple[Hit, ...] = HITS, *, history: bool = False, engine: bool = True) -> Findings:
    looked = Looked(hits, 1234, 5, UNREAD if hits else (), 2 if hits else 0)
    sorted_ = sort(hits, [ALLOWED, EXPIRED], today=NOW.date())
    return Findings(looked, sorted_, REGISTER, NOW, history=history, engine=engine)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_shown_as_it_was(language: Language, width: int) -> None:
    shown = secrets.render(findings(), language=language, width=width)
    golden.check(f"secrets.{language}.{width}.txt", shown)
    assert max(cell_len(line) for line in shown.splitlines()) <= width
    assert "\x1b" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_found_is_a_line(language: Language) -> None:
    for history in (False, True):
        shown = secrets.render(findings((), history=history), language=language, width=80)
        assert "1,234" in shown.splitlines()[0]
        assert len(shown.splitlines()) == 3  # the line, a blank, and the binaries
    assert "ishigaki[secrets]" in secrets.render(findings((), engine=False), language=language, width=80)


def test_the_json_is_as_it_was() -> None:
    golden.check("secrets.json", secrets.to_json(findings()))


def test_the_sarif_is_as_it_was() -> None:
    golden.check("secrets.sarif", secrets_sarif.render(findings()))


def test_the_sarif_keeps_the_standards_values_and_refers_to_its_rules() -> None:
    (run,) = json.loads(secrets_sarif.render(findings()))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in run["translations"][0]["rules"]] == [rule["id"] for rule in rules]
    assert len(run["results"]) == len(HITS)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert (result["kind"], result["level"]) == ("fail", "error")
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        assert place["artifactLocation"]["uri"].isascii()
        assert min(place["region"].values()) >= 1
    suppressed = [r for r in run["results"] if "suppressions" in r]
    assert [r["suppressions"][0]["justification"] for r in suppressed] == [ALLOWED.reason]
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert len(invocation["toolExecutionNotifications"]) == len(UNREAD)
