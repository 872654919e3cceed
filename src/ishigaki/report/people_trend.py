"""The trend of users and keys on the terminal: figures with their changes and a small course, then the accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ishigaki.core.estate import Milestone
from ishigaki.core.forecast import Course, Forecast
from ishigaki.core.trend import MEASURES, Point, Trend, at
from ishigaki.report.flow import Flow
from ishigaki.report.people_course import allowed, course_words, goal_words, signed
from ishigaki.report.terminal import plain, printed
from ishigaki.report.words import phrase
from ishigaki.texts import Language, Words

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
BARS = "▁▂▃▄▅▆▇█"
MOST = 20  # accounts shown
NARROW = 100  # columns below which only the weightiest figures of accounts are shown
OF_ACCOUNTS = ("users", "keys", "old_keys", "unused_90", "without_mfa", "admins")
WEIGHTIEST = ("users", "old_keys", "without_mfa")


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A trend with what it is measured by. With `one` it is of one account, which has no goal of its own."""

    trend: Trend
    names: Mapping[str, str]
    language: Language
    goal: tuple[Milestone, ...] = ()
    forecast: Forecast = Forecast(Course.TOO_EARLY)
    one: bool = False

    @property
    def last(self) -> Point:
        return self.trend.total[-1]

    def name(self, account: str) -> str:
        return self.names.get(account) or account


def render(view: View, *, width: int, color: bool = False) -> str:
    """The trend for a terminal of so many columns."""
    parts: list[RenderableType] = [Padding(_head(view), (0, 0, 1, 0)), _figures(view, width)]
    if not view.one:
        parts.append(_accounts(view, width))
    notes = [Flow(Text(words[view.language], style="yellow")) for words in not_whole(view.last)]
    return printed(Group(*parts, *notes), width=width, color=color)


def not_whole(point: Point) -> Iterator[Words]:
    """What a total does not say."""
    if point.carried:
        yield phrase("trend.partly", accounts=len(point.carried), day=str(point.day))
    if point.missing:
        yield phrase("trend.missing", accounts=len(point.missing))
    if point.numbers.unsure:
        yield phrase("trend.unsure", users=point.numbers.unsure)


def _head(view: View) -> Flow:
    language, last = view.language, view.last
    accounts = last.seen + len(last.carried) + len(last.missing)
    text = Text(phrase("trend_title.trend")[language], style="bold")
    scope = phrase("trend.scope", day=str(last.day), accounts=accounts, days=len(view.trend.total))
    text.append(f"\n{scope[language]}", style="not bold")
    if view.one:
        text.append(f"\n{plain(view.name(next(iter(view.trend.accounts))))}", style="not bold")
    else:
        goal = goal_words(view.goal, last.day, last.numbers.users) or [phrase("trend.no_goal")]
        for words in (*goal, course_words(view.forecast)):
            text.append(f"\n{words[language]}", style="not bold")
    return Flow(text)


def _figures(view: View, width: int) -> Table:
    """Each figure now, how much it changed, and its course."""
    language, points = view.language, view.trend.total
    columns = ["measure", "now", "week", "month", "whole", "course"]
    table = _table([phrase(f"trend.{c}")[language] for c in columns])
    table.columns[0].ratio = 1
    for number in (1, 2, 3, 4):
        table.columns[number].justify = "right"
        table.columns[number].no_wrap = True
    room = 12 if width < NARROW else 32
    table.columns[5].no_wrap = True
    for measure in MEASURES:
        values = [getattr(p.numbers, measure) for p in points]
        cells = [change(points, measure, span) for span in (WEEK, MONTH, None)]
        style = "bold" if measure == "users" else ""
        table.add_row(
            Flow(Text(phrase(f"people_measure.{measure}")[language], style=style)),
            Text(f"{values[-1]:,}", style=style),
            *("" if c is None else signed(c) for c in cells),
            Text(sparkline(values, room), style="cyan"),
        )
    return table


def change(points: Sequence[Point], measure: str, span: timedelta | None) -> int | None:
    """How much a figure changed over a span, or since the beginning; None where history does not reach back."""
    last = points[-1]
    before = points[0] if span is None else at(points, last.day - span)
    if before is None or before is last:
        return None
    return int(getattr(last.numbers, measure) - getattr(before.numbers, measure))


def sparkline(values: Sequence[int], width: int) -> str:
    """Values as small bars from zero up, no wider than `width`: of many the newest of each stretch."""
    shown = values
    if len(values) > width:
        shown = [values[(n + 1) * len(values) // width - 1] for n in range(width)]
    most = max(shown, default=0)
    return "".join(BARS[round(v / most * (len(BARS) - 1))] if most else BARS[0] for v in shown)


def _accounts(view: View, width: int) -> RenderableType:
    """The accounts with the most users, and when each was seen last."""
    language = view.language
    measures = WEIGHTIEST if width < NARROW else OF_ACCOUNTS
    heads = [phrase(f"people_short.{m}")[language] for m in measures]
    month, seen = (phrase(f"trend.{c}")[language] for c in ("month", "seen_on"))
    table = _table([phrase("trend.by_account")[language], *heads, month, seen])
    table.columns[0].ratio = 1
    for column in table.columns[1:]:
        column.justify = "right"
    current = current_points(view.trend)
    for account, points in current[:MOST]:
        point = points[-1]
        moved = change(points, "users", MONTH)
        table.add_row(
            Flow(Text(f"{plain(view.name(account))}\n{account}")),
            *(f"{getattr(point.numbers, m):,}" for m in measures),
            "" if moved is None else signed(moved),
            _seen(view, account, point),
        )
    if len(current) <= MOST:
        return table
    more = phrase("trend.more", count=len(current) - MOST)[language]
    return Group(table, Flow(Text(more, style="dim")))


def current_points(trend: Trend) -> list[tuple[str, tuple[Point, ...]]]:
    """The accounts that belong to the estate now, those with the most users first."""
    last = trend.total[-1].day if trend.total else date.min
    present = [(a, points) for a, points in trend.accounts.items() if points[-1].day == last]
    return sorted(present, key=lambda pair: (-pair[1][-1].numbers.users, pair[0]))


def _seen(view: View, account: str, point: Point) -> Text:
    """The date that an account's figures are of."""
    if point.missing:
        return Text(phrase("trend.never")[view.language], style="bold yellow")
    carried = point.carried.get(account)
    return Text(str(carried or point.day), style="yellow" if carried else "")


def _table(columns: Sequence[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, expand=True, pad_edge=False)
    for column in columns:
        table.add_column(Flow(Text(column)))
    return table


def over_goal(view: View) -> int | None:
    """How many users too many there are today; None without a goal."""
    today = allowed(view.goal, view.last.day)
    return None if today is None else max(0, view.last.numbers.users - today)
