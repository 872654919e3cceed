"""`ishigaki run` as it is typed and as a process of its own: it ends when asked to, two at once tell nothing twice, and a
kill loses nothing. AWS is asked nothing."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ishigaki.cli import run as command
from ishigaki.core.estate import Estate
from ishigaki.flows import outside
from ishigaki.flows.tick import Step, decide
from ishigaki.store import outbox
from ishigaki.store.database import engine
from ishigaki.store.schema import OUTBOX
from tests.cli.shell import ishigaki
from tests.flows.keeping import SHOP, Company, bucket, destination, finding
from tests.notify.services import SECRET, Receiver

STORE = ".ishigaki"
START = "from ishigaki.cli.main import run; run()"
FINDINGS = tuple(finding(f"S3.{n}", bucket("a")) for n in (1, 2, 3, 5, 8))
NOTIFY = '[[destinations]]\nname = "{name}"\nchannel = "webhook"\nlanguage = "en"\nurl = "{url}"\nsecret = "env:HOOK"\n'
STEPS = ["people", "decide", "remind", "endings", "digest", "monthly", "send"]


@pytest.fixture(autouse=True)
def as_before(alone: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a run sets for its process is set back."""
    monkeypatch.setenv("HOOK", SECRET)
    handlers = {s: signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT)}
    yield
    for sign, handler in handlers.items():
        signal.signal(sign, handler)
    logging.getLogger().handlers.clear()
    logging.captureWarnings(False)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """A scan of this moment in the folder's store, of which nothing is decided yet."""
    made = engine(tmp_path / STORE)
    kept = Company(made, tmp_path / STORE, now=datetime.now(UTC), destinations=(destination("chat"),))
    kept.scan(*FINDINGS)
    yield kept
    made.dispose()


def tell(*receivers: Receiver) -> None:
    """The file of destinations: chat, then mail."""
    names = ("chat", "mail")[: len(receivers)]
    pairs = zip(names, receivers, strict=True)
    Path("notify.toml").write_text("\n".join(NOTIFY.format(name=n, url=f"{r.url}/hook") for n, r in pairs))


def lines(text: str) -> list[dict[str, Any]]:
    """What was logged: every line is an object, in the order of time, and holds no secret."""
    assert SECRET not in text
    found = [json.loads(line) for line in text.splitlines()]
    assert all({"at", "level", "event"} <= line.keys() for line in found)
    assert [line["at"] for line in found] == sorted(line["at"] for line in found)
    return found


def told(receiver: Receiver) -> list[str]:
    """The ids of the messages that a receiver was sent, in their order."""
    return [json.loads(request.body)["id"] for request in receiver.received]


