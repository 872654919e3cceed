"""The findings of each scan, kept so that two scans can be compared without judging again."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ishigaki.core.finding import Finding
from ishigaki.core.usage import UsageError
from ishigaki.core.witness import Mark
from ishigaki.store.folder import aside

if TYPE_CHECKING:
    from ishigaki.store.ledger import Sighting  # which brings SQLAlchemy; reading results needs none


class Kept(msgspec.Struct, frozen=True):
    """A finding with the ledger's times (ISO 8601; empty where the ledger has none), and what decides whether an
    exception is about it: its thing's tags (None: not seen) and the rule of a shipped exception. `hub` are Security
    Hub's own findings that it stands for."""

    finding: Finding
    first_seen: str = ""
    since: str = ""
    first_failed: str = ""
    tags: Mapping[str, str] | None = None
    shipped: str = ""
    hub: tuple[Mark, ...] = ()


def dated(kept: Kept, sighting: Sighting | None) -> Kept:
    """A finding with the times of its sighting, where the ledger has one."""
    if sighting is None:
        return kept
    return msgspec.structs.replace(
        kept,
        first_seen=sighting.first_seen,
        since=sighting.since,
        first_failed=sighting.first_failed or "",
    )


def write(folder: Path, scan: str, findings: Iterable[Kept]) -> None:
    """Keep a scan's findings."""
    encode = msgspec.json.Encoder().encode
    with (
        aside(_path(folder, scan)) as out,
        gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as packed,
    ):
        for kept in findings:
            packed.write(encode(kept) + b"\n")


def read(folder: Path, scan: str) -> Iterator[Kept]:
    """A scan's findings. Raises `UsageError` where they are not kept."""
    path = _path(folder, scan)
    if not path.exists():
        raise UsageError("unknown_scan", scan=scan, known="-")
    decoder = msgspec.json.Decoder(Kept)
    with gzip.open(path) as lines:
        for line in lines:
            yield decoder.decode(line)


def _path(folder: Path, scan: str) -> Path:
    return folder / "findings" / f"{scan}.jsonl.gz"
