"""Snapshots: what AWS said, verbatim, one gzip'd file of JSON lines per (account, Region).

    snapshots/date=2026-11-22/account=111122223333/region=eu-west-1/<scan>.jsonl.gz

A row is one page of an answer, or an error: scan, type, call, region, params, page, at, error, message, body (a
JSON string). DuckDB and Athena read the layout as it is. Beside them `scans/<scan>.json` says what was asked.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from ishigaki.core.answer import Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.concern import Source
from ishigaki.core.usage import UsageError
from ishigaki.store.folder import aside

Key = tuple[str, str, str, str]


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    scan: str
    type: str
    call: str
    region: str
    params: str
    page: int
    at: str
    error: str = ""
    message: str = ""
    body: str = ""


class Entered(msgspec.Struct, frozen=True):
    """An account as a scan met it. `trouble` is why it could not be entered; `gaps` are told Region by Region."""

    id: str
    name: str
    environment: str
    owner: str
    regions: tuple[str, ...] = ()
    trouble: str = ""
    message: str = ""
    not_enabled: tuple[str, ...] = ()


class HubLook(msgspec.Struct, frozen=True):
    """How Security Hub was asked: as which account, in which Regions; the Regions that it could not show, and the
    accounts that it showed in part, with AWS's code; and how many findings were set aside or left out, by why."""

    account: str
    asked: tuple[str, ...] = ()
    unseen: dict[str, str] = {}
    partly: dict[str, str] = {}
    aside: dict[str, int] = {}
    left: dict[str, int] = {}


class ScanHeader(msgspec.Struct, frozen=True):
    """What was asked in a scan, and of whom."""

    id: str
    at: datetime
    version: str
    standards: tuple[str, ...]
    controls: tuple[str, ...]
    home: str
    partition: str
    accounts: tuple[Entered, ...]
    calls: int = 0
    throttles: int = 0
    wall_s: float = 0.0
    interrupted: bool = False
    parameters: dict[str, dict[str, Any]] = {}  # of controls, as the estate set them
    missing: dict[str, tuple[str, ...]] = {}  # controls that a Region does not offer
    source: str = (
        Source.ISHIGAKI
    )  # who judged: Security Hub's scans hold findings, and nothing of what AWS said
    hub: HubLook | None = None


class Snapshots:
    """Writes and reads snapshots below a folder."""

    def __init__(self, folder: Path, types: Mapping[tuple[str, str], str] | None = None) -> None:
        self._folder, self._types = folder, types or {}

    def write(self, scan: str, at: datetime, place: Place, answers: Iterable[tuple[Call, Answer]]) -> None:
        """Keep the answers of one place."""
        encode = msgspec.json.Encoder().encode
        with (
            aside(self._path(scan, at, place)) as out,
            gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as packed,
        ):
            for call, answer in answers:
                for row in self._rows(scan, call, answer):
                    packed.write(encode(row) + b"\n")

    def _rows(self, scan: str, call: Call, answer: Answer) -> Iterator[Row]:
        kind = self._types.get((call.service, call.operation), "")
        name, params = f"{call.service}:{call.operation}", call.key[3]
        for number, page in enumerate(answer.pages):
            body = msgspec.json.encode(page).decode()
            yield Row(scan, kind, name, call.region, params, number, answer.at, body=body)
        if answer.error or not answer.pages:
            yield Row(
                scan,
                kind,
                name,
                call.region,
                params,
                len(answer.pages),
                answer.at,
                answer.error,
                answer.message,
            )

    def read(self, scan: str, at: datetime, place: Place) -> dict[Key, Answer] | None:
        """The answers of one place by the key of their call; None where the place was not reached."""
        path = self._path(scan, at, place)
        if not path.exists():
            return None
        rows: dict[Key, list[Row]] = {}
        decoder = msgspec.json.Decoder(Row)
        with gzip.open(path) as lines:
            for line in lines:
                row = decoder.decode(line)
                service, _, operation = row.call.partition(":")
                rows.setdefault((service, operation, row.region, row.params), []).append(row)
        return {key: _answer(found) for key, found in rows.items()}

    def _path(self, scan: str, at: datetime, place: Place) -> Path:
        day = self._folder / "snapshots" / f"date={at:%Y-%m-%d}"
        return day / f"account={place.account}" / f"region={place.region}" / f"{scan}.jsonl.gz"

    def write_header(self, header: ScanHeader) -> None:
        with aside(self._folder / "scans" / f"{header.id}.json") as out:
            out.write(msgspec.json.format(msgspec.json.encode(header), indent=1))

    @property
    def folder(self) -> Path:
        return self._folder

    def newest(self, source: str) -> ScanHeader | None:
        """The header of the newest scan of a source; None where there is none."""
        return next((h for s in reversed(self.scans()) if (h := self.header(s)).source == source), None)

    def own(self, scan: str = "") -> ScanHeader:
        """The header of a scan of ours, by default the newest, for what needs the configuration that it holds. Raises
        `UsageError`."""
        found = self.header(scan) if scan else self.newest(Source.ISHIGAKI) or self.header()
        if found.source != Source.ISHIGAKI:
            raise UsageError("scan_without_configuration", scan=found.id)
        return found

    def header(self, scan: str = "") -> ScanHeader:
        """The header of a scan, by its id or the start of it; the newest by default. Raises `UsageError`."""
        found = [p for p in self.scans() if p.startswith(scan)]
        if not found and not scan:
            raise UsageError("no_scan_yet")
        if not found or (scan and len(found) > 1 and scan not in found):
            known = ", ".join(self.scans()[-5:])
            raise UsageError("unknown_scan", scan=scan, known=known or "-")
        name = scan if scan in found else found[-1]
        text = (self._folder / "scans" / f"{name}.json").read_bytes()
        return msgspec.json.decode(text, type=ScanHeader)

    def scans(self) -> list[str]:
        """The ids of the scans that are kept, oldest first."""
        return sorted(p.stem for p in (self._folder / "scans").glob("*.json"))

    def prune(self, *, older_than: timedelta, now: datetime) -> list[str]:
        """Delete snapshots and headers of scans older than this; the ids that went."""
        gone = [s for s in self.scans() if now - self.header(s).at > older_than]
        for scan in gone:
            for path in (self._folder / "snapshots").rglob(f"{scan}.jsonl.gz"):
                path.unlink()
            (self._folder / "scans" / f"{scan}.json").unlink()
            (self._folder / "findings" / f"{scan}.jsonl.gz").unlink(missing_ok=True)
        for day in (self._folder / "snapshots").glob("date=*"):
            if not any(p.is_file() for p in day.rglob("*")):
                shutil.rmtree(day)
        return gone


def _answer(rows: list[Row]) -> Answer:
    pages = tuple(msgspec.json.decode(r.body) for r in rows if r.body)
    last: Any = rows[-1]
    return Answer(pages, last.error, last.message, rows[0].at)
