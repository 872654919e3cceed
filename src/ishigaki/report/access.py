"""Access as it is: permission sets, and who has which of them where; for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ishigaki.core.stocktake import AssignedShown, Present, SetShown
from ishigaki.report.flow import Flow
from ishigaki.report.terminal import plain, printed
from ishigaki.report.words import phrase
from ishigaki.texts import Language

NAMED = 3  # people of a group that are named


def as_json(present: Present) -> str:
    return msgspec.json.format(msgspec.json.encode(present), indent=2).decode() + "\n"


def render(
    present: Present,
    *,
    names: Mapping[str, str] | None = None,
    language: Language,
    width: int,
    color: bool = False,
) -> str:
    """Two tables for a terminal of so many columns. `names` are those of accounts, by id."""
    instance = present.instance.rpartition("/")[2]
    title = phrase("access.title", instance=instance, owner=present.owner, region=present.region)[language]
    parts: list[RenderableType] = [
        Flow(Text(title, style="bold")),
        Text(f"\n{phrase('access.sets')[language]}", style="bold"),
        _table(
            ("set", "policies", "session", "boundary", "accounts"),
            [_set(each, language) for each in present.sets],
            language,
        ),
        Text(f"\n{phrase('access.assigned')[language]}", style="bold"),
        _table(
            ("account", "set", "who", "people"),
            [(_account(each.account, names or {}), *_assigned(each, language)) for each in present.assigned],
            language,
        ),
    ]
    return printed(Group(*parts), width=width, color=color)


def _table(heads: Iterable[str], rows: Sequence[tuple[str, ...]], language: Language) -> RenderableType:
    if not rows:
        return Text(phrase("access.none")[language], style="dim")
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in heads:
        table.add_column(phrase(f"access.{head}")[language], overflow="fold")
    for row in rows:
        table.add_row(*(Flow(Text("\n".join(plain(line) for line in cell.split("\n")))) for cell in row))
    return table


def _set(each: SetShown, language: Language) -> tuple[str, ...]:
    policies = [*each.policies, *([phrase("access.inline")[language]] if each.inline else [])]
    name = phrase("access.administrator", name=each.name)[language] if each.administrator else each.name
    accounts = str(len(each.accounts))
    if each.outdated:
        accounts = phrase("access.outdated", count=len(each.accounts), outdated=len(each.outdated))[language]

    def said(member: str, value: str) -> str:
        code = each.unseen.get(member)
        return phrase("access.unseen", code=code)[language] if code else value or "–"

    return (
        name,
        said("managed_policies", "\n".join(policies)),
        said("session_duration", each.session),
        said("boundary", each.boundary),
        said("accounts", accounts),
    )


def _account(account: str, names: Mapping[str, str]) -> str:
    return f"{names[account]}\n{account}" if names.get(account) else account


def _assigned(each: AssignedShown, language: Language) -> tuple[str, ...]:
    if each.code and not each.name:
        unseen = phrase("access.unseen", code=each.code)[language]
        return each.permission_set, unseen, "–"
    kind = "group" if each.type == "GROUP" else "user"
    names = ", ".join(each.people[:NAMED]) + (", …" if len(each.people) > NAMED else "")
    people = f"{len(each.people)}: {names}" if names else "0"
    if each.code:
        people = phrase("access.unseen", code=each.code)[language]
    return each.permission_set, phrase(f"access.{kind}", name=each.name)[language], people
