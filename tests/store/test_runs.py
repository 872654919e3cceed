"""The journal on disk: whole or not at all, torn anywhere, and plan files of other versions."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ishigaki.core.change import Note
from ishigaki.core.plan import SCHEMA, Left, Plan, sealed
from ishigaki.core.usage import UsageError
from ishigaki.store.runs import Entry, Runs, read_plan, told, write_plan

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PLAN = sealed(Plan(SCHEMA, "1", "plan", "s", NOW, NOW + timedelta(days=1), "us-east-1", "aws", {}, ()))


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """A store with one run of three entries, the last of them in Japanese."""
    runs = Runs(tmp_path)
    journal = runs.begin("run", PLAN)
    journal.write("run", NOW, permit={})
    journal.write("call", NOW, change="c", step="s")
    journal.write("answer", NOW, change="c", step="s", message="石垣のバケット")
    journal.close()
    return runs


def path(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "run.jsonl"


def test_a_journal_torn_at_any_byte_is_gone_on_with(runs: Runs, tmp_path: Path) -> None:
    whole = path(tmp_path).read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == 0x0A]
    for size in range(len(whole) + 1):
        path(tmp_path).write_bytes(whole[:size])
        kept = sum(end <= size for end in ends)
        journal = runs.resume("run")
        assert len(journal.entries) == kept
        journal.write("finish", NOW, outcomes={})
        journal.close()
        assert [e.kind for e in runs.entries("run")][-1] == "finish"


@pytest.mark.parametrize("wrote", [0, 1, 40])
def test_a_full_disk_leaves_no_torn_entry(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrote: int
) -> None:
    """What cannot be written whole is not there at all, and whoever wanted to make a call is told."""
    before = path(tmp_path).read_bytes()
    journal = runs.resume("run")
    real, left = os.write, [wrote]

    def full(file: int, data: Any) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = min(left[0], len(data))
        left[0] -= part
        return real(file, bytes(data)[:part])

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(UsageError) as refused:
            journal.write("call", NOW, change="c", step="t")
    assert refused.value.code == "journal_unwritable"
    assert path(tmp_path).read_bytes() == before
    journal.write("call", NOW, change="c", step="t")
    assert [e.step for e in runs.entries("run")][-1] == "t"


def test_a_write_in_parts_is_written_whole(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, real = runs.resume("run"), os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda file, data: real(file, bytes(data)[:7]))
        journal.write("call", NOW, change="c", step="t")
    assert [e.step for e in runs.entries("run")][-1] == "t"


def test_a_closed_journal_writes_into_no_other_file(runs: Runs, tmp_path: Path) -> None:
    journal = runs.resume("run")
    journal.close()
    other = (tmp_path / "other").open("wb")
    with pytest.raises(OSError, match="Bad file descriptor"):
        journal.write("call", NOW, change="c", step="t")
    other.close()
    assert (tmp_path / "other").read_bytes() == b""


def entry(n: int, kind: Any, step: str, **body: Any) -> Entry:
    return Entry(n, NOW, kind, "c", step, body)


def test_what_may_have_been_made_is_told_as_unknown() -> None:
    planned: dict[str, Any] = {
        "id": "c",
        "account": "111122223333",
        "place": "us-east-1",
        "subject": "x",
        "remediation": "y",
        "touches": [],
        "steps": [],
        "safety": "SAFE",
        "disruption": "none",
        "reversible": True,
    }
    entries = [
        entry(0, "begin", "", planned=planned),
        entry(1, "call", "lost"),
        entry(2, "answer", "lost", error="EndpointTimedOut", failure="unreachable", uncertain=True),
        entry(3, "call", "refused"),
        entry(4, "answer", "refused", error="AccessDenied", failure="denied_iam", uncertain=False),
        entry(5, "call", "made"),
        entry(6, "answer", "made", answer={"Id": "1"}),
    ]
    assert told(entries)["c"].answers == {"lost": None, "made": {"Id": "1"}}


def test_a_plan_of_another_version_says_so(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    newer = {"schema": SCHEMA + 1, "version": "9", "changes": "told in another way"}
    file.write_bytes(msgspec.json.encode(newer))
    with pytest.raises(UsageError) as refused:
        read_plan(file)
    assert refused.value.code == "plan_schema"


def test_a_plan_is_for_its_owner_alone_and_comes_back_as_it_was(tmp_path: Path) -> None:
    left = Left("111122223333", "us-east-1", "x", "石垣", Note("manual"))
    plan = sealed(msgspec.structs.replace(PLAN, left=(left,)))
    write_plan(tmp_path / "plan.json", plan)
    assert read_plan(tmp_path / "plan.json") == plan
    assert (tmp_path / "plan.json").stat().st_mode & 0o777 == 0o600
