"""The register of users that stay on the terminal: who is new, who has no reason, and which reasons end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rich.console import Group
from rich.text import Text

from ishigaki.core.people import Person
from ishigaki.core.reasons import Reason, Register
from ishigaki.core.written import State
from ishigaki.report.flow import Flow
from ishigaki.report.terminal import plain, printed
from ishigaki.report.words import phrase
from ishigaki.texts import Language

MOST = 20  # lines of one list; the rest is a number


def render(
    register: Register,
    names: Mapping[str, str],
    *,
    new: Sequence[Person],
    since: date | None,
    unseen: int,
    entries: int,
    language: Language,
    width: int,
    color: bool = False,
) -> str:
    """What the register says and lacks, for a terminal of so many columns."""
    counts = {
        "stays": len(register.stays),
        "expired": len(register.expired),
        "without": len(register.without),
    }
    parts = [Text(phrase("reasons.checked", count=entries, **counts)[language], style="bold")]
    come = {p.user_id for p in new}
    others = [p for p in register.without if p.user_id not in come]
    reviewed = [s.reason for s in register.stays if s.review_due]
    soon = [s.reason for s in register.stays if s.state is State.ENDS_SOON]
    lists: list[tuple[str, list[str]]] = [
        ("new", [_person(p, names, language) for p in new]),
        ("expired", [_reason(s.reason, names, language) for s in register.expired]),
        ("without", [_person(p, names, language) for p in others]),
        ("ends_soon", [_reason(r, names, language) for r in soon]),
        ("review", [_reason(r, names, language) for r in reviewed]),
        ("idle", [_reason(r, names, language) for r in register.idle]),
    ]
    for name, lines in lists:
        if lines:
            parts.append(Text("\n").join(_list(name, lines, since, language)))
    if register.without:
        parts.append(Text(f"\n{phrase('reasons.entries')[language]}"))
    if unseen:
        parts.append(Text(phrase("reasons.of_unseen")[language], style="yellow"))
    return printed(Group(*(Flow(part, hang=2) for part in parts)), width=width, color=color)


def _list(name: str, lines: Sequence[str], since: date | None, language: Language) -> Iterator[Text]:
    yield Text(f"\n{phrase(f'reasons.{name}', day=str(since))[language]}", style="bold")
    yield from (Text(f"  {line}") for line in lines[:MOST])
    if len(lines) > MOST:
        yield Text(f"  {phrase('reasons.more', count=len(lines) - MOST)[language]}", style="dim")


def _account(id: str, names: Mapping[str, str]) -> str:
    return plain(f"{names[id]} {id}" if names.get(id) else id)


def _person(person: Person, names: Mapping[str, str], language: Language) -> str:
    told = {"user": plain(person.user_name), "account": _account(person.account, names)}
    return phrase("reasons.line", **told)[language]


def _reason(reason: Reason, names: Mapping[str, str], language: Language) -> str:
    told = {"user": plain(reason.user), "account": _account(reason.account, names)}
    return phrase("reasons.line_until", **told, day=str(reason.expires), owner=plain(reason.owner))[language]
