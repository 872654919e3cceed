"""What a question to the history gave: as a table for a terminal, as JSON, as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from ishigaki.report.csv_ import BOM, text
from ishigaki.report.terminal import plain, printed

Rows = Sequence[Sequence[Any]]
WHOLE, FOLDED = 22, 12  # words up to so wide are never folded; other columns keep at least so much
GAP = 3  # between two columns


def render(columns: Sequence[str], rows: Rows, *, form: str, width: int) -> str:
    """The rows as `table`, `json` or `csv`."""
    if form == "json":
        told = [dict(zip(columns, map(value, row), strict=True)) for row in rows]
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    return _csv(columns, rows) if form == "csv" else _table(columns, rows, width)


def value(found: Any) -> Any:
    """A value as JSON has it: moments with their zone, which is UTC."""
    if isinstance(found, datetime):
        return found.replace(tzinfo=UTC).isoformat() if found.tzinfo is None else found.isoformat()
    if isinstance(found, Mapping):
        return {str(k): value(v) for k, v in found.items()}
    if isinstance(found, (list, tuple)):
        return [value(each) for each in found]
    return found if found is None or isinstance(found, (str, bool, int, float)) else str(found)


def _csv(columns: Sequence[str], rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([text(_word(found)) for found in row])
    return BOM + out.getvalue()


def _table(columns: Sequence[str], rows: Rows, width: int) -> str:
    """A table whose short values stay whole; where even so it is wider than the terminal, a block for each row."""
    cells = [[plain(_short(found)) for found in row] for row in rows]
    widths = [max([cell_len(name), *(cell_len(row[n]) for row in cells)]) for n, name in enumerate(columns)]
    folds = [natural > WHOLE or any(" " in row[n] for row in cells) for n, natural in enumerate(widths)]
    least = [min(natural, FOLDED) if fold else natural for natural, fold in zip(widths, folds, strict=True)]
    if rows and sum(least) + GAP * len(columns) > width:
        return _blocks(columns, cells, width)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(columns):
        is_number = any(
            isinstance(row[number], (int, float)) and not isinstance(row[number], bool) for row in rows
        )
        table.add_column(
            Text(plain(name)),
            justify="right" if is_number else "left",
            overflow="fold",
            min_width=least[number],
            no_wrap=not folds[number],
        )
    for row in cells:
        table.add_row(*map(Text, row))
    return printed(table, width=width)


def _blocks(columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> str:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for row in cells:
        for name, cell in zip(columns, row, strict=True):
            if cell:
                table.add_row(Text(plain(name)), Text(cell))
        table.add_row("", "")
    return printed(table, width=width)


def _word(found: Any) -> str:
    told = value(found)
    if told is None:
        return ""
    if isinstance(told, (list, dict)):
        parts = [f"{k}={v}" for k, v in told.items()] if isinstance(told, dict) else map(str, told)
        return "; ".join(parts)
    return str(told).lower() if isinstance(told, bool) else str(told)


def _short(found: Any) -> str:
    """A value for a terminal: moments to the minute, dates as they are."""
    if isinstance(found, datetime):
        return f"{found:%Y-%m-%d %H:%M}Z"
    return found.isoformat() if isinstance(found, date) else _word(found)
