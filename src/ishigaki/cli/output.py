"""Where the result of a command goes: to the terminal as wide as it is, or into a file."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from ishigaki.cli.language import say
from ishigaki.core.usage import UsageError


def width(usual: int = 120) -> int:
    """The columns of the terminal; the usual ones where there is none."""
    return shutil.get_terminal_size((usual, 24)).columns


def colored(out: Path | None = None) -> bool:
    """Whether a result may be in colour: where a person reads it in a terminal."""
    return out is None and sys.stdout.isatty()


def in_a_folder(out: Path | None) -> None:
    """Proves that a file can be where it is to be written, before anything is looked for. Raises `UsageError`."""
    if out is not None and not out.parent.is_dir():
        raise UsageError("out_has_no_folder", path=str(out), folder=str(out.parent))


def deliver(text: str, out: Path | None) -> None:
    """Print a result, or write it to the file that it was asked for in."""
    if out is None:
        sys.stdout.write(text)
        return
    out.write_text(text, encoding="utf-8")
    say("written", path=out)


def begin(path: Path, text: str) -> int:
    """Write a first file that a person goes on with. Raises `UsageError` where there is one already."""
    if path.exists():
        raise UsageError("file_exists", file=str(path))
    deliver(text, path)
    return 0
