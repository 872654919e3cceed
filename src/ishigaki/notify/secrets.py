"""Where secrets are: in the environment, or in files that nobody else can read."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from ishigaki.core.destination import REFERENCE
from ishigaki.core.usage import UsageError

OTHERS = 0o077


def reader(folder: Path, *, environment: Mapping[str, str] = os.environ) -> Callable[[str], str]:
    """What gives the value of `env:NAME` and `file:PATH` (from this folder); anything else is its own value. The
    value is read each time, so that a secret can be changed while the product runs. Raises `UsageError`."""

    def value(reference: str) -> str:
        if not REFERENCE.fullmatch(reference):
            return reference
        kind, _, where = reference.partition(":")
        found = environment.get(where, "") if kind == "env" else _content(folder / Path(where).expanduser())
        if not found.strip():
            raise UsageError("secret_unset" if kind == "env" else "secret_empty", where=where)
        return found.strip()

    return value


def _content(path: Path) -> str:
    try:
        if path.stat().st_mode & OTHERS:
            raise UsageError("secret_open", where=path)
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError("secret_unreadable", where=path) from None
