"""A plan on the terminal: what would change, value by value, and what is left to people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

import msgspec
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ishigaki.baselines import ORDER
from ishigaki.core.change import Note, Safety
from ishigaki.core.plan import Plan, Planned
from ishigaki.report.flow import Flow
from ishigaki.report.manual import left_to_people
from ishigaki.report.overview import MANY, overview
from ishigaki.report.terminal import plain, printed
from ishigaki.report.values import ACCOUNT, Line, called, value_lines
from ishigaki.report.words import known, phrase
from ishigaki.standards.prices import known_since, prices
from ishigaki.texts import Language, note_text, remediation_text

STYLE = {Safety.SAFE: "green", Safety.DISRUPTIVE: "yellow", Safety.MANUAL: "cyan"}
PLACES = 20  # changes of one kind shown by themselves; the file has them all
TELLING = 6  # a name as long as this is not found in other words by chance
UNDO = "undo"


def render(plan: Plan, *, language: Language, width: int, color: bool = False) -> str:
    """The plan for a terminal of so many columns."""
    return printed(document(plan, language), width=width, color=color)


def render_chosen(
    plan: Plan, chosen: Sequence[Planned], *, language: Language, width: int, color: bool = False
) -> str:
    """What is about to be carried out: the chosen changes alone."""
    left = plan.left if plan.purpose == UNDO else ()  # what does not come back is to be known before
    shown = msgspec.structs.replace(plan, changes=tuple(chosen), left=left)
    return render(shown, language=language, width=width, color=color)


def result_line(change: Planned, outcome: str, why: Note | None, language: Language) -> str:
    """How a change ended, in a line."""
    said = phrase(f"outcome.{outcome}")[language] if outcome else "?"
    because = f" ({plain(note_text(why, language))})" if why else ""
    return (
        f"{change.id}  {said}: {does(change, language)} · {change.account} · {change.target.region}{because}"
    )


def outcome_counts(outcomes: Iterable[str], language: Language) -> str:
    """How many changes of a run ended in which way."""
    counts = Counter(outcomes)
    said = [f"{phrase(f'outcome.{o}')[language] if o else '?'} {n}" for o, n in sorted(counts.items())]
    return " · ".join(said) or phrase("outcome.none")[language]


def document(plan: Plan, language: Language) -> RenderableType:
    """The plan as something `rich` prints at any width."""
    parts: list[RenderableType] = [_head(plan, language)]
    if len({c.account for c in plan.changes}) > MANY:
        return Group(*(Padding(p, (0, 0, 1, 0)) for p in (*parts, *overview(plan, language))))
    ends = _ends(plan)
    for account, changes in groupby(plan.changes, key=lambda c: c.account):
        parts.append(_account(plan, account, language))
        before: Sequence[Planned] = ()
        for group in _alike(changes, ends, language):
            parts.append(_changes(group, language, before=before, ends=ends))
            before = group
    if plan.left:
        parts += left_to_people(plan, language)
    return Group(*(Padding(p, (0, 0, 1, 0)) for p in parts))


def _head(plan: Plan, language: Language) -> Text:
    safe = sum(c.safety is Safety.SAFE for c in plan.changes)
    head = Text(phrase(f"plan.title_{plan.purpose}")[language], style="bold")
    counts = phrase(
        "plan.counts",
        changes=len(plan.changes),
        safe=safe,
        disruptive=len(plan.changes) - safe,
        accounts=len({c.account for c in plan.changes}),
    )[language]
    if plan.left:
        controls = len({x.control or x.item for x in plan.left})
        counts += f"\n{phrase('plan.manual', findings=len(plan.left), controls=controls)[language]}"
    source = "plan.until" if plan.scan else "plan.until_live"
    until = phrase(source, at=f"{plan.expires:%Y-%m-%d %H:%M} UTC", scan=plan.scan)[language]
    head.append(f"\n{counts}", style="not bold").append(f"\n{until}", style="not bold dim")
    costs = [c.cost for c in plan.changes if c.cost]
    if costs:
        usd, since = f"{sum(c.monthly for c in costs):,.2f}", known_since(f for c in costs for f in c.facts)
        head.append(f"\n{phrase('plan.monthly', usd=usd, date=str(since))[language]}", style="not bold")
    return head


def _account(plan: Plan, account: str, language: Language) -> Text:
    around = plan.around[account]
    environment = phrase("plan.no_environment")[language]
    if around.environment:
        environment = known("environment", around.environment)[language]
    return Text(f"{plain(around.name or account)} ({account}) · {plain(environment)}", style="bold underline")


def _ends(plan: Plan) -> Mapping[str, Planned]:
    """For each change that only prepares another of the same remediation (a bucket for a log, say), that other."""
    changes = {c.id: c for c in plan.changes}
    found: dict[str, Planned] = {}
    for change in reversed(plan.changes):
        for needed in change.depends_on:
            before = changes.get(needed)
            alike = before is not None and before.remediation == change.remediation != UNDO
            if before is not None and alike and not before.proves:
                found.setdefault(needed, found.get(change.id, change))
    return found


def does(change: Planned, language: Language) -> str:
    """What a change does, in the imperative."""
    if change.remediation == UNDO:
        original = next((n.facts["does"] for n in change.notes if n.code == "undoes"), "")
        what = remediation_text(str(original)).does[language].format(name=plain(called(change.target)))
        return phrase("plan.undo_of", what=what)[language]
    return remediation_text(change.remediation).does[language].format(name=plain(called(change.target)))


def _alike(
    changes: Iterable[Planned], ends: Collection[str], language: Language
) -> Iterable[Sequence[Planned]]:
    """An account's changes, those together that do the same to several things, in the order they come."""
    groups: dict[object, list[Planned]] = {}
    for change in changes:
        groups.setdefault((change.id in ends, _face(change, language)), []).append(change)
    return groups.values()


