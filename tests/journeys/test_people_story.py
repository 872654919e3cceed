"""The story of an estate's users on the emulator, as its commands are typed: a month of stock-takes on the way down, a
new user noticed and asked about, retired, missed, brought back and at last deleted; then all of it on a page."""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ishigaki.cli import carry, change, options, people, people_store, people_trend, reasons, retire, run
from ishigaki.cli.commands import program
from ishigaki.cli.language import CHOSEN
from ishigaki.core.usage import UsageError
from ishigaki.flows import apply as applying
from tests.journeys.test_people import HOME, MANAGEMENT, ROLE, World, founded
from tests.notify.services import SECRET, Receiver

pytest.importorskip("duckdb")
__all__ = ["founded"]  # a fixture
STAFF, STAYING, MONTH, DAY = 14, 5, 30, timedelta(days=1)
NEW = "trial-import"
ESTATE = f"""
[estate]
discover = "organizations"
home_region = "{HOME}"
regions = ["{HOME}"]
role = "{ROLE}"
write_role = "{ROLE}"
time_zone = "Asia/Tokyo"

[people]
goal = [{{ date = 2026-01-01, users = 60 }}, {{ date = 2030-01-01, users = 0 }}]
"""


@dataclass
class Office:
    """A desk at the organization at which the program is run, and a clock that goes on by a second at each look."""

    world: World
    out: Callable[[], str]
    hook: Receiver
    at: datetime

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def run(self, *words: str, code: int = 0) -> str:
        """What a command says that ends with this exit code."""
        ended = program.main([*words, "--lang", "en"], standalone_mode=False)
        said = self.out()
        assert ended == code, said
        return said

    def collect(self) -> str:
        """A stock-take of this day, by reports that were made at this moment."""
        for account in (MANAGEMENT, *self.world.members.values()):
            iam = self.world.client("iam", account)
            self.world.control("credential-report", body={"lifetime_seconds": 0})
            iam.generate_credential_report()
            report = iam.get_credential_report()["Content"].decode()
            kept = {"content": report, "made_at": self.at.isoformat(), "lifetime_seconds": 10**9}
            self.world.control("credential-report", body={"account": account, **kept})
        return self.run("people", "collect")

    @property
    def shop(self) -> str:
        return self.world.members["shop"]

    @property
    def iam(self) -> Any:
        return self.world.client("iam", self.shop)

    def key(self) -> str:
        """The state of the new user's key."""
        (found,) = self.iam.list_access_keys(UserName=NEW)["AccessKeyMetadata"]
        return str(found["Status"])

    def retire(self, *words: str, code: int = 0) -> str:
        return self.run("people", "retire", NEW, "--account", self.shop, *words, code=code)

    def step(self, *, days: int) -> None:
        """Wait, plan the step that is due, and carry it out by the command that is named next; the way back is told."""
        self.at += days * DAY
        planned = self.retire("-o", "plan.json", code=4)
        assert "Next: ishigaki apply plan.json --disruptive (" in planned
        done = self.run("apply", "plan.json", "--disruptive", "--yes")
        assert f"ishigaki people retire restore {NEW} --account {self.shop}" in done

    def told(self) -> list[str]:
        """What kinds of messages about users come in when all that is due is sent. Digests have their own days."""
        before = len(self.hook.received)
        self.run("run", "--once", "--no-scan")
        kinds = [json.loads(each.body)["kind"] for each in self.hook.received[before:]]
        return [kind for kind in kinds if kind in ("people", "opened", "closed", "retirement")]


@pytest.fixture
def office(
    founded: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Office]:
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        monkeypatch.delenv(name)
    here = {
        "AWS_ENDPOINT_URL": founded.url,
        "AWS_ACCESS_KEY_ID": MANAGEMENT,
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "COLUMNS": "120",
        "HOOK": SECRET,
    }
    for name, value in here.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    CHOSEN.set(None)
    handlers = {s: signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT)}
    with ExitStack() as stack:
        hook = stack.enter_context(Receiver())
        made = Office(founded, lambda: "".join(capsys.readouterr()), hook, datetime.now(UTC) - MONTH * DAY)
        for module in (carry, change, options, people, people_store, people_trend, reasons, retire, run):
            monkeypatch.setattr(module, "now", made.now)
        machine = partial(applying.Machine, clock=made.now, sleep=lambda _: None)
        monkeypatch.setattr(applying, "Machine", machine)
        (tmp_path / "estate.toml").write_text(ESTATE, encoding="utf-8")
        channel = f'name = "chat"\nchannel = "webhook"\nlanguage = "en"\nurl = "{hook.url}/hook"\nsecret = "env:HOOK"'
        (tmp_path / "notify.toml").write_text(f"[[destinations]]\n{channel}\n", encoding="utf-8")
        yield made
    for sign, handler in handlers.items():
        signal.signal(sign, handler)
    logging.getLogger().handlers.clear()


