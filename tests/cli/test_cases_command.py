"""`ishigaki cases` as it is typed: listed, shown, acted upon, in both languages, with names that mean harm, and mistakes."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from ishigaki.cli import cases as commands
from ishigaki.cli.language import CHOSEN
from ishigaki.core.case import Case, Event, Item, Standing, State
from ishigaki.core.finding import Severity
from ishigaki.core.intake import Read
from ishigaki.store import cases as kept
from ishigaki.store import intake
from ishigaki.store.database import engine
from ishigaki.store.transactions import reading, writing
from tests.cli.shell import ishigaki
from tests.flows.keeping import threat
from tests.report.golden import check

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHOP, ORDERS = "111111111111", "222222222222"
LONG = "受発注システム課 基幹システム刷新プロジェクト 運用保守チーム <order-system-renewal-operations@example.com>"
HARMFUL = "\x1b[31mevil\x1b[0m\u202e=SUM(1+1)\n[bold]sg[/bold]"
WHY = {
    "en": "A port that is open is found within hours.",
    "ja": "公開されたポートは数時間で見つかるためです。",
}


def case(id: str, kind: str, **facts: Any) -> Case:
    opened = NOW - 3 * DAY
    given: dict[str, Any] = {
        "owner": LONG, "environment": "production", "severity": Severity.HIGH, "urgent": False, "state": State.NEW,
        "opened": opened, "due": NOW + 4 * DAY, "clock": opened, "since": opened, "row": "default:essential", "why": WHY,
    }  # fmt: skip
    return Case(id=id, kind=kind, **{**given, **facts})


def item(case: Case, resource: str, **facts: object) -> Item:
    made = Item(
        account=SHOP,
        region="ap-northeast-1",
        resource=resource,
        kind=case.kind,
        source="ishigaki",
        resource_type="AwsEc2SecurityGroup",
        name="",
        category="essential",
        severity=case.severity,
        environment=case.environment,
        owner=case.owner,
        action="track",
        row=case.row,
        standing=Standing.OPEN,
        first_seen=case.opened,
        since=case.opened,
        case=case.id,
        opened=case.opened,
        due=case.due,
    )
    return replace(made, **facts)


GROUP = "arn:aws:ec2:ap-northeast-1:111111111111:security-group/sg-0123456789abcdef0"
URGENT = case(
    "aaaa2222",
    "EC2.19",
    severity=Severity.CRITICAL,
    urgent=True,
    due=NOW - 5 * HOUR,
    focus=GROUP,
    state=State.FIXING,
)
EXTENDED = case(
    "bbbb2222", "S3.8", extended=NOW + 9 * DAY, due=NOW + 9 * DAY, assignee="佐藤 <sato@example.com>"
)
UNOWNED = case("bbbb3333", "S3.5", owner="", environment="non-production", severity=Severity.MEDIUM)
UNKNOWN = case("cccc2222", "Quantum.1", severity=Severity.LOW, state=State.AWAITING_CONFIRMATION)
DETECTED = case("dddd2222", threat(at=NOW).kind, due=NOW + DAY, state=State.RELAPSED)
DONE = case("eeee2222", "IAM.9", state=State.DONE, closed=NOW - DAY)
EXCEPTED = case("ffff2222", "S3.1", state=State.EXCEPTED, closed=NOW - 2 * DAY)
CASES = (URGENT, EXTENDED, UNOWNED, UNKNOWN, DETECTED, DONE, EXCEPTED)
THREAT = threat(at=NOW - 2 * HOUR)


def items() -> Iterator[Item]:
    for kind in ("EC2.13", "EC2.18", "EC2.19"):
        yield item(URGENT, GROUP, name=HARMFUL, kind=kind)
    for number in range(60):
        fixed = Standing.FIXED if number == 3 else Standing.OPEN
        yield item(EXTENDED, f"arn:aws:s3:::b{number:02}", account=(SHOP, ORDERS)[number % 2], standing=fixed)
    yield item(UNOWNED, "arn:aws:s3:::c", account=ORDERS)
    yield item(UNKNOWN, "arn:aws:quantum:::x")
    yield item(DETECTED, THREAT.resource, source="guardduty", resource_type="AwsEc2Instance")
    yield item(DONE, "AWS::::Account:111111111111", standing=Standing.FIXED, resource_type="AWS::::Account")
    yield item(EXCEPTED, "arn:aws:s3:::d", standing=Standing.EXCEPTED)


def events() -> Iterator[Event]:
    """Everything that a history can say."""
    told: tuple[tuple[str, str, dict[str, object]], ...] = (
        (
            "ishigaki",
            "opened",
            {"row": "default:open_security_group", "within": "24 hours", "due": NOW.isoformat()},
        ),
        ("ishigaki", "joined", {"resource": GROUP, "account": SHOP}),
        ("ishigaki", "reminded", {"stage": "half", "number": 0}),
        ("佐藤", "acknowledged", {}),
        ("佐藤", "extended", {"until": (NOW + DAY).isoformat(), "note": f"リリース待ちのため {HARMFUL}"}),
        ("佐藤", "assigned", {"to": "田中"}),
        ("佐藤", "assigned", {"to": ""}),
        ("田中", "commented", {"note": "IPv6 に移行するまで待ってください。" * 6}),
        ("田中", "claimed_fixed", {"note": "closed it"}),
        ("ishigaki", "not_confirmed", {"count": 1}),
        ("ishigaki", "fixed", {"resource": GROUP, "account": SHOP, "how": "fixed"}),
        ("ishigaki", "done", {"items": 3}),
        ("ishigaki", "relapsed", {"resource": GROUP}),
        ("ishigaki", "reopened", {"due": NOW.isoformat()}),
        ("ishigaki", "escalated", {"to": "security"}),
        ("ishigaki", "moved", {"resource": "arn:aws:s3:::elsewhere", "to": "zzzz2222"}),
        ("ishigaki", "opened", {"within": "5 business days"}),
        ("佐藤", "fixing", {}),
    )
    for number, (who, what, facts) in enumerate(told):
        yield Event(URGENT.id, URGENT.opened + number * HOUR, who, what, facts)


ESTATE = f"""\
[estate]
language = "ja"
[[accounts]]
id = "{SHOP}"
name = "通販 \\u001b[31m本番"
environment = "production"
[[accounts]]
id = "{ORDERS}"
name = "orders"
environment = "dev"
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """A folder with an estate and a store that holds these cases."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(commands, "now", lambda: NOW)
    CHOSEN.set(None)
    (tmp_path / "estate.toml").write_text(ESTATE, encoding="utf-8")
    made = engine(tmp_path / ".ishigaki")
    with writing(made) as connection:
        kept.save(connection, cases=CASES, items=items(), events=events())
        intake.enter(connection, "message", Read((THREAT,)), NOW)
    yield made
    made.dispose()


def found(engine: sa.Engine, id: str) -> Case:
    with reading(engine) as connection:
        return kept.find(connection, id)


def said(engine: sa.Engine, id: str) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        return [(e.who, e.what) for e in kept.events(connection, case=id)]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("list", ["list", "--closed"]),
        ("show_urgent", ["show", "aaaa"]),
        ("show_detection", ["show", "dddd2222"]),
        ("show_closed", ["show", "eeee"]),
    ],
)
def test_it_reads_as_it_did(
    store: sa.Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    arguments: list[str],
    language: str,
    width: int,
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert ishigaki(monkeypatch, "cases", *arguments, "--lang", language) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    check(f"cases_{name}.{width}.{language}.txt", out)


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ([], ["aaaa2222", "dddd2222", "bbbb3333", "cccc2222", "bbbb2222"]),
        (["--overdue"], ["aaaa2222"]),
        (["--overdue", "--closed"], ["aaaa2222"]),
        (["--owner", "SATO@"], ["bbbb2222"]),
        (["--owner", "nobody"], []),
        (["--account", ORDERS], ["bbbb3333", "bbbb2222"]),
        (["--control", "ec2.13"], ["aaaa2222"]),
        (["--control", "IAM.9", "--closed"], ["eeee2222"]),
    ],
)
def test_what_is_asked_for_is_listed(
    store: sa.Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    ids: list[str],
) -> None:
    assert ishigaki(monkeypatch, "cases", "list", *arguments, "--format", "json") == 0
    listed = json.loads(capsys.readouterr().out)["cases"]
    assert [c["id"] for c in listed] == ids
    assert ishigaki(monkeypatch, "cases", "list", *arguments, "--lang", "en") == 0
    out = capsys.readouterr().out
    assert all(id in out for id in ids)
    assert ids or "No cases." in out


def test_json_is_whole(
    store: sa.Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "cases", "list", "--format", "json") == 0
    first = json.loads(capsys.readouterr().out)["cases"][0]
    assert (first["things"], first["accounts"], first["overdue"]) == (3, [SHOP], True)
    assert first["title_en"].startswith("EC2.19 ")
    assert ishigaki(monkeypatch, "cases", "show", "bbbb2222", "--format", "json") == 0
    whole = json.loads(capsys.readouterr().out)
    assert (whole["case"]["id"], len(whole["items"]), whole["events"]) == ("bbbb2222", 60, [])


def test_many_are_listed_in_part_unless_all_are_asked_for(
    store: sa.Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(store) as connection:
        kept.save(connection, cases=[case(f"zz{n:06}", "S3.2", due=NOW + 30 * DAY) for n in range(30)])
    assert ishigaki(monkeypatch, "cases", "list", "--lang", "en") == 0
    out = capsys.readouterr().out
    assert "and 15 more" in out
    assert "35 open cases, 1 overdue, 1 urgent" in out
    assert ishigaki(monkeypatch, "cases", "list", "--all", "--lang", "en") == 0
    assert "more" not in capsys.readouterr().out


def test_where_nothing_is_kept_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    CHOSEN.set(None)
    assert ishigaki(monkeypatch, "cases", "list", "--lang", "ja") == 0
    assert "該当する対応案件はありません" in capsys.readouterr().out
    assert ishigaki(monkeypatch, "cases", "show", "a", "--lang", "ja") == 2


def test_people_act_and_the_history_says_who(
    store: sa.Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    id = UNOWNED.id
    for arguments, told in (
        (["ack", id, "--by", "Sato"], "acknowledged"),
        (["ack", id, "--fixing", "--by", "Sato"], "fixing"),
        (["comment", id, "we need a week", "--by", "Sato"], "fixing"),
        (["assign", id, "Tanaka", "--by", "Sato"], "fixing"),
        (
            ["extend", id, "--until", "2026-12-10", "--reason", "release", "--by", "Sato"],
            "2026-12-10 (Thu) 23:59 JST",
        ),
        (["fixed", id[:5], "--note", "blocked it"], "awaiting confirmation"),
    ):
        assert ishigaki(monkeypatch, "cases", *arguments, "--lang", "en") == 0
        out = capsys.readouterr().out
        assert f"Case {id} (S3.5)" in out
        assert told in out
    after = found(store, id)
    assert (after.state, after.assignee) == (State.AWAITING_CONFIRMATION, "Tanaka")
    assert after.due == after.extended == datetime(2026, 12, 10, 14, 59, tzinfo=UTC)
    assert said(store, id) == [
        *((("Sato"), what) for what in ("acknowledged", "fixing", "commented", "assigned", "extended")),
        (getpass.getuser(), "claimed_fixed"),
    ]
    with reading(store) as connection:
        assert {i.due for i in kept.items(connection, cases=[id]).values()} == {after.due}
    assert ishigaki(monkeypatch, "cases", "assign", id, "", "--lang", "ja") == 0
    assert "是正確認待ち" in capsys.readouterr().out
    assert found(store, id).assignee == ""


@pytest.mark.parametrize("until", ["2026-12-10T18:00", "2026-12-10 18:00", "2026-12-10T09:00:00+00:00"])
def test_a_moment_is_in_the_estates_zone_unless_it_names_one(
    store: sa.Engine, monkeypatch: pytest.MonkeyPatch, until: str
) -> None:
    assert ishigaki(monkeypatch, "cases", "extend", UNOWNED.id, "--until", until, "--reason", "release") == 0
    assert found(store, UNOWNED.id).due == datetime(2026, 12, 10, 9, 0, tzinfo=UTC)


def test_closing_a_detection_settles_what_was_told_of_it(
    store: sa.Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def open_() -> int:
        with reading(store) as connection:
            return len(intake.detections(connection))

    assert open_() == 1
    assert ishigaki(monkeypatch, "cases", "comment", DETECTED.id, "looking") == 0
    assert open_() == 1
    arguments = ["close", DETECTED.id, "--reason", "our own scanner", "--by", "Sato", "--lang", "en"]
    assert ishigaki(monkeypatch, "cases", *arguments) == 0
    assert "done" in capsys.readouterr().out
    assert (open_(), found(store, DETECTED.id).state) == (0, State.DONE)
    with writing(store) as connection:
        intake.enter(connection, "again", Read((replace(THREAT, at=NOW + HOUR),)), NOW + HOUR)
    assert open_() == 1


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("arguments", "en", "ja"),
    [
        (["show", "x"], "ishigaki cases list", "ishigaki cases list"),
        (["show", "bbbb"], "Give more", "もう少し長く"),
        (["ack", DONE.id], "is closed (done)", "閉じています (完了)"),
        (["comment", EXTENDED.id, " "], "is empty", "コメントが空"),
        (["close", EXTENDED.id, "--reason", "x"], f"cases fixed {EXTENDED.id}", f"cases fixed {EXTENDED.id}"),
        (["close", DETECTED.id, "--reason", " "], "--reason", "--reason"),
        (["extend", UNOWNED.id, "--until", "soon", "--reason", "x"], "2026-12-24", "2026-12-24"),
        (["extend", UNOWNED.id, "--until", "2026-12-10", "--reason", " "], "--reason", "--reason"),
        (
            ["extend", UNOWNED.id, "--until", "2026-11-25", "--reason", "x"],
            "2026-11-28 (Sat) 10:00 JST",
            "2026-11-28 (土) 10:00 JST",
        ),
        (
            ["extend", UNOWNED.id, "--until", "2027-12-10", "--reason", "x"],
            "2027-02-24 (Wed) 10:00 JST",
            "2027-02-24 (水) 10:00 JST",
        ),
    ],
)
def test_a_mistake_is_told_with_its_remedy_and_nothing_is_changed(
    store: sa.Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    en: str,
    ja: str,
    language: str,
) -> None:
    assert ishigaki(monkeypatch, "cases", *arguments, "--lang", language) == 2
    told = capsys.readouterr()
    assert (en if language == "en" else ja) in told.err
    assert told.out == ""
    with reading(store) as connection:
        assert kept.cases(connection) == {c.id: c for c in CASES}


def test_who_has_no_name_is_asked_for_it(
    store: sa.Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert ishigaki(monkeypatch, "cases", "ack", UNOWNED.id, "--lang", "en") == 2
    assert "--by" in capsys.readouterr().err
    assert ishigaki(monkeypatch, "cases", "ack", UNOWNED.id, "--by", "Sato") == 0


def test_a_list_waits_for_no_writer(store: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(store):
        assert ishigaki(monkeypatch, "cases", "list") == 0
        assert ishigaki(monkeypatch, "cases", "show", "aaaa") == 0
        assert ishigaki(monkeypatch, "stats") == 0
