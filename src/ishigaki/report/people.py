"""The stock-take on a terminal: its numbers, by account, who needs attention, which roles, and what was not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ishigaki.core.finding import Reason
from ishigaki.core.people import ACTIVE, IAM_USER, QUARANTINE, ROOT, AnyRow, Key, Person, Trust, Visit
from ishigaki.core.people_numbers import LONG_UNUSED, OLD_KEY, Numbers, count
from ishigaki.report.flow import Flow
from ishigaki.report.terminal import plain, printed
from ishigaki.report.words import known, phrase, reason_words
from ishigaki.texts import Language, Words

R = TypeVar("R")
MOST, ACCOUNTS = 15, 30  # of a list; the rest is a number
STYLES: Mapping[str, str] = {
    "quarantine": "bold red",
    "root_keys": "bold red",
    "without_mfa": "red",
    "admin": "red",
    "admin_bounded": "red",
    "root_used": "yellow",
    "unused_key": "yellow",
}
HEAVY = (
    "quarantine",
    "root_keys",
    "without_mfa",
    "admin",
    "admin_bounded",
    "root_used",
    "unused_key",
    "old_key",
    "unused",
    "inactive_key",
)
FAULTS = ("anyone", "open_provider", "outside_unconditional", "whole_account", "unreadable")  # gravest first


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A stock-take to be shown: of a date, in a language, of some accounts or (none named) of all."""

    day: date
    rows: Sequence[AnyRow]
    language: Language
    only: tuple[str, ...] = ()

    def of(self, kind: type[R]) -> list[R]:
        return [row for row in self.rows if isinstance(row, kind)]

    def tell(self, key: str, /, **facts: object) -> str:
        return phrase(f"people.{key}", **facts)[self.language]


def render(shown: Shown, *, width: int, color: bool = False) -> str:
    """The stock-take for a terminal of so many columns."""
    if shown.only:
        shown = msgspec.structs.replace(shown, rows=[r for r in shown.rows if r.account in shown.only])
    parts = [_by_account(shown), _people(shown), _trust(shown), _jumps(shown), _unseen(shown)]
    return printed(
        Group(_head(shown), *(Padding(part, (1, 0, 0, 0)) for part in parts if part is not None)),
        width=width,
        color=color,
    )


def render_head(shown: Shown, *, width: int, color: bool = False) -> str:
    """Its numbers alone."""
    return printed(_head(shown), width=width, color=color)


def _head(shown: Shown) -> RenderableType:
    n = count(shown.rows)
    lines = [
        shown.tell("accounts", seen=n.accounts - n.unseen, all=n.accounts),
        shown.tell(
            "users", users=n.users, human=n.human, machine=n.machine, shared=n.shared, unknown=n.unknown
        ),
        _wrong(shown, n),
        shown.tell("keys", keys=n.keys, old=n.old_keys, unused=n.unused_keys),
        shown.tell("roots", mfa=n.root_without_mfa, keys=n.root_keys),
        _sso(shown, n),
    ]
    text = Text(shown.tell("title", day=shown.day), style="bold")
    for line in lines:
        text.append(f"\n{line}", style="not bold")
    if n.unseen:
        text.append(f"\n{shown.tell('partial', unseen=n.unseen)}", style="bold yellow")
    if n.unsure:
        text.append(f"\n{shown.tell('unsure', users=n.unsure)}", style="not bold yellow")
    return Flow(text)


def _wrong(shown: Shown, n: Numbers) -> str:
    return shown.tell(
        "wrong",
        mfa=n.without_mfa,
        admins=n.admins,
        console=n.without_console,
        unused45=n.unused_45,
        unused90=n.unused_90,
    )


def _sso(shown: Shown, n: Numbers) -> str:
    """What is known of Identity Center: every member of an organization is refused, so one that reads is enough."""
    codes = {visit.sso for visit in shown.of(Visit) if visit.sso}
    if "read" in codes or n.sso_users:
        return shown.tell("sso", users=n.sso_users, assignments=n.assignments)
    refused = sorted(codes - {"none"})
    return (
        shown.tell("sso_unseen", codes=", ".join(refused)) if refused or not codes else shown.tell("sso_none")
    )