def _face(change: Planned, language: Language) -> object:
    """What is shown of a change beside where it is made: names, ids and the Region of its own do not count."""
    said = change.remediation if change.remediation != UNDO else does(change, language)
    lines = [line for line, _ in _told(change, language)]
    own = {part for t in change.touches for part in (t.id, t.name, t.region) if len(part) >= TELLING}
    pattern = "|".join(re.escape(part) for part in sorted(own, key=lambda part: (-len(part), part)))
    alike = tuple(re.sub(pattern, "", line) if pattern else line for line in lines)
    return said, change.safety, change.serves, change.item, alike


def _changes(
    group: Sequence[Planned], language: Language, *, before: Sequence[Planned], ends: Mapping[str, Planned]
) -> Flow:
    first = group[0]
    text = Text(f"{phrase(f'safety.{first.safety}')[language]}  ", style=STYLE[first.safety])
    prepares = first.id in ends
    text.append(_does_all([ends[c.id] if prepares else c for c in group], language), style="bold")
    comma = "、" if language == "ja" else ", "
    item = phrase("plan.item", item=first.item)[language] if first.item in ORDER else ""
    count = phrase("plan.count", count=len(group))[language] if len(group) > 1 else ""
    first_step = phrase("plan.prepares")[language] if prepares else ""
    beside = [part for part in (first_step, comma.join(first.serves), item, count) if part]
    text.append("".join(f" · {part}" for part in beside), style="not bold")
    widest = max(len(c.target.region) for c in group)
    for change in group[:PLACES]:
        text.append(f"\n  {_place(change, widest, language)}", style="not bold dim")
    if len(group) > PLACES:
        more = phrase("plan.more_places", count=len(group) - PLACES)[language]
        text.append(f"\n  {more}", style="not bold dim")
    for line, style in value_lines(first.touches, language):
        text.append(f"\n    {line}", style=style)
    again = bool(before) and before[0].remediation == first.remediation and before[0].disruption != "none"
    for line, style in _to_know(first, language, again=again, times=len(group)):
        text.append(f"\n  {line}", style=style)
    if any(_told(c, language) != _told(first, language) for c in group):
        text.append(f"\n  {phrase('plan.likewise', change=first.id)[language]}", style="not bold dim")
    return Flow(text, hang=2)


def _told(change: Planned, language: Language) -> list[Line]:
    return [*value_lines(change.touches, language), *_to_know(change, language)]


def _does_all(group: Sequence[Planned], language: Language) -> str:
    """What changes do that are alike, of the first by name."""
    names = list(dict.fromkeys(called(c.target) for c in group))
    if len(names) == 1 or group[0].remediation == UNDO:
        return does(group[0], language)
    name = phrase("route.and_more", name=plain(names[0]), count=len(names) - 1)[language]
    said = remediation_text(group[0].remediation).does[language].format(name=name)
    return re.sub("(?<=件) (?=[ぁ-ん])", "", said)


def _place(change: Planned, widest: int, language: Language) -> str:
    """The change's id, the Region, and the thing: what its ARN says beyond account and Region."""
    target = change.target
    thing = target.id.split(":", 5)[-1] if target.id.startswith("arn:") else target.id
    if target.type == ACCOUNT:
        thing = phrase("plan.account")[language]
    elif target.name and target.name not in thing:
        thing = f"{target.name} ({thing})"
    line = f"{change.id}  {target.region:<{widest}}  {plain(thing)}"
    if not change.depends_on:
        return line
    return f"{line} · {phrase('plan.after', changes=', '.join(change.depends_on))[language]}"


def _to_know(change: Planned, language: Language, *, again: bool = False, times: int = 1) -> Iterable[Line]:
    """What could break (`again`: as said just before), what is to be known, what so many changes cost, whether it
    can be taken back."""
    if change.disruption != "none" and change.remediation != UNDO:
        breaks = remediation_text(change.remediation).breaks[language]
        said = phrase("plan.breaks_same") if again else phrase("plan.breaks", what=breaks)
        yield said[language], "yellow not bold not dim"
    for each in change.notes:
        if each.code != "undoes":
            yield f"! {plain(note_text(each, language))}", "yellow not bold not dim"
    if change.cost:
        listed = prices()
        facts = "; ".join(listed[f].label[language] if f in listed else f for f in change.cost.facts)
        usd, one = f"{change.cost.monthly * times:,.2f}", f"{change.cost.monthly:,.2f}"
        key = "plan.cost_each" if times > 1 else "plan.cost"
        yield phrase(key, usd=usd, each=one, count=times, facts=facts)[language], "not bold not dim"
    if not change.reversible:
        yield phrase("plan.for_good")[language], "red not bold not dim"


def summary(plan: Plan, chosen: Sequence[Planned] | None = None) -> Mapping[str, int]:
    """How many changes there are of each kind, in the plan or of those that are chosen."""
    changes = plan.changes if chosen is None else chosen
    safe = sum(c.safety is Safety.SAFE for c in changes)
    return {"safe": safe, "disruptive": len(changes) - safe, "manual": len(plan.left)}
