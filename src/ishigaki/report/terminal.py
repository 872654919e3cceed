"""Text for a terminal: of so many columns, with colour or without, and nothing in it that could steer one."""

from __future__ import annotations

import io

from rich.console import Console, RenderableType

from ishigaki.core.finding import Severity

STYLE = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "cyan"}


def printed(*documents: RenderableType, width: int, color: bool = False) -> str:
    """What `rich` prints of these at a width, no line ending in blanks."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        color_system="standard" if color else None,
        force_terminal=color,
        legacy_windows=False,
        highlight=False,
        _environ={},
    )
    for document in documents:
        console.print(document)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def plain(text: str) -> str:
    """Text that cannot steer a terminal: escape sequences and reordering marks show as a replacement."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