def _table(shown: Shown, title: str, columns: Sequence[str]) -> Table:
    table = Table(
        title=Text(shown.tell(title), style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        expand=True,
        pad_edge=False,
    )
    for column in columns:
        table.add_column(Flow(Text(shown.tell(column))), overflow="fold")
    return table


def _by_account(shown: Shown) -> RenderableType | None:
    of_account: dict[str, list[AnyRow]] = {}
    for row in shown.rows:
        of_account.setdefault(row.account, []).append(row)
    numbers = ("users", "mfa", "admins", "keys", "old", "unused")
    table = _table(shown, "by_account", ("account", *(f"column_{n}" for n in numbers), "column_report"))
    table.expand = False  # the account's name gives way, the numbers stay whole
    for column in table.columns[1:-1]:
        column.justify = "right"
    table.columns[-1].min_width = 10
    visits = sorted(
        shown.of(Visit),
        key=lambda v: (v.seen, not (v.gaps or v.code), -_users(of_account[v.account]), v.account),
    )
    most = len(visits) if shown.only else ACCOUNTS
    for visit in visits[:most]:
        name = Flow(Text(f"{plain(visit.account_name)}\n{visit.account}"))
        if not visit.seen:
            table.add_row(
                name, *["–"] * len(numbers), Flow(Text(shown.tell("not_seen"), style="bold yellow"))
            )
            continue
        n = count(of_account[visit.account])
        told = (n.users, n.without_mfa, n.admins, n.keys, n.old_keys, n.unused_90)
        table.add_row(name, *(f"{number:,}" for number in told), _report(shown, visit))
    if len(visits) > most:
        more = shown.tell("more_accounts", count=len(visits) - most)
        table.add_row(Flow(Text(more, style="dim")), *[""] * (len(numbers) + 1))
    return table if table.row_count else None


def _users(rows: Iterable[AnyRow]) -> int:
    return sum(isinstance(row, Person) and row.what == IAM_USER for row in rows)


def _report(shown: Shown, visit: Visit) -> Flow:
    """How old the report was, and whether everything else was seen."""
    minutes = (
        max(0, int((visit.collected_at - visit.report_at).total_seconds() // 60)) if visit.report_at else 0
    )
    hours, rest = divmod(minutes, 60)
    text = Text(shown.tell("report_age", age=f"{hours}:{rest:02}"))
    if visit.gaps or visit.code:
        text.append(f"\n{shown.tell('in_part' if visit.gaps else 'earlier')}", style="yellow")
    return Flow(text)


def _people(shown: Shown) -> RenderableType | None:
    keys: dict[str, list[Key]] = {}
    for key in shown.of(Key):
        keys.setdefault(key.user_id, []).append(key)
    found = [(wrong(p, keys.get(p.user_id, ())), p) for p in shown.of(Person) if p.what in (ROOT, IAM_USER)]
    if not shown.only:
        found = [(codes, p) for codes, p in found if codes]
    found.sort(key=lambda each: (weight(each[0]), each[1].account, each[1].what != ROOT, each[1].user_name))
    if not found:
        return Text(shown.tell("nobody"))
    table = _table(shown, "rows", ("user", "used_by", "attention", "last_use"))
    table.columns[0].ratio, table.columns[1].ratio, table.columns[2].ratio = 3, 3, 4
    table.columns[3].min_width = 10
    most = len(found) if shown.only else MOST
    for codes, person in found[:most]:
        name = known("people_use", ROOT)[shown.language] if person.what == ROOT else plain(person.user_name)
        who = Text(name, style="bold")
        who.append(f"\n{plain(person.account_name)} {person.account}", style="dim not bold")
        table.add_row(Flow(who), _use(shown, person), _attention(shown, codes), _last_use(shown, person))
    if len(found) > most:
        table.add_row(Flow(Text(shown.tell("more", count=len(found) - most), style="dim")), "", "", "")
    return table


def wrong(person: Person, keys: Iterable[Key]) -> tuple[str, ...]:
    """What needs attention of a person, as codes, the worst first; `unused:120` with its days.

    A root user is to lie unused: one that was used of late needs attention. What a boundary leaves of an administrator
    is not judged here, only that there is one.
    """
    active = [key for key in keys if key.status == ACTIVE]
    idle = person.idle_days
    is_root = person.what == ROOT
    unused_key = any((key.idle_days or 0) > LONG_UNUSED for key in active)
    signs = {
        "quarantine": any(QUARANTINE in policy for policy in person.policies or ()),
        "root_keys": is_root and person.active_keys,
        "without_mfa": person.mfa is False and person.console,
        "admin": person.admin and not is_root and not person.boundary,
        "admin_bounded": person.admin and person.boundary,
        f"root_used:{idle}": is_root and person.used_at and idle is not None and idle <= LONG_UNUSED,
        "unused_key": unused_key,
        "old_key": any((key.age_days or 0) > OLD_KEY for key in active),
        f"unused:{idle}": not is_root
        and (idle or 0) > LONG_UNUSED
        and not (unused_key and not person.console),
        "inactive_key": person.inactive_keys,
        "partly_seen": None in (person.console, person.mfa, person.active_keys, person.admin),
        **dict.fromkeys(person.notes, True),
    }
    return tuple(code for code, there in signs.items() if there)


def weight(codes: Sequence[str]) -> tuple[int, ...]:
    """What sorts the worst first: by the worst code, then the next."""
    told = [code.partition(":")[0] for code in codes]
    return tuple(0 if code in told else 1 for code in HEAVY)


def _use(shown: Shown, person: Person) -> Flow:
    text = Text(known("people_use", person.used_by)[shown.language])
    evidence = () if person.what == ROOT else person.evidence
    told = [known("people_evidence", code)[shown.language] for code in evidence]
    return Flow(text.append(f"\n{shown.tell('join').join(told)}", style="dim") if told else text)


def _attention(shown: Shown, codes: Iterable[str]) -> Flow:
    text = Text()
    for code in codes:
        name, _, days = code.partition(":")
        said = phrase(f"people_wrong.{name}", days=int(days)) if days else known("people_wrong", name)
        text.append(
            f"{'' if not text.plain else shown.tell('join')}{said[shown.language]}",
            style=STYLES.get(name, ""),
        )
    return Flow(text)


def _last_use(shown: Shown, person: Person) -> Flow:
    if person.used_at is None:
        return Flow(Text(shown.tell("not_seen" if person.idle_days is None else "never")))
    days = person.idle_days or 0
    ago = shown.tell("days_ago", days=days) if days else shown.tell("today")
    where = f"\n{plain(person.used_service)} {plain(person.used_region)}".rstrip()
    return Flow(Text(ago).append(where, style="dim"))


def _trust(shown: Shown) -> RenderableType | None:
    found = [row for row in shown.of(Trust) if row.faults]
    if not found:
        return None
    table = _table(shown, "trust", ("role", "principal", "attention"))
    table.columns[0].ratio, table.columns[1].ratio, table.columns[2].ratio = 3, 3, 4
    same = _alike(found)
    most = len(same) if shown.only else MOST
    for rows in same[:most]:
        row = rows[0]
        where = (
            f"{plain(row.account_name)} {row.account}"
            if len(rows) == 1
            else shown.tell("in_accounts", count=len(rows))
        )
        role = Text(plain(row.role_name), style="bold").append(f"\n{where}", style="dim not bold")
        who = Text(plain(row.principal) if row.principal != "*" else shown.tell("everyone"))
        who.append(f"\n{plain(row.principal_name)}".rstrip(), style="dim")
        said = [known("people_fault", code)[shown.language] for code in row.faults]
        table.add_row(Flow(role), Flow(who), Flow(Text(shown.tell("join").join(said), style="red")))
    if len(same) > most:
        table.add_row(Flow(Text(shown.tell("more_roles", count=len(same) - most), style="dim")), "", "")
    return table


def _alike(found: Iterable[Trust]) -> list[list[Trust]]:
    """The gravest first; one line for the same role with the same mistake in many accounts, as stack sets make it."""
    groups: dict[tuple[object, ...], list[Trust]] = {}
    for row in sorted(found, key=lambda r: (r.account, r.role_name, r.principal)):
        groups.setdefault((row.role_name, row.principal, row.faults), []).append(row)
    return sorted(groups.values(), key=lambda rows: min(FAULTS.index(code) for code in rows[0].faults))


def _jumps(shown: Shown) -> RenderableType | None:
    """The jump accounts, and what runs there although nothing should."""
    lines: list[Text] = []
    for visit in (v for v in shown.of(Visit) if v.is_jump):
        name = plain(f"{visit.account_name} ({visit.account})")
        if visit.workload:
            said = shown.tell("jump", account=name, things=shown.tell("join").join(visit.workload))
            lines.append(Text(said, style="red"))
        else:
            lines.append(Text(shown.tell("jump_clean", account=name)))
    return Group(*map(Flow, lines)) if lines else None


def _unseen(shown: Shown) -> RenderableType | None:
    """What was not seen, and when it last was."""
    lines = [line for visit in shown.of(Visit) for line in _said(shown, visit)]
    if not lines:
        return None
    text = Text(shown.tell("unseen"), style="bold")
    for line in lines:
        text.append(f"\n{plain(line)}", style="not bold")
    return Flow(text)


def _said(shown: Shown, visit: Visit) -> Iterator[str]:
    name = f"{visit.account_name} ({visit.account})"
    if not visit.seen:
        when = shown.tell("last_good", day=visit.last_good) if visit.last_good else shown.tell("never_good")
        detail = f": {visit.message}" if visit.message else ""
        yield f"{name}: {why(visit.code)[shown.language]}{detail} · {when}"
    elif visit.code:
        detail = f": {visit.message}" if visit.message else ""
        when = shown.tell("kept_from", at=f"{visit.collected_at:%Y-%m-%d %H:%M} UTC")
        yield f"{name}: {why(visit.code)[shown.language]}{detail} · {when}"
    for gap in visit.gaps:
        yield f"{name}: {gap}"


def why(code: str) -> Words:
    """Why an account was not seen: our own codes, else AWS's."""
    said = known("people_code", code)
    return reason_words(Reason(code)) if said["en"] == code else said
