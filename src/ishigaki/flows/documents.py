"""A picture as the document that was asked for."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import msgspec

from ishigaki.core.finding import Finding
from ishigaki.report import table
from ishigaki.report.picture import Picture

WRITERS: Mapping[str, str] = {
    "json": "json_",
    "csv": "csv_",
    "asff": "asff",
    "sarif": "sarif",
    "html": "html",
    "summary": "summary",
}


def write(picture: Picture, form: str) -> str:
    """The picture as text of one of the forms, or the table without colour at 120 columns."""
    if form == "table":
        return table.render(picture, width=120)
    writer = import_module(f"ishigaki.report.{WRITERS[form]}")
    render: Callable[[Picture], str] = writer.render
    return render(picture)


def print_table(picture: Picture) -> None:
    """The picture on the terminal, as wide as it is."""
    live = sys.stdout.isatty()
    width = shutil.get_terminal_size((120, 24)).columns
    sys.stdout.write(table.render(picture, width=width, color=live))


def plain_finding(finding: Finding) -> dict[str, Any]:
    """A finding as plain data."""
    plain: dict[str, Any] = msgspec.to_builtins(finding)
    return plain
