"""The numbers of keeping in words: for a terminal, as plain data, as a section of the report, and as a page to forward."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

import msgspec
from markupsafe import Markup
from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ishigaki.core.numbers import Numbers, Period, Spread, Summary, before, month, ranked
from ishigaki.report.flow import Flow
from ishigaki.report.markup import asset, environment, policy
from ishigaki.report.subject import heading
from ishigaki.report.terminal import plain, printed
from ishigaki.report.words import known, moment, phrase
from ishigaki.texts import LANGUAGES, Language, Words

By = Literal["owner", "control", "account", "environment"]
SHOWN: Mapping[By, int] = {"owner": 7, "account": 7, "control": 6}  # rows on a page; the rest is a number
FLOW = ("opened", "reopened", "done", "excepted", "extended")
MINUS = "−"
NOTHING: Words = dict.fromkeys(LANGUAGES, "–")


class Figure(msgspec.Struct, frozen=True):
    """One figure that leads: what it is of, and how it moved against the period before. `better` is None where it did
    not move, or there is nothing to compare with."""

    name: str
    value: Words
    note: Words
    change: Words
    better: bool | None = None


class Row(msgspec.Struct, frozen=True):
    """One owner, control, account or environment; of an account that has a name, its `id` beside it."""

    name: Words
    id: str
    numbers: Numbers
    share: Words
    to_fix: Words


class Group(msgspec.Struct, frozen=True):
    by: By
    rows: tuple[Row, ...]
    more: int = 0


class View(msgspec.Struct, frozen=True):
    """What is shown, in every language."""

    summary: Summary
    title: Words
    period: Words
    note: Words
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]


def view(summary: Summary, *, names: Mapping[str, str] = {}, by: By | None = None) -> View:
    """The numbers in words; `names` are the accounts'. `by` asks for all of one grouping instead of the top of each."""
    wanted: list[By] = [by] if by else [*SHOWN]
    return View(
        summary,
        title=_title(summary.period),
        period=_period(summary.period),
        note=_note(summary),
        figures=tuple(_figures(summary)),
        groups=tuple(_group(summary, each, names, None if by else SHOWN[each]) for each in wanted),
    )


def is_month(period: Period) -> bool:
    since = period.since
    return since.tzinfo is not None and period == month(since.year, since.month, since.tzinfo)


def _title(period: Period) -> Words:
    since = period.since
    if not is_month(period):
        return phrase("numbers.page_period")
    return phrase("numbers.page", month={"en": f"{since:%Y-%m}", "ja": f"{since.year} 年 {since.month} 月"})


def _period(period: Period) -> Words:
    last = period.until - timedelta(microseconds=1)
    return phrase(
        "numbers.period", since=f"{period.since:%Y-%m-%d}", until=f"{last:%Y-%m-%d}", zone=_zone(last)
    )


def _zone(when: datetime) -> str:
    return when.tzname() or "UTC"


def _note(summary: Summary) -> Words:
    over = summary.at >= summary.period.until - datetime.resolution
    when = moment(summary.at, summary.period.since.tzinfo)
    if over:
        return phrase("numbers.as_of", when=moment(summary.period.until - timedelta(minutes=1)))
    return phrase("numbers.running", when=when)


def _figures(summary: Summary) -> Iterator[Figure]:
    total, earlier = summary.total, summary.before
    against = phrase("numbers.before_month" if is_month(summary.period) else "numbers.before_period")
    moved = partial(_moved, against=against)
    of = phrase("numbers.share_of", acted=total.acted, due=total.due)
    points = _difference(total.share, earlier.share if earlier else None, scale=100)
    none = phrase("numbers.share_none")
    yield Figure("share", share_words(total), of if total.due else none, *moved(points, "points", more=True))
    for name in ("to_acknowledge", "to_fix"):
        spread: Spread | None = getattr(total, name)
        then: Spread | None = getattr(earlier, name) if earlier else None
        hours = _difference(spread.median if spread else None, then.median if then else None)
        note = phrase("numbers.p90", time=span_words(spread.p90)) if spread else phrase("numbers.none")
        value = span_words(spread.median) if spread else NOTHING
        yield Figure(name, value, note, *moved(hours, "span", more=False))
    count = _difference(total.overdue, earlier.overdue if earlier else None)
    overdue, still = phrase("numbers.cases", count=total.overdue), phrase("numbers.still", count=total.open)
    yield Figure("overdue", overdue, still, *moved(count, "cases", more=False))


def _difference(now: float | None, then: float | None, *, scale: int = 1) -> float | None:
    """None where either is missing: what was not measured has not changed."""
    return None if now is None or then is None else (now - then) * scale


def _moved(by: float | None, unit: str, *, more: bool, against: Words) -> tuple[Words, bool | None]:
    """How a figure moved, and whether that is better; `more` says whether more is better."""
    if by is None:
        return phrase("numbers.no_before"), None
    sign = "+" if by > 0 else MINUS
    size = abs(by)
    if unit == "span":
        amount = span_words(size)
        still = size * 60 < 1
    else:
        rounded = round(size)
        still = rounded == 0
        key = "numbers.points" if unit == "points" else "numbers.cases"
        amount = phrase(key, **{"change" if unit == "points" else "count": rounded})
    if still:
        same = phrase("numbers.same")
        return phrase("numbers.than_before", change=same, before=against), None
    signed = {lang: f"{sign}{amount[lang]}" for lang in LANGUAGES}
    return phrase("numbers.than_before", change=signed, before=against), (by > 0) == more


