"""A plan on the terminal: what would change, value by value, and what is left to people."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ishigaki.core.change import Note, Safety
from ishigaki.core.differences import Difference, differences
from ishigaki.core.plan import Left, Plan, Planned, Touched
from ishigaki.report.flow import Flow
from ishigaki.report.table import plain
from ishigaki.report.words import phrase, title_of
from ishigaki.standards.prices import known_since, prices
from ishigaki.texts import Language, control_text, note_text, remediation_text

STYLE = {Safety.SAFE: "green", Safety.DISRUPTIVE: "yellow", Safety.MANUAL: "cyan"}
MOST = 12  # values shown of one change; the file has them all
LONGEST = 160  # characters of one value
UNDO = "undo"


def render(plan: Plan, *, language: Language, width: int, color: bool = False) -> str:
    """The plan for a terminal of so many columns."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        color_system="standard" if color else None,
        force_terminal=color,
        legacy_windows=False,
        highlight=False,
        _environ={},
    )
    console.print(document(plan, language))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def render_chosen(
    plan: Plan, chosen: Sequence[Planned], *, language: Language, width: int, color: bool = False
) -> str:
    """What is about to be carried out: the chosen changes alone."""
    shown = msgspec.structs.replace(plan, changes=tuple(chosen), left=())
    return render(shown, language=language, width=width, color=color)


def result_line(change: Planned, outcome: str, why: Note | None, language: Language) -> str:
    """How a change ended, in a line."""
    said = phrase(f"outcome.{outcome}")[language] if outcome else "?"
    because = f" ({plain(note_text(why, language))})" if why else ""
    return (
        f"{change.id}  {said}: {does(change, language)} · {change.account} · {change.target.region}{because}"
    )


def document(plan: Plan, language: Language) -> RenderableType:
    """The plan as something `rich` prints at any width."""
    parts: list[RenderableType] = [_head(plan, language)]
    for account, changes in groupby(plan.changes, key=lambda c: c.account):
        parts.append(_account(plan, account, language))
        parts += [_change(c, language) for c in changes]
    if plan.left:
        parts.append(Text(phrase("plan.left")[language], style="bold"))
        parts += [_left(control, list(group), language) for control, group in _by_control(plan.left)]
    return Group(*(Padding(p, (0, 0, 1, 0)) for p in parts))


def _head(plan: Plan, language: Language) -> Text:
    safe = sum(c.safety is Safety.SAFE for c in plan.changes)
    head = Text(phrase(f"plan.title_{plan.purpose}")[language], style="bold")
    counts = phrase(
        "plan.counts",
        changes=len(plan.changes),
        safe=safe,
        disruptive=len(plan.changes) - safe,
        manual=len(plan.left),
        accounts=len({c.account for c in plan.changes}),
    )[language]
    until = phrase("plan.until", at=f"{plan.expires:%Y-%m-%d %H:%M} UTC", scan=plan.scan)[language]
    head.append(f"\n{counts}", style="not bold").append(f"\n{until}", style="not bold dim")
    costs = [c.cost for c in plan.changes if c.cost]
    if costs:
        usd, since = f"{sum(c.monthly for c in costs):,.2f}", known_since(f for c in costs for f in c.facts)
        head.append(f"\n{phrase('plan.monthly', usd=usd, date=str(since))[language]}", style="not bold")
    return head


def _account(plan: Plan, account: str, language: Language) -> Text:
    around = plan.around[account]
    environment = around.environment or phrase("plan.no_environment")[language]
    return Text(f"{plain(around.name or account)} ({account}) · {plain(environment)}", style="bold underline")


def does(change: Planned, language: Language) -> str:
    """What a change does, in the imperative."""
    if change.remediation == UNDO:
        original = next((n.facts["does"] for n in change.notes if n.code == "undoes"), "")
        what = remediation_text(str(original)).does[language].format(name=plain(change.target.name))
        return phrase("plan.undo_of", what=what)[language]
    return remediation_text(change.remediation).does[language].format(name=plain(change.target.name))


