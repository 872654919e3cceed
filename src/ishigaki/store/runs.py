"""Plan files, and the journal of every run: append-only, chained by hashes, on disk before anything is changed.

    runs/<run>.plan.json    the plan as it was approved
    runs/<run>.jsonl        what was done: each entry names the hash of the one before

The last line may be torn by a crash; anything else that does not fit makes the journal unusable, and says so.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import msgspec

from ishigaki.core.change import Note
from ishigaki.core.plan import SCHEMA, Plan, Planned, digest_of, to_json
from ishigaki.core.usage import UsageError
from ishigaki.store.folder import aside, private

Kind = Literal["run", "begin", "call", "answer", "end", "finish"]
STOP = "STOP"  # while a file of this name lies in the store, nothing is changed


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line. `run` opens a run or its resumption; `begin` holds the change as it was found to be right, `call` what
    is about to be sent, `answer` what AWS said (its secrets redacted by the writer), `end` how the change ended,
    `finish` that the run is over."""

    n: int
    at: datetime
    kind: Kind
    change: str = ""
    step: str = ""
    body: dict[str, Any] = {}
    prev: str = ""
    hash: str = ""


class _Head(msgspec.Struct, frozen=True):
    """What every version of a plan file says."""

    schema: int


def read_plan(path: Path) -> Plan:
    """A plan from its file. Raises `UsageError` for one that is not a plan, or not as it was written."""
    try:
        text = path.read_bytes()
        head = msgspec.json.decode(text, type=_Head)
        if head.schema != SCHEMA:
            raise UsageError("plan_schema", file=str(path), schema=head.schema, known=SCHEMA)
        plan = msgspec.json.decode(text, type=Plan)
    except OSError as no:
        raise UsageError("plan_unreadable", file=str(path), detail=str(no.strerror)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as broken:
        raise UsageError("plan_invalid", file=str(path), detail=str(broken)) from None
    if plan.digest != digest_of(plan):
        raise UsageError("plan_changed", file=str(path))
    return plan


def write_plan(path: Path, plan: Plan) -> None:
    with aside(path) as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(to_json(plan))


class Runs:
    """The runs that a store keeps."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs = folder / "runs"

    @property
    def stopped(self) -> bool:
        """Whether somebody has put a stop to all changes."""
        return (self._folder / STOP).exists()

    def ids(self) -> list[str]:
        """The runs, oldest first."""
        return sorted(p.stem for p in self._runs.glob("*.jsonl"))

    def find(self, run: str) -> str:
        """The id of a run by its beginning. Raises `UsageError`."""
        found = [r for r in self.ids() if r.startswith(run)]
        if run in found:
            return run
        if len(found) != 1:
            known = ", ".join(self.ids()[-5:])
            raise UsageError("unknown_run", run=run, known=known or "-")
        return found[0]

    def plan(self, run: str) -> Plan:
        return read_plan(self._runs / f"{run}.plan.json")

    def begin(self, run: str, plan: Plan) -> Journal:
        """A journal for a new run."""
        private(self._runs)
        write_plan(self._runs / f"{run}.plan.json", plan)
        return Journal(self._runs / f"{run}.jsonl", [])

    def resume(self, run: str) -> Journal:
        """The journal of a run that is to be gone on with; a torn last line is cut off."""
        entries, whole = self._read(run)
        path = self._runs / f"{run}.jsonl"
        os.truncate(path, whole)
        return Journal(path, entries)

    def entries(self, run: str) -> list[Entry]:
        """What a run did. Raises `UsageError` where the journal is not as it was written."""
        return self._read(run)[0]

    def _read(self, run: str) -> tuple[list[Entry], int]:
        path = self._runs / f"{run}.jsonl"
        entries: list[Entry] = []
        whole, last = 0, ""
        lines = path.read_bytes().split(b"\n")
        for number, line in enumerate(lines):
            if not line and number == len(lines) - 1:
                break
            entry = _entry(line)
            torn = number == len(lines) - 1  # the last line lacks its end
            if torn:
                break
            if entry is None or entry.prev != last or entry.hash != _hash(entry) or entry.n != number:
                raise UsageError("journal_broken", file=str(path), line=number + 1)
            entries.append(entry)
            last = entry.hash
            whole += len(line) + 1
        return entries, whole

    @contextmanager
    def only_one(self) -> Iterator[None]:
        """Two runs at once on one store would not see each other's changes. Raises `UsageError`."""
        private(self._runs)
        with (self._runs / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UsageError("run_in_progress") from None
            yield


class Journal:
    """Appends entries; each is on disk before `write` returns. Safe from many threads."""

    def __init__(self, path: Path, entries: list[Entry]) -> None:
        self.entries = entries
        self._lock = Lock()
        new = not path.exists()
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        if new:
            _sync_folder(path.parent)

    def write(self, kind: Kind, at: datetime, *, change: str = "", step: str = "", **body: Any) -> Entry:
        with self._lock:
            last = self.entries[-1] if self.entries else None
            entry = Entry(
                len(self.entries),
                at,
                kind,
                change,
                step,
                msgspec.to_builtins(body),
                last.hash if last else "",
            )
            entry = msgspec.structs.replace(entry, hash=_hash(entry))
            self._append(msgspec.json.encode(entry) + b"\n")
            self.entries.append(entry)
            return entry

    def _append(self, line: bytes) -> None:
        """Put a line on disk, whole or not at all: what was said to be written must be there after any crash.
        Raises `UsageError`."""
        whole = os.fstat(self._file).st_size
        try:
            left = memoryview(line)
            while left:
                left = left[os.write(self._file, left) :]
            os.fsync(self._file)
        except OSError as no:
            os.ftruncate(self._file, whole)
            raise UsageError("journal_unwritable", detail=str(no.strerror)) from None

    def close(self) -> None:
        with self._lock:
            os.close(self._file)
            self._file = -1  # the number may soon be another file's


def _entry(line: bytes) -> Entry | None:
    try:
        return msgspec.json.decode(line, type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _hash(entry: Entry) -> str:
    bare = msgspec.structs.replace(entry, hash="")
    return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Done(msgspec.Struct, frozen=True):
    """What a journal tells of one change: as it was begun, what each step was answered (None: it was sent, and
    nobody knows), how it ended, and what AWS said of the things afterwards."""

    change: Planned
    answers: dict[str, dict[str, Any] | None]
    outcome: str = ""
    why: Note | None = None
    after: tuple[dict[str, Any], ...] = ()


def told(entries: list[Entry]) -> dict[str, Done]:
    """What a journal tells, change by change, in the order they were begun."""
    found: dict[str, Done] = {}
    for entry in entries:
        if entry.kind == "begin":
            change = msgspec.convert(entry.body["planned"], Planned)
            found[entry.change] = Done(change, {})
        elif entry.kind in ("call", "answer") and entry.change in found:
            done = found[entry.change]
            answers = {
                **done.answers,
                entry.step: entry.body.get("answer") if entry.kind == "answer" else None,
            }
            if entry.body.get("error") and not entry.body.get("uncertain"):
                answers.pop(entry.step)
            found[entry.change] = msgspec.structs.replace(done, answers=answers)
        elif entry.kind == "end" and entry.change in found:
            found[entry.change] = msgspec.structs.replace(
                found[entry.change],
                outcome=str(entry.body.get("outcome", "")),
                why=msgspec.convert(entry.body.get("why"), Note | None),
                after=tuple(entry.body.get("after", ())),
            )
    return found