def share_words(numbers: Numbers) -> Words:
    """The acted-on share in percent; a dash where nothing was due. Never rounded up to all, nor down to none."""
    if numbers.share is None:
        return NOTHING
    percent = round(numbers.share * 100)
    if 0 < numbers.acted < numbers.due:
        percent = min(max(percent, 1), 99)
    return phrase("numbers.share_is", percent=percent)


def span_words(hours: float) -> Words:
    """How long: in minutes below an hour, in hours below two days, then in days."""
    if hours < 1:
        return phrase("numbers.minutes", minutes=round(hours * 60))
    if hours < 48:
        return phrase("numbers.hours", hours=f"{hours:.1f}".removesuffix(".0"))
    return phrase("numbers.days", days=f"{hours / 24:.1f}".removesuffix(".0"))


def _group(summary: Summary, by: By, names: Mapping[str, str], most: int | None) -> Group:
    found: Mapping[str, Numbers] = getattr(summary, f"by_{by}")
    keys = ranked(found)
    rows = tuple(_row(by, key, found[key], names) for key in keys[:most])
    return Group(by, rows, len(keys) - len(rows))


def _row(by: By, key: str, numbers: Numbers, names: Mapping[str, str]) -> Row:
    fixed = span_words(numbers.to_fix.median) if numbers.to_fix else NOTHING
    id = key if by == "account" and names.get(key, key) != key else ""
    return Row(_name(by, key, names), id, numbers, share_words(numbers), fixed)


def _name(by: By, key: str, names: Mapping[str, str]) -> Words:
    if by == "environment":
        return known("environment", key)
    if by == "control":
        return heading(key)
    name = names.get(key, key) if by == "account" else key
    return dict.fromkeys(LANGUAGES, name) if name else phrase("numbers.nobody")


def render(shown: View, *, language: Language, width: int, color: bool = False) -> str:
    """The numbers for a terminal of so many columns, and as text to forward."""
    return printed(*_document(shown, language), width=width, color=color)


def _document(shown: View, language: Language) -> Iterator[RenderableType]:
    yield Flow(Text(f"{shown.title[language]}", style="bold"))
    yield Flow(Text(f"{shown.period[language]} · {shown.note[language]}"))
    yield Text()
    yield _totals(shown, language)
    total = shown.summary.total
    flow = [f"{phrase(f'numbers.{n}')[language]} {getattr(total, n)}" for n in FLOW]
    yield Flow(Text(f"{phrase('numbers.flow')[language]}: {' · '.join(flow)}"))
    for group in shown.groups:
        if group.rows:
            yield Text()
            yield _table(group, language)
        if group.more:
            yield Text(phrase("numbers.more", count=group.more)[language])
    yield Text()
    for key in ("definition", "definition_times", "definition_accounts"):
        yield Flow(Text(phrase(f"numbers.{key}")[language], style="dim"))


def _totals(shown: View, language: Language) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, expand=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(ratio=1)
    table.add_column(ratio=1)
    styles = {True: "green", False: "yellow", None: ""}
    for figure in shown.figures:
        table.add_row(
            phrase(f"numbers.{figure.name}")[language],
            Text(figure.value[language], style="bold"),
            Flow(Text(figure.note[language])),
            Flow(Text(figure.change[language], style=styles[figure.better])),
        )
    return table


def _table(group: Group, language: Language) -> Table:
    table = Table(
        title=Text(phrase(f"numbers.by_{group.by}")[language], style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        expand=True,
        pad_edge=False,
    )
    table.add_column(phrase(f"numbers.{group.by}")[language], ratio=1)
    for name in ("share", "to_fix", "open", "overdue"):
        table.add_column(phrase(f"numbers.{name}")[language], justify="right", no_wrap=True)
    for row in group.rows:
        numbers = row.numbers
        share = (
            f"{row.share[language]} ({numbers.acted}/{numbers.due})" if numbers.due else row.share[language]
        )
        late = Text(str(numbers.overdue), style="bold red" if numbers.overdue else "")
        name = plain(row.name[language])
        table.add_row(
            Flow(Text(f"{name} ({row.id})" if row.id else name)),
            share,
            row.to_fix[language],
            str(numbers.open),
            late,
        )
    return table


def to_json(summary: Summary) -> str:
    """The numbers as plain data. A share that there is no data for is null."""
    said = {
        "since": summary.period.since.isoformat(),
        "until": summary.period.until.isoformat(),
        "at": summary.at.isoformat(),
        "total": _plain(summary.total),
        "before": {"since": before(summary.period).since.isoformat(), **_plain(summary.before)}
        if summary.before
        else None,
        **{
            f"by_{by}": {key: _plain(n) for key, n in getattr(summary, f"by_{by}").items()}
            for by in ("owner", "control", "account", "environment")
        },
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _plain(numbers: Numbers) -> dict[str, Any]:
    return {"share": numbers.share, **msgspec.to_builtins(numbers)}


def page(shown: View, *, language: Language, estate: str = "") -> str:
    """One A4 page in one language, to print or to forward: a file that holds all it shows and fetches nothing."""
    style = asset("monthly.css")
    return (
        environment()
        .get_template("monthly.html.j2")
        .render(
            shown=shown,
            language=language,
            estate=estate,
            style=Markup(style),  # noqa: S704  (our own file)
            policy=policy(style),
            flow=FLOW,
            say=lambda key, **facts: phrase(key, **facts)[language],
        )
    )
