"""The stock-take of access: a table, JSON, or CSV with a line for each person and permission set."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ishigaki.core.stocktake import NEW, UNKNOWN, USED, Row, StockTake
from ishigaki.report.csv_ import BOM, text
from ishigaki.report.flow import Flow
from ishigaki.report.terminal import plain, printed
from ishigaki.report.words import phrase
from ishigaki.texts import Language

MOST = 200  # rows on a terminal
COLUMNS = (
    "account",
    "name",
    "permission_set",
    "administrator",
    "through",
    "user",
    "display",
    "enabled",
    "use",
    "last_used",
    "directory",
    "code",
)


def as_json(taken: StockTake) -> str:
    return msgspec.json.format(msgspec.json.encode(taken), indent=2).decode() + "\n"


def as_csv(taken: StockTake) -> str:
    """Every row; the text starts with a byte order mark, and no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in taken.rows:
        cells = msgspec.to_builtins(row)
        writer.writerow([text("" if cells[c] is None else cells[c]) for c in COLUMNS])
    return BOM + out.getvalue()


def render(taken: StockTake, *, language: Language, width: int, color: bool = False) -> str:
    """The stock-take for a terminal of so many columns: in numbers, then row by row."""
    accounts = [
        (
            f"{a.name} ({a.account})",
            *(str(n) for n in (a.people, a.administrators, a.unused, a.unknown, a.leavers)),
        )
        for a in taken.accounts
    ]
    rows = [_cells(row, taken, language) for row in taken.rows[:MOST]]
    parts: list[RenderableType] = [
        Flow(Text("\n".join(_head(taken, language)))),
        _table(("account", "people", "administrators", "unused", "unknown", "leavers"), accounts, language),
        Text(""),
        _table(("account", "set", "through", "user", "use", "directory"), rows, language),
    ]
    if len(taken.rows) > MOST:
        parts.append(Flow(Text(phrase("stocktake.more", count=len(taken.rows) - MOST)[language])))
    parts.append(Flow(Text(f"\n{phrase('stocktake.by_role')[language]}", style="dim")))
    for what, code in taken.unseen.items():
        parts.append(Flow(Text(phrase("stocktake.not_seen", what=plain(what), code=code)[language])))
    return printed(Group(*parts), width=width, color=color)


def _head(taken: StockTake, language: Language) -> Sequence[str]:
    counts = phrase(
        "stocktake.counts",
        people=taken.people,
        accounts=len(taken.accounts),
        administrators=taken.administrators,
        rows=sum(bool(r.user) for r in taken.rows),
    )
    compared = (
        phrase("stocktake.compared", count=taken.compared)
        if taken.compared
        else phrase("stocktake.not_compared")
    )
    title = phrase("stocktake.title", at=f"{taken.at:%Y-%m-%d %H:%M} UTC")
    return title[language], counts[language], compared[language], ""


def _table(heads: Iterable[str], rows: Sequence[tuple[str, ...]], language: Language) -> RenderableType:
    if not rows:
        return Text(phrase("access.none")[language], style="dim")
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in heads:
        table.add_column(phrase(f"stocktake.{head}")[language], overflow="fold")
    for row in rows:
        table.add_row(*(Flow(Text(plain(cell))) for cell in row))
    return table


def _cells(row: Row, taken: StockTake, language: Language) -> tuple[str, ...]:
    def said(key: str, **facts: object) -> str:
        return phrase(f"stocktake.{key}", **facts)[language]

    user = row.user if row.enabled or not row.user else said("disabled", name=row.user)
    title = said("administrator", name=row.permission_set) if row.administrator else row.permission_set
    directory = said(row.directory) if row.directory else "–"
    return (
        row.name,
        title,
        row.through or said("direct"),
        user or (said("unseen", code=row.code) if row.code and row.use != UNKNOWN else said("nobody")),
        _use(row, taken, language),
        directory,
    )


def _use(row: Row, taken: StockTake, language: Language) -> str:
    if row.use == UNKNOWN:
        return phrase("stocktake.unseen", code=row.code)[language]
    date = f"{row.last_used:%Y-%m-%d}" if row.last_used else ""
    if row.use == USED:
        return date
    if row.use == NEW:
        return phrase("stocktake.new")[language]
    if date:
        return phrase("stocktake.unused_since", date=date, days=taken.days)[language]
    return phrase("stocktake.never")[language]
