"""Git, asked and never obeyed: nothing that a repository configures is run, and nothing is fetched."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec

from ishigaki.core.secret import Unread
from ishigaki.core.usage import UsageError
from ishigaki.source.content import CHUNK, Document

HEADER = "%(objectname) %(objecttype) %(objectsize) %(rest)"
NOTHING = re.compile("0+")
FILES = frozenset({"100644", "100755"})  # modes; links and other repositories are no files
MISSING = "missing"


class First(msgspec.Struct, frozen=True):
    """The first commit that has a blob, and under which path."""

    commit: str
    authored: datetime
    path: str


def _command(folder: Path, *words: str) -> list[str]:
    # A repository may name a program to run for watching its files; what is read here may be anybody's.
    return ["git", "-C", str(folder), "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *words]


def _environment() -> Mapping[str, str]:
    return {**os.environ, "LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}


@contextmanager
def _running(folder: Path, *words: str, given: IO[bytes] | int = subprocess.DEVNULL) -> Iterator[IO[bytes]]:
    """Git's output as it comes. Raises `UsageError` where git failed, with its own words."""
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                _command(folder, *words),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=said,
                env=dict(_environment()),
            )
        except FileNotFoundError:
            raise UsageError("git_missing") from None
        out = process.stdout
        assert out is not None
        whole = False
        try:
            yield out
            whole = True
        finally:
            out.close()
            if not whole:
                process.kill()
            code = process.wait()
        if code:
            said.seek(0)
            detail = said.read(500).decode("utf-8", "replace").strip() or f"exit code {code}"
            raise UsageError("git_failed", detail=" ".join(detail.split()))


def _said(folder: Path, *words: str) -> bytes:
    with _running(folder, *words) as out:
        return out.read()


def top(folder: Path) -> Path | None:
    """The root of the repository that a folder is in; None where it is in none, or there is no git."""
    here = folder if folder.is_dir() else folder.parent
    try:
        found = _said(here, "rev-parse", "--show-toplevel")
    except UsageError:
        return None
    return Path(os.fsdecode(found.rstrip(b"\n"))).resolve()


def required_top(folder: Path) -> Path:
    """The root of the repository. Raises `UsageError` where there is none."""
    found = _said(folder, "rev-parse", "--show-toplevel")
    return Path(os.fsdecode(found.rstrip(b"\n"))).resolve()


def setting(folder: Path, name: str) -> str:
    """What git is configured to, empty where it is not."""
    try:
        return os.fsdecode(_said(folder, "config", "--get", name)).strip()
    except UsageError:
        return ""


def listed(folder: Path) -> Iterator[str]:
    """The files below a folder that git has or would add, relative to it."""
    words = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", ".")
    for name in _said(folder, *words).split(b"\0"):
        if name:
            yield os.fsdecode(name)


def is_shallow(folder: Path) -> bool:
    """Whether the clone was cut off, so that its history is not whole."""
    return _said(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"


def staged(folder: Path) -> Iterator[Document | Unread]:
    """What is staged, as it lies in the index. The blob of HEAD that each takes the place of is told with it."""
    words = ("diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--ignore-submodules")
    fields = _said(folder, *words).split(b"\0")
    entries = []
    for told, path in zip(fields[::2], fields[1::2], strict=False):
        _, mode, before, blob, _ = told.decode().split(" ")
        if mode in FILES and not NOTHING.fullmatch(blob):
            entries.append((blob, "" if NOTHING.fullmatch(before) else before, os.fsdecode(path)))
    for found, (blob, before, name) in zip(blobs(folder, [e[0] for e in entries]), entries, strict=True):
        if isinstance(found, Unread):
            yield Unread(name, found.why)
        else:
            yield Document(name, found.chunks, blob, before)


def blobs(folder: Path, ids: Collection[str]) -> Iterator[Document | Unread]:
    """These blobs, in their order."""
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"{blob}\n" for blob in ids).encode())
        asked.seek(0)
        with _running(folder, "cat-file", f"--batch={HEADER}", given=asked) as out:
            yield from _objects(out)


def history(folder: Path) -> Iterator[Document | Unread]:
    """Every version of every file that any branch, tag or stash reaches, each once."""
    wanted = ("--filter=object:type=blob", "--filter-provided-objects")
    with (
        _running(folder, "rev-list", "--all", "--objects", *wanted) as found,
        _running(folder, "cat-file", "--buffer", f"--batch={HEADER}", given=found) as out,
    ):
        yield from _objects(out)


def _objects(out: IO[bytes]) -> Iterator[Document | Unread]:
    """What `cat-file --batch` writes: of each object a header, its content, a line break."""
    while header := out.readline():
        name, kind, *rest = header.rstrip(b"\n").split(b" ", 3)
        if kind == MISSING.encode():
            yield Unread(name.decode(), MISSING)
            continue
        left = _Left(out, int(rest[0]))
        if kind == b"blob":
            yield Document(os.fsdecode(rest[1]) if len(rest) > 1 else "", iter(left), name.decode())
        for _ in left:
            pass
        out.read(1)


class _Left:
    """The bytes of an object that were not read yet."""

    def __init__(self, out: IO[bytes], size: int) -> None:
        self._out, self._size = out, size

    def __iter__(self) -> Iterator[bytes]:
        while self._size:
            chunk = self._out.read(min(CHUNK, self._size))
            if not chunk:
                raise UsageError("git_failed", detail="an object ended early")
            self._size -= len(chunk)
            yield chunk


def firsts(folder: Path, wanted: Collection[str]) -> dict[str, First]:
    """The first commit of each of these blobs. Merges count where they hold what none of their parents has."""
    words = (
        "log",
        "--all",
        "--reverse",
        "--topo-order",
        "--raw",
        "-c",
        "--root",
        "--no-abbrev",
        "--no-renames",
    )
    found: dict[str, First] = {}
    commit, authored = "", datetime.fromtimestamp(0, UTC)
    with _running(folder, *words, "--format=%H %aI") as out:
        for line in out:
            told = line.rstrip(b"\n")
            if not told.startswith(b":"):
                if told:
                    commit, _, when = told.decode().partition(" ")
                    authored = datetime.fromisoformat(when)
                continue
            meta, _, name = told.partition(b"\t")
            blob = meta.split(b" ")[-2].decode()
            if blob in wanted and blob not in found:
                found[blob] = First(commit, authored, _unquoted(name))
    return found


def _unquoted(name: bytes) -> str:
    """A path as git prints it: in quotes and with escapes where it holds a tab, a quote or a line break."""
    if not name.startswith(b'"'):
        return os.fsdecode(name)
    return os.fsdecode(name[1:-1].decode("unicode_escape").encode("latin-1"))
