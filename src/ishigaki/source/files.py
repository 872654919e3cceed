"""Files below a folder: those that git would take, or all. Links are not followed, so that no loop can be."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ishigaki.core.secret import Unread
from ishigaki.source import git
from ishigaki.source.content import CHUNK, Document


def documents(path: Path, *, root: Path, ignored: bool = False) -> Iterator[Document | Unread]:
    """Every file at or below a path, named as the root sees it. What git ignores is left out, unless it is asked for
    or the path is no repository's."""
    if path.is_file():
        yield from _document(path, _name(path, root))
        return
    for found in _every(path) if ignored or git.top(path) is None else _unignored(path):
        if isinstance(found, Unread):
            yield Unread(_name(Path(found.path), root), found.why)
        else:
            yield from _document(found, _name(found, root))


def _every(folder: Path) -> Iterator[Path | Unread]:
    trouble: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=trouble.append):
        folders[:] = sorted(f for f in folders if f != ".git")
        yield from (Path(here, name) for name in sorted(files))
        while trouble:
            yield _unread(trouble.pop())
    yield from map(_unread, trouble)


def _unignored(folder: Path) -> Iterator[Path | Unread]:
    """What git has or would add; a repository within the repository by its own rules."""
    for name in git.listed(folder):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            yield from _unignored(path) if git.top(path) == path.resolve() else _every(path)
        else:
            yield path


def _name(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def _unread(trouble: OSError) -> Unread:
    return Unread(trouble.filename or ".", trouble.strerror or type(trouble).__name__)


def _document(path: Path, name: str) -> Iterator[Document | Unread]:
    """A regular file; what is deleted but still in the index, or is no file, is nothing to read."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return
        with path.open("rb") as file:
            yield Document(name, _chunks(file))
    except FileNotFoundError:
        return
    except OSError as no:
        yield Unread(name, no.strerror or type(no).__name__)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
