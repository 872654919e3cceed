"""Cases for a terminal and as JSON: what presses most comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ishigaki.core.case import Case, Event, Item, Standing
from ishigaki.core.deadline import parse_within
from ishigaki.core.handling import RECHECKED
from ishigaki.report.flow import Flow
from ishigaki.report.reader import Reader, cleaned
from ishigaki.report.subject import heading, is_control
from ishigaki.report.terminal import STYLE, printed
from ishigaki.report.words import known, phrase
from ishigaki.texts import Words

MOST = 20  # cases of a list
MOST_THINGS = 50  # of one case
TIMES = {"hours": "within_hours", "days": "within_days", "business days": "within_business_days"}
# An event of another version may lack some facts.
BLANKS = {"count": 0, **dict.fromkeys(("resource", "within", "until", "to", "stage"), "–")}


class Listed(msgspec.Struct, frozen=True):
    """A case as it is listed: how many things are open in it (were, once it is closed), and in which accounts."""

    case: Case
    things: int
    accounts: tuple[str, ...]


class Seen(msgspec.Struct, frozen=True):
    """For whom something is shown, and how wide."""

    reader: Reader
    width: int = 120
    color: bool = False

    def worded(self, key: str, /, **facts: Any) -> str:
        return phrase(f"case.{key}", **facts)[self.reader.language]

    def known(self, key: str, value: str) -> str:
        return known(key, value)[self.reader.language]


def render(listed: Sequence[Listed], seen: Seen, *, most: int = MOST) -> str:
    """A list of cases."""
    return printed(_list(listed, seen, most), width=seen.width, color=seen.color)


def _list(listed: Sequence[Listed], seen: Seen, most: int) -> RenderableType:
    if not listed:
        return Text(seen.worded("none"))
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, leading=1)
    table.add_column(seen.worded("due"), no_wrap=True)
    table.add_column(seen.worded("id"), no_wrap=True)
    table.add_column(seen.worded("what"))
    for one in listed[:most]:
        table.add_row(_due(one.case, seen), _name(one.case, seen), _what(one, seen))
    parts: list[RenderableType] = [table, Text("")]
    if len(listed) > most:
        parts.append(Flow(Text(seen.worded("more", count=len(listed) - most))))
    still = [x.case for x in listed if x.case.open]
    overdue, urgent = sum(c.due <= seen.reader.now for c in still), sum(c.urgent for c in still)
    parts.append(Flow(Text(seen.worded("counted", cases=len(still), overdue=overdue, urgent=urgent))))
    return Group(*parts)


def _due(case: Case, seen: Seen) -> Text:
    if not case.open:
        return Text(f"{seen.reader.time(case.closed or case.since)}\n{seen.worded('ended')}", style="dim")
    over = case.due <= seen.reader.now
    text = Text(seen.reader.time(case.due), style="bold red" if over else "")
    return text.append(f"\n{_left(case, seen)}")


def _left(case: Case, seen: Seen) -> str:
    """How much time is left, or by how much it is over; and whether somebody extended it."""
    left = case.due - seen.reader.now
    over = left <= timedelta(0)
    said = seen.worded("over" if over else "left", time=seen.reader.span(abs(left)))
    return f"{said} {seen.worded('longer')}" if case.extended else said


def _name(case: Case, seen: Seen) -> Text:
    text = Text(case.id, style="bold")
    text.append(f"\n{seen.known('severity', case.severity.value)}", style=STYLE[case.severity])
    if case.open and case.urgent:
        text.append(f" · {seen.worded('urgent')}", style="bold red")
    return text.append(f"\n{seen.known('case_state', case.state.value)}", style="not bold")


def _what(one: Listed, seen: Seen) -> Flow:
    case, reader = one.case, seen.reader
    count = seen.worded("count", things=one.things)
    where = [reader.accounts(one.accounts)] if one.accounts else []
    line = " · ".join([count, *where, seen.known("environment", case.environment)])
    text = Text(f"{cleaned(heading(case.kind)[reader.language])}\n{line}")
    who = _people(case, seen)
    return Flow(text.append(f"\n{who}", style="dim") if who else text)


def _people(case: Case, seen: Seen) -> str:
    owner = cleaned(case.owner) or seen.worded("nobody")
    return f"{owner} {seen.worded('taken_by', name=cleaned(case.assignee))}" if case.assignee else owner


def render_one(case: Case, items: Sequence[Item], events: Iterable[Event], seen: Seen) -> str:
    """A case with its things, its history and what can be done."""
    facts = Table.grid(padding=(0, 2, 0, 0))
    for name, value in _facts(case, seen):
        facts.add_row(Text(seen.worded(name), style="bold"), Flow(Text(value)))
    head = Text(f"{case.id}  ", style="bold").append(cleaned(heading(case.kind)[seen.reader.language]))
    parts: list[RenderableType] = [
        Flow(head, hang=len(case.id) + 2),
        facts,
        _title(seen.worded("things_of", count=len(items))),
        *_things(items, seen),
    ]
    if history := list(_history(events, items, seen)):
        parts += [_title(seen.worded("history")), *history]
    if case.open:
        parts += [_title(seen.worded("next")), *_next(case, items, seen)]
    return printed(Group(*parts), width=seen.width, color=seen.color)


def _facts(case: Case, seen: Seen) -> Iterator[tuple[str, str]]:
    reader = seen.reader
    state = [seen.known("case_state", case.state.value), seen.known("severity", case.severity.value)]
    urgent = [seen.worded("urgent")] if case.open and case.urgent else []
    yield "state", " · ".join([*state, *urgent, seen.known("environment", case.environment)])
    if case.open:
        yield "due", f"{reader.time(case.due)} · {_left(case, seen)}"
    elif case.closed:
        yield "closed", reader.time(case.closed)
    yield "owner", cleaned(case.owner) or seen.worded("nobody")
    if case.assignee:
        yield "assignee", cleaned(case.assignee)
    yield "opened", reader.time(case.opened)
    yield "row", seen.worded("tracked", row=cleaned(case.row))
    if case.why:
        yield "why", cleaned(case.why if isinstance(case.why, str) else case.why[reader.language], 2_000)


def _title(text: str) -> Padding:
    return Padding(Text(text, style="bold"), (1, 0, 0, 0))


def _things(items: Sequence[Item], seen: Seen) -> Iterator[RenderableType]:
    """What is in a case, what is open first; a thing that fails several controls is one."""
    together: dict[tuple[bool, str, str], list[str]] = {}
    for item in sorted(items, key=lambda i: i.identity):
        standing = seen.worded(f"standing_{item.standing.value}")
        key = item.standing is not Standing.OPEN, standing, seen.reader.place(item)
        together.setdefault(key, []).append(item.kind)
    several = len({i.kind for i in items}) > 1
    table = Table.grid(padding=(0, 2, 0, 0))
    for (_, standing, place), kinds in sorted(together.items())[:MOST_THINGS]:
        text = Text(place)
        if several:
            text.append(f"\n{', '.join(map(cleaned, kinds))}", style="dim")
        table.add_row(Text(f"  {standing}"), Flow(text))
    yield table
    if len(together) > MOST_THINGS:
        yield Flow(Text(f"  {seen.worded('more_things', count=len(together) - MOST_THINGS)}"), hang=2)


def _history(events: Iterable[Event], items: Sequence[Item], seen: Seen) -> Iterator[RenderableType]:
    named = {i.resource: seen.reader.thing(i) for i in items}
    for event in events:
        said = _said(event, named, seen)
        line = f"  {seen.reader.time(event.at)}  {cleaned(event.who)}: {said}"
        note = event.facts.get("note")
        yield Flow(Text(f"{line}: {cleaned(str(note), 2_000)}" if note else line), hang=2)


def _said(event: Event, named: dict[str, str], seen: Seen) -> str:
    facts: dict[str, Any] = dict(BLANKS)
    for name, value in event.facts.items():
        facts[name] = _fact(name, value, named, seen) if isinstance(value, str) else value
    what = "unassigned" if event.what == "assigned" and not event.facts.get("to") else event.what
    return phrase(f"case_event.{what}", **facts)[seen.reader.language]


def _fact(name: str, value: str, named: dict[str, str], seen: Seen) -> str:
    match name:
        case "until" | "before" | "due":
            return seen.reader.time(datetime.fromisoformat(value))
        case "within" if value:
            within = parse_within(value)
            return seen.worded(TIMES[within.unit], n=within.amount)
        case "resource":
            return named.get(value) or cleaned(value)
        case _:
            return cleaned(seen.known("case_event_fact", value))


def _next(case: Case, items: Sequence[Item], seen: Seen) -> Iterator[RenderableType]:
    """The commands by which something can be done about a case, to be copied whole."""
    for name, command in commands(case, items):
        yield Text(f"  ishigaki {command}", no_wrap=True, overflow="ignore")
        yield Flow(Text(f"      {seen.worded(name)}", style="dim"), hang=1)


def commands(case: Case, items: Sequence[Item]) -> Iterator[tuple[str, str]]:
    """What can be done about a case: each with the phrase that says what it is for."""
    if is_control(case.kind):
        yield "do_explain", f"explain {case.kind}"
    yield "do_ack", f"cases ack {case.id} --fixing"
    if any(i.source in RECHECKED for i in items):
        yield "do_fixed", f"cases fixed {case.id}"
    else:
        yield "do_close", f"cases close {case.id} --reason …"
    yield "do_extend", f"cases extend {case.id} --until YYYY-MM-DD --reason …"
    yield "do_assign", f"cases assign {case.id} NAME"


def to_json(listed: Iterable[Listed], *, now: datetime) -> str:
    """Cases as JSON, one object per case."""
    titles: dict[str, Words] = {}
    found: list[dict[str, Any]] = []
    for one in listed:
        title = titles.setdefault(one.case.kind, heading(one.case.kind))
        found.append(
            {
                **msgspec.to_builtins(one.case),
                "title_en": title["en"],
                "title_ja": title["ja"],
                "things": one.things,
                "accounts": list(one.accounts),
                "overdue": one.case.open and one.case.due <= now,
            }
        )
    return msgspec.json.format(msgspec.json.encode({"cases": found}), indent=2).decode() + "\n"