def _change(change: Planned, language: Language) -> Flow:
    text = Text(f"{change.id}  ", style="dim")
    text.append(f"{phrase(f'safety.{change.safety}')[language]}  ", style=STYLE[change.safety])
    text.append(does(change, language), style="bold not dim")
    text.append(f"\n  {_where(change, language)}", style="not bold not dim")
    for touch in change.touches:
        for line, style in _values(touch, language, named=len(change.touches) > 1):
            text.append(f"\n    {line}", style=style)
    for line, style in _to_know(change, language):
        text.append(f"\n  {line}", style=style)
    return Flow(text)


def _where(change: Planned, language: Language) -> str:
    target = change.target
    serves = "、" if language == "ja" else ", "
    item = phrase("plan.item", item=change.item)[language] if change.item else ""
    parts = [target.region, plain(target.id), serves.join(change.serves), item]
    return " · ".join(p for p in parts if p)


def _values(touch: Touched, language: Language, *, named: bool) -> Iterable[tuple[str, str]]:
    if named or touch.act != "alter":
        yield f"{phrase(f'act.{touch.act}')[language]} {touch.type} {plain(touch.name)}", "not dim not bold"
    if touch.act == "delete":
        return
    found = list(differences(touch.before, touch.after))
    for each in found[:MOST]:
        yield _difference(each, language), "cyan not bold not dim"
    if len(found) > MOST:
        yield phrase("plan.more_values", count=len(found) - MOST)[language], "dim"


def _difference(each: Difference, language: Language) -> str:
    if each.before is None:
        return f"+ {each.path} = {_value(each.after)}"
    if each.after is None:
        return f"- {each.path} = {_value(each.before)}"
    return f"{each.path}: {_value(each.before)} → {_value(each.after)}"


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return plain(text if len(text) <= LONGEST else text[:LONGEST] + "…")


def _to_know(change: Planned, language: Language) -> Iterable[tuple[str, str]]:
    """What could break, what is to be known, what it costs, whether it can be taken back, what it needs."""
    if change.disruption != "none" and change.remediation != UNDO:
        breaks = remediation_text(change.remediation).breaks[language]
        yield phrase("plan.breaks", what=breaks)[language], "yellow not bold not dim"
    for each in change.notes:
        if each.code != "undoes":
            yield f"! {plain(note_text(each, language))}", "yellow not bold not dim"
    if change.cost:
        usd, known = f"{change.cost.monthly:,.2f}", prices()
        facts = "; ".join(known[f].label[language] if f in known else f for f in change.cost.facts)
        yield phrase("plan.cost", usd=usd, facts=facts)[language], "not bold not dim"
    if not change.reversible:
        yield phrase("plan.for_good")[language], "red not bold not dim"
    if change.depends_on:
        yield phrase("plan.after", changes=", ".join(change.depends_on))[language], "dim"


def _by_control(left: Sequence[Left]) -> Iterable[tuple[str, Iterable[Left]]]:
    ordered = sorted(left, key=lambda x: (x.control or x.item, x.note.code))
    return groupby(ordered, key=lambda x: x.control or x.item)


def _left(control: str, group: Sequence[Left], language: Language) -> Flow:
    is_control = bool(group[0].control)
    text = Text(f"{phrase('safety.MANUAL')[language]}  ", style="cyan")
    text.append(f"{control} {title_of(control)[language] if is_control else ''}".rstrip(), style="bold")
    if is_control and any(x.note.code == "manual" for x in group):
        text.append(f"\n  → {control_text(control).fix[language]}", style="green not bold")
    for reason, ones in groupby(group, key=lambda x: note_text(x.note, language)):
        many = list(ones)
        if many[0].note.code != "manual":
            text.append(f"\n  {plain(reason)}", style="not bold")
        for each in many[:5]:
            text.append(
                f"\n  · {each.account}: {each.region}: {plain(each.name or each.resource)}",
                style="dim not bold",
            )
        if len(many) > 5:
            text.append(f"\n  {phrase('today.more', count=len(many) - 5)[language]}", style="dim not bold")
    return Flow(text)


def summary(plan: Plan) -> Mapping[str, int]:
    """How many changes there are of each kind."""
    safe = sum(c.safety is Safety.SAFE for c in plan.changes)
    return {"safe": safe, "disruptive": len(plan.changes) - safe, "manual": len(plan.left)}
