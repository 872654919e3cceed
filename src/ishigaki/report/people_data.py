"""The trend of users and keys as data: CSV for a spreadsheet, JSON for a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec

from ishigaki.core.trend import MEASURES, Point
from ishigaki.report.csv_ import BOM, text
from ishigaki.report.people_course import allowed
from ishigaki.report.people_trend import View

COLUMNS = ("date", "account", "account_name", "figures_of", "goal", *MEASURES, "unsure")
TOTAL = "total"


def as_csv(view: View) -> str:
    """A line for each date and account, and one for the total of each date. `figures_of` is empty for what was never
    seen, and for a total that is not whole."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for account, points in _series(view):
        name = "" if account == TOTAL else view.name(account)
        for point in points:
            goal = allowed(view.goal, point.day) if account == TOTAL else None
            numbers = [getattr(point.numbers, m) for m in (*MEASURES, "unsure")]
            cells = (point.day, account, name, _of(point, account), "" if goal is None else goal, *numbers)
            writer.writerow([text(cell) for cell in cells])
    return BOM + out.getvalue()


def _series(view: View) -> Iterator[tuple[str, tuple[Point, ...]]]:
    if not view.one:
        yield TOTAL, view.trend.total
    yield from view.trend.accounts.items()


def _of(point: Point, account: str) -> date | str:
    """The date that a line's figures are of."""
    if account == TOTAL:
        return "" if point.carried or point.missing else point.day
    return "" if point.missing else point.carried.get(account, point.day)


def as_json(view: View) -> str:
    """One object: the goal, the forecast, the total and the accounts, by date."""
    forecast = {**msgspec.to_builtins(view.forecast), "pace": round(view.forecast.pace, 1)}
    told = {
        "goal": msgspec.to_builtins(view.goal),
        "forecast": None if view.one else forecast,
        "total": list(_points(view.trend.total)),
        "accounts": [
            {"account": account, "name": view.name(account), "dates": list(_points(points))}
            for account, points in view.trend.accounts.items()
        ],
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=1).decode() + "\n"


def _points(points: Iterable[Point]) -> Iterator[dict[str, Any]]:
    for point in points:
        numbers = {m: getattr(point.numbers, m) for m in (*MEASURES, "unsure")}
        yield {
            "date": point.day,
            **numbers,
            "seen": point.seen,
            "carried": point.carried,
            "missing": point.missing,
        }
