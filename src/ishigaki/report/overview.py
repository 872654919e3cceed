"""A plan over many accounts: a line for each kind of change, and for each control that is left to people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from ishigaki.core.change import Safety
from ishigaki.core.plan import Left, Plan, Planned
from ishigaki.core.route import Work
from ishigaki.report.flow import Flow
from ishigaki.report.route import does
from ishigaki.report.values import called
from ishigaki.report.words import phrase, title_of
from ishigaki.texts import Language, remediation_text

MANY = 5  # accounts beyond which a plan is shown by what it does, no longer value by value
STYLE = {Safety.SAFE: "green", Safety.DISRUPTIVE: "yellow"}


def overview(plan: Plan, language: Language) -> Iterator[Flow]:
    """The plan by what it does: the SAFE kinds, the DISRUPTIVE ones with what could break, then people's work."""
    yield Flow(Text(phrase("plan.overview", many=MANY)[language], style="dim"))
    for safety in STYLE:
        kinds: dict[str, list[Planned]] = {}
        for change in plan.changes:
            if change.safety is safety:
                kinds.setdefault(change.remediation, []).append(change)
        for group in kinds.values():
            yield _kind(group, language)
    if plan.left:
        yield _left(plan.left, language)


def kind_of(changes: Sequence[Planned]) -> Work:
    """What changes of one remediation do: named by the things it is for, not by what has to be made before."""
    ones = [c for c in changes if c.proves or c.item] or changes
    things = {(c.account, c.target.region, c.target.id): c for c in ones}
    return Work(ones[0].remediation, called(ones[0].target), len(things))


def _kind(group: Sequence[Planned], language: Language) -> Flow:
    first = group[0]
    text = Text(f"{phrase(f'safety.{first.safety}')[language]}  ", style=STYLE[first.safety])
    text.append(does(kind_of(group), language), style="bold")
    served = ("、" if language == "ja" else ", ").join(_served(group))
    size = phrase("plan.kind", changes=len(group), accounts=len({c.account for c in group}))[language]
    text.append("".join(f" · {part}" for part in (served, size) if part), style="not bold")
    if first.safety is Safety.DISRUPTIVE:
        said = phrase("plan.breaks", what=remediation_text(first.remediation).breaks[language])[language]
        text.append(f"\n  {said}", style="yellow not bold")
    monthly = sum(c.cost.monthly for c in group if c.cost)
    if monthly:
        text.append(f"\n  {phrase('route.monthly', usd=f'{monthly:,.2f}')[language]}", style="not bold")
    return Flow(text, hang=2)


def _served(group: Iterable[Planned]) -> Iterable[str]:
    return dict.fromkeys(part for c in group for part in (*c.serves, c.item) if part)


def _left(left: Sequence[Left], language: Language) -> Flow:
    text = Text(phrase("plan.left")[language], style="bold")
    groups: dict[str, list[Left]] = {}
    for each in left:
        groups.setdefault(each.control or each.item, []).append(each)
    for name, ones in groups.items():
        title = title_of(name)[language] if ones[0].control else ""
        size = phrase("plan.left_kind", findings=len(ones), accounts=len({x.account for x in ones}))[language]
        text.append(f"\n  {' '.join(part for part in (name, title) if part)} · {size}", style="not bold")
    text.append(f"\n{phrase('plan.left_how')[language]}", style="not bold dim")
    return Flow(text, hang=2)