def hire(world: World, *names: str) -> None:
    """Programs with a key each, all of them old."""
    account = world.members["shop"]
    iam, keys = world.client("iam", account), {}
    long_ago = (datetime.now(UTC) - 500 * DAY).isoformat()
    for name in names:
        iam.create_user(UserName=name)
        keys[iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]] = {"created": long_ago}
    ages = {"users": {name: {"created": long_ago} for name in names}, "access_keys": keys}
    world.control("ages", body={"account": account, **ages})


def leave(world: World, name: str) -> None:
    iam = world.client("iam", world.members["shop"])
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=name)


def a_month(office: Office) -> None:
    """A stock-take every fourth day: at each somebody has left, and once somebody has come. The last of yesterday."""
    hire(office.world, *(f"batch-{n}" for n in range(STAFF)))
    for number in range(7):
        office.collect()
        leave(office.world, f"batch-{number}")
        if number == 4:
            hire(office.world, "batch-late")
        office.at += 4 * DAY
    office.at += DAY
    office.collect()


def test_users_on_their_way_to_zero(office: Office, tmp_path: Path) -> None:
    a_month(office)
    trend = office.run("people", "trend")
    assert "8 stock-takes" in trend
    assert "zero is reached" in trend

    # Whoever is left gets a reason: the entries that the program prints, filled in.
    entries = office.run("people", "reasons", "check", "--entries")
    filled = entries.replace('reason = ""', 'reason = "no role yet"').replace('owner = ""', 'owner = "ops"')
    (tmp_path / "people.toml").write_text(filled, encoding="utf-8")
    assert "0 users without" in office.run("people", "reasons", "check")
    assert office.told() == ["people"]
    assert "No cases." in office.run("cases", "list")

    # A new user: told as a message and in the terminal, asked about, and a case until that is settled.
    office.at += DAY
    hire(office.world, NEW)
    office.collect()
    assert office.told() == ["people", "opened"]
    changed = office.run("people", "changes")
    assert "(+1 since yesterday) · 1 new" in changed
    assert f"shop ({office.shop}): {NEW}" in changed
    assert "Who are the new users for" in changed
    assert NEW in office.run("people", "reasons", "check", code=1)
    assert "IAM users without a reason" in office.run("cases", "list")

    # Nobody wants it: retired as far as its key, missed, and brought back in one command.
    office.retire("--why", "the trial is over")
    office.retire("--warned", "ops@example.com")
    office.step(days=7)
    assert office.key() == "Inactive"
    back = office.run("people", "retire", "restore", NEW, "--account", office.shop, "--yes")
    assert "Take back: Deactivate the keys" in back
    assert office.key() == "Active"

    # Then to the end, and not a day before its time.
    assert "It goes to chat with the next `ishigaki run`" in office.retire(
        "--why", "the import has moved to a role"
    )
    assert office.told() == ["retirement"]
    assert "warned (chat)" in office.run("people", "retire", "status", NEW)
    office.step(days=7)
    office.at += 13 * DAY
    with pytest.raises(UsageError, match="retire_too_early"):
        office.retire("--step", "delete")
    office.step(days=1)
    with pytest.raises(office.iam.exceptions.NoSuchEntityException):
        office.iam.get_user(UserName=NEW)

    # The next stock-take tells of it, the case is done, and the page shows it all.
    office.collect()
    assert set(office.told()) == {"people", "closed"}
    assert "No cases." in office.run("cases", "list")
    assert "Done: the user is deleted" in office.run("people", "retire", "status")
    office.run("people", "report")
    page = (tmp_path / "people.html").read_text(encoding="utf-8")
    for part in ('class="plot"', 'class="forecast"', f"shop ({office.shop}): {NEW}", "10 stock-takes since"):
        assert part in page
