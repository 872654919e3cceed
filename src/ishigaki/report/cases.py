"""Cases for a terminal and as JSON: what presses most comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ishigaki.core.case import Case, Event, Item, Standing
from ishigaki.report.terminal import STYLE, plain, printed
from ishigaki.report.words import known, moment, phrase
from ishigaki.texts import Language, Words

HOURS_SHOWN = timedelta(hours=48)  # up to here what is left is said in hours
MOST = 20


class Listed(msgspec.Struct, frozen=True):
    """A case as it is listed: how many of its things are open, and in which accounts (their names)."""

    case: Case
    things: int
    accounts: tuple[str, ...]
    title: Words


class Seen(msgspec.Struct, frozen=True):
    """In whose language, zone and width something is shown, and when."""

    language: Language
    zone: tzinfo
    now: datetime
    width: int = 120
    color: bool = False


def left_words(due: datetime, now: datetime) -> Words:
    """How much time is left, or by how much it is over."""
    left = due - now
    way = "left" if left >= timedelta(0) else "over"
    if abs(left) <= HOURS_SHOWN:
        return phrase(f"case.{way}_hours", hours=int(abs(left).total_seconds() // 3600))
    return phrase(f"case.{way}_days", days=abs(left).days)


def render(listed: Sequence[Listed], seen: Seen, *, most: int = MOST) -> str:
    """A list of cases."""
    return printed(_list(listed, seen, most), width=seen.width, color=seen.color)


def _list(listed: Sequence[Listed], seen: Seen, most: int) -> RenderableType:
    say = seen.language
    if not listed:
        return Text(phrase("case.none")[say])
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 1, 0), show_edge=False)
    table.add_column(phrase("case.due")[say], no_wrap=True)
    table.add_column(phrase("case.id")[say], no_wrap=True)
    table.add_column(phrase("case.what")[say], overflow="fold")
    for one in listed[:most]:
        table.add_row(_due(one.case, seen), _name(one.case, say), _what(one, say))
    parts: list[RenderableType] = [table]
    if len(listed) > most:
        parts.append(Text(phrase("case.more", count=len(listed) - most)[say]))
    still = [x.case for x in listed if x.case.open]
    overdue, urgent = sum(c.due <= seen.now for c in still), sum(c.urgent for c in still)
    parts.append(Text(phrase("case.counted", cases=len(still), overdue=overdue, urgent=urgent)[say]))
    return Group(*parts)


def _due(case: Case, seen: Seen) -> Text:
    if not case.open:
        return Text(moment(case.closed or case.since, seen.zone)[seen.language], style="dim")
    over = case.due <= seen.now
    text = Text(moment(case.due, seen.zone)[seen.language], style="bold red" if over else "")
    return text.append(f"\n{left_words(case.due, seen.now)[seen.language]}")


def _name(case: Case, say: Language) -> Text:
    text = Text(case.id, style="bold")
    text.append(f"\n{known('severity', case.severity.value)[say]}", style=STYLE[case.severity])
    return text.append(f"\n{known('case_state', case.state.value)[say]}", style="not bold")


def _what(one: Listed, say: Language) -> Text:
    case = one.case
    text = Text(plain(one.title[say]))
    where = known("environment", case.environment)[say]
    count = phrase("case.things_are", things=one.things, accounts=len(one.accounts))[say]
    text.append(f"\n{count} · {where}")
    who = case.assignee or case.owner
    return text.append(f"\n{plain(who)}", style="dim") if who else text


def render_one(
    one: Listed, items: Iterable[Item], events: Iterable[Event], seen: Seen, *, names: Mapping[str, str]
) -> str:
    """A case with its things, its history and what can be done."""
    say, case = seen.language, one.case
    facts = Table.grid(padding=(0, 2, 0, 0))
    for key, value in (
        ("state", known("case_state", case.state.value)[say]),
        (
            "due",
            f"{moment(case.due, seen.zone)[say]} ({left_words(case.due, seen.now)[say]})"
            if case.open
            else "–",
        ),
        ("owner", case.owner or "–"),
        ("assignee", case.assignee or "–"),
        ("opened", moment(case.opened, seen.zone)[say]),
        ("row", f"{case.row}: {_why(case, say)}" if case.why else case.row),
    ):
        facts.add_row(Text(phrase(f"case.{key}")[say], style="bold"), Text(plain(value)))
    head = Text(f"{case.id}  ", style="bold").append(plain(one.title[say]))
    parts: list[RenderableType] = [
        head.append(f"  {known('severity', case.severity.value)[say]}", style=STYLE[case.severity]),
        facts,
        Text(f"\n{phrase('case.things')[say]}", style="bold"),
        *(
            _thing(i, seen, names)
            for i in sorted(items, key=lambda i: (i.standing is not Standing.OPEN, i.identity))
        ),
        Text(f"\n{phrase('case.history')[say]}", style="bold"),
        *(_event(e, seen) for e in events),
    ]
    if case.open:
        parts.append(Text(f"\n{phrase('case.next')[say]}", style="bold"))
        parts += [Text(f"  ishigaki {c}") for c in _commands(case)]
    return printed(Group(*parts), width=seen.width, color=seen.color)


def _why(case: Case, say: Language) -> str:
    return case.why if isinstance(case.why, str) else case.why[say]


def _commands(case: Case) -> list[str]:
    control = [f"explain {case.kind}"] if "." in case.kind and ":" not in case.kind else []
    return [
        f"cases ack {case.id}",
        f"cases extend {case.id} --until YYYY-MM-DD --reason …",
        f"cases fixed {case.id}",
        *control,
    ]


def _thing(item: Item, seen: Seen, names: Mapping[str, str]) -> Text:
    stands = phrase(f"case.standing_{item.standing.value}")[seen.language]
    account = names.get(item.account, item.account)
    where = f"{account} ({item.account}): {item.region}: {item.name or item.resource}"
    return Text(f"  {stands}  ").append(plain(where))


def _event(event: Event, seen: Seen) -> Text:
    say = seen.language
    facts = {
        k: known("case_event_fact", str(v))[say] if isinstance(v, str) else v for k, v in event.facts.items()
    }
    said = phrase(f"case_event.{event.what}", **{**dict.fromkeys(BLANKS, "–"), **facts})[say]
    note = event.facts.get("note")
    line = Text(f"  {moment(event.at, seen.zone)[say]}  ").append(plain(f"{event.who}: {said}"))
    return line.append(plain(f" — {note}")) if note else line


BLANKS = ("resource", "within", "until", "to", "stage", "count")


def to_json(listed: Iterable[Listed], *, now: datetime) -> str:
    """Cases as JSON, one object per case."""
    found: list[dict[str, Any]] = [
        {
            **msgspec.to_builtins(x.case),
            "title_en": x.title["en"],
            "title_ja": x.title["ja"],
            "things": x.things,
            "accounts": list(x.accounts),
            "overdue": x.case.open and x.case.due <= now,
        }
        for x in listed
    ]
    return msgspec.json.format(msgspec.json.encode({"cases": found}), indent=2).decode() + "\n"