def started(*arguments: str, url: str = "") -> subprocess.Popen[str]:
    """A real `ishigaki run`."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    if url:
        environment["ISHIGAKI_DATABASE"] = url
    whole = [sys.executable, "-c", START, "run", "--no-scan", *arguments]
    return subprocess.Popen(whole, stderr=subprocess.PIPE, env=environment, text=True)


def ended(program: subprocess.Popen[str]) -> tuple[int, list[dict[str, Any]]]:
    _, said = program.communicate(timeout=60)
    return program.returncode, lines(said)


def wait_for(happened: Callable[[], object]) -> None:
    for _ in range(1200):
        if happened():
            return
        time.sleep(0.05)
    raise TimeoutError


def states(database: sa.Engine) -> Counter[str]:
    with database.connect() as connection:
        return Counter(connection.execute(sa.select(OUTBOX.c.state)).scalars())


def test_a_tick_decides_tells_and_says_what_it_did(
    company: Company,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell(receiver)
    assert ishigaki(monkeypatch, "run", "--once", "--no-scan") == 0
    said = lines(capsys.readouterr().err)
    assert [line["event"] for line in said] == [*STEPS, "stopped"]
    assert {line["level"] for line in said} == {"info"}
    facts = {line["event"]: line.get("facts", {}) for line in said}
    assert facts["decide"]["opened"] == facts["send"]["sent"] == len(told(receiver)) == len(FINDINGS)
    assert ishigaki(monkeypatch, "run", "--once", "--no-scan") == 0
    assert len(told(receiver)) == len(FINDINGS)


def test_what_is_not_taken_is_said_with_its_reason(
    company: Company,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell(receiver)
    receiver.next(503, body=f"try later, {SECRET}")
    assert ishigaki(monkeypatch, "run", "--once", "--no-scan") == 0
    (sent,) = [line for line in lines(capsys.readouterr().err) if line["event"] == "send"]
    assert sent["level"] == "warning"
    assert (sent["facts"]["sent"], sent["facts"]["postponed"]) == (len(FINDINGS) - 1, 1)
    assert "503" in sent["facts"]["errors"]["chat"]


def test_without_destinations_everything_waits_and_it_is_said(
    company: Company,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    decide(company.keeper(), now=company.now)
    assert ishigaki(monkeypatch, "run", "--once", "--no-scan") == 0
    said = lines(capsys.readouterr().err)
    assert "notify init" in said[0]["facts"]["text"]
    (sent,) = [line for line in said if line["event"] == "send"]
    assert (sent["level"], sent["facts"]["waiting"], sent["facts"]["failed"]) == ("warning", len(FINDINGS), 0)
    tell(receiver)
    assert ishigaki(monkeypatch, "run", "--once", "--no-scan") == 0
    assert len(told(receiver)) == len(FINDINGS)


@pytest.mark.parametrize(
    ("language", "remedy"), [("en", "aws configure sso"), ("ja", "いずれかで認証情報を設定してください")]
)
def test_a_scan_that_cannot_be_made_is_said_and_the_rest_is_done(
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    remedy: str,
) -> None:
    tell(receiver)
    assert ishigaki(monkeypatch, "run", "--once", "--lang", language) == 3
    said = lines(capsys.readouterr().err)
    assert [line["event"] for line in said] == ["step_failed", *STEPS, "stopped"]
    assert (said[0]["level"], said[0]["facts"]["step"]) == ("error", "scan")
    assert remedy in said[0]["facts"]["error"]


@pytest.mark.parametrize("source", ["own", "securityhub", "both"])
def test_the_estate_says_by_whom_it_is_scanned(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], source: str
) -> None:
    def scanner(name: str) -> Callable[..., Step]:
        def made(_: object, estate: Estate, *__: object, **___: object) -> Step:
            assert estate.run.source == source
            return lambda: {"by": name}

        return made

    monkeypatch.setattr(outside, "scanning", scanner("own"))
    monkeypatch.setattr(outside, "scanning_hub", scanner("securityhub"))
    Path("estate.toml").write_text(f'[run]\nsource = "{source}"\n[[accounts]]\nid = "{SHOP}"\n')
    assert ishigaki(monkeypatch, "run", "--once") == 0
    by = [s["facts"]["by"] for s in lines(capsys.readouterr().err) if s["event"].startswith("scan")]
    assert by == (["own", "securityhub"] if source == "both" else [source])


@pytest.mark.parametrize(
    ("arguments", "files", "told"),
    [
        (["--every", "5"], {}, "10<=x<=86400"),
        (["--estate", "missing.toml"], {}, "ishigaki estate init"),
        (["--notify", "missing.toml"], {}, "ishigaki notify init"),
        (["--policy", "missing.toml"], {}, "policy"),
        (["--waivers", "missing.toml"], {}, "ishigaki waivers init"),
        ([], {"policy.toml": "[[rows]]\ndecision = 'ignore'\n"}, "policy.toml"),
        ([], {"notify.toml": "[[destinations]]\nname = 'x'\n"}, "notify.toml"),
        ([], {"waivers.toml": "[[waivers]]\n"}, "waivers.toml"),
    ],
)
def test_a_mistake_ends_it_before_anything_is_done(
    company: Company,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    files: dict[str, str],
    told: str,
) -> None:
    for name, text in files.items():
        Path(name).write_text(text)
    assert ishigaki(monkeypatch, "run", "--once", "--no-scan", *arguments) == 2
    assert told in capsys.readouterr().err
    assert company.cases() == []


def test_a_file_that_becomes_wrong_leaves_what_was_right_in_force(
    company: Company,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell(receiver)
    right = Path("notify.toml").read_text()
    edits: Iterator[Callable[[], object]] = iter(
        [lambda: Path("notify.toml").write_text("oops"), lambda: Path("notify.toml").write_text(right)]
    )

    def wait(_: command.Stop, seconds: float) -> bool:
        assert seconds == 10
        edit = next(edits, None)
        if edit:
            edit()
        return edit is None

    monkeypatch.setattr(command.Stop, "wait", wait)
    assert ishigaki(monkeypatch, "run", "--no-scan", "--every", "10") == 0
    said = lines(capsys.readouterr().err)
    assert [s["event"] for s in said] == [*STEPS, "settings_wrong", *STEPS, *STEPS, "stopped"]
    (wrong,) = [s for s in said if s["event"] == "settings_wrong"]
    assert wrong["level"] == "error"
    assert "notify.toml" in wrong["facts"]["error"]


def test_a_scan_is_interrupted_and_nothing_more_is_begun(
    company: Company, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def endless(*_: object, **__: object) -> Step:
        def scan() -> dict[str, object]:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
            raise AssertionError("it went on")

        return scan

    monkeypatch.setattr(outside, "scanning", endless)
    company.now -= timedelta(days=3)
    (company.store / "scans" / next((company.store / "scans").iterdir()).name).unlink()  # none was made yet
    assert ishigaki(monkeypatch, "run", "--every", "10") == 0
    assert [s["event"] for s in lines(capsys.readouterr().err)] == ["no_destinations", "stopped"]


def test_asked_to_end_it_ends_after_the_message_at_hand_and_the_next_goes_on(
    company: Company, receiver: Receiver
) -> None:
    tell(receiver)
    receiver.next(delay=1.5)
    program = started("--every", "10")
    wait_for(lambda: receiver.received)
    program.send_signal(signal.SIGTERM)
    code, said = ended(program)
    assert (code, said[-1]["event"]) == (0, "stopped")
    assert (len(told(receiver)), states(company.engine)) == (1, {"sent": 1, "waiting": len(FINDINGS) - 1})
    assert ended(started("--once"))[0] == 0
    assert len(told(receiver)) == len(set(told(receiver))) == len(FINDINGS)


def test_waiting_it_ends_at_once(company: Company, receiver: Receiver) -> None:
    tell(receiver)
    program = started("--every", "86400")
    assert program.stderr is not None
    said = [program.stderr.readline() for _ in STEPS]
    program.send_signal(signal.SIGINT)
    code, rest = ended(program)
    assert ([json.loads(line)["event"] for line in said], code) == (STEPS, 0)
    assert [line["event"] for line in rest] == ["stopped"]


def at_once(programs: Sequence[subprocess.Popen[str]]) -> list[list[dict[str, Any]]]:
    done = [ended(program) for program in programs]
    assert [code for code, _ in done] == [0] * len(programs)
    return [said for _, said in done]


@pytest.mark.parametrize("place", ["sqlite", "postgresql"], indirect=True)
def test_two_at_once_tell_everything_once(place: Path | str, company: Company, receiver: Receiver) -> None:
    with Receiver() as other:
        tell(receiver, other)
        url = place if isinstance(place, str) else ""
        both = at_once([started("--once", url=url), started("--once", url=url)])
        sent = sum(line["facts"]["sent"] for said in both for line in said if line["event"] == "send")
        for each in (receiver, other):
            assert len(told(each)) == len(set(told(each))) == len(FINDINGS)
        assert sent == 2 * len(FINDINGS)


@pytest.mark.parametrize("place", ["sqlite", "postgresql"], indirect=True)
def test_killed_between_claim_and_mark_at_worst_one_comes_twice(
    place: Path | str, company: Company, receiver: Receiver
) -> None:
    tell(receiver)
    url = place if isinstance(place, str) else ""
    receiver.next()
    receiver.next(delay=3)
    program = started("--once", url=url)
    wait_for(lambda: len(receiver.received) == 2)  # the second was taken, and not marked yet
    program.kill()
    program.communicate()
    database = engine(place) if url else company.engine
    assert states(database)["sending"] == 1
    with database.begin() as connection:  # its claim has ended
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(sa.update(OUTBOX).where(OUTBOX.c.state == "sending").values(claimed_until=past))
    assert ended(started("--once", url=url))[0] == 0
    twice = Counter(told(receiver))
    assert len(twice) == len(FINDINGS)
    assert sorted(twice.values()) == [1] * (len(FINDINGS) - 1) + [2]
    assert outbox.waiting(database) == ()
    if url:
        database.dispose()
