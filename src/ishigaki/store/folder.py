"""The store's folder: only its owner may look inside, and nothing in it is half written."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PRIVATE = 0o700


def private(folder: Path) -> Path:
    """The folder, made where it is missing, open to its owner alone."""
    for each in [p for p in reversed([folder, *folder.parents]) if not p.exists()]:
        each.mkdir(mode=PRIVATE, exist_ok=True)
    return folder


@contextmanager
def aside(path: Path) -> Iterator[IO[bytes]]:
    """Write a file under another name beside its own and rename it when it is whole."""
    private(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as out:
            yield out
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def salt(folder: Path) -> str:
    """The store's own secret, with which redacted values are hashed."""
    path = private(folder) / "salt"
    if not path.exists():
        with aside(path) as out:
            os.fchmod(out.fileno(), 0o600)
            out.write(secrets.token_hex(16).encode())
    return path.read_text()
