"""What a plan leaves to people: why, the exact steps with what is known filled in, where, and what could break."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from rich.text import Text

from ishigaki.core.answer import GLOBAL
from ishigaki.core.change import Note
from ishigaki.core.plan import Left, Plan
from ishigaki.report.flow import Flow
from ishigaki.report.terminal import plain
from ishigaki.report.values import ACCOUNT, Line, value_lines
from ishigaki.report.words import phrase, said_of, title_of, words
from ishigaki.texts import Language, note_text, steps

LONGEST = 500  # characters of different commands that are written out; beyond it, the pattern and its values
PLACES = 10
MANUAL, UNREAD = "manual", "unread"
BY_HAND = (MANUAL, UNREAD)  # what has no other reason than that a person does it


def left_to_people(plan: Plan, language: Language) -> Iterator[Flow]:
    """What people do, control by control."""
    head = Text(phrase("plan.left")[language], style="bold")
    if any(said_of(x.control) for x in plan.left if x.control):
        checked = phrase("plan.valid_on", date=str(steps.valid_on()))[language]
        head.append(f"\n{checked}", style="not bold dim")
    if any(x.note.code == UNREAD for x in plan.left):
        head.append(f"\n{note_text(Note(UNREAD), language)}", style="yellow not bold")
    yield Flow(head)
    for control, group in _by_control(plan.left):
        yield _left(plan, control, list(group), language)


def _by_control(left: Sequence[Left]) -> Iterable[tuple[str, Iterable[Left]]]:
    ordered = sorted(left, key=lambda x: (x.control or x.item, x.note.code))
    return groupby(ordered, key=lambda x: x.control or x.item)


def _left(plan: Plan, control: str, group: Sequence[Left], language: Language) -> Flow:
    is_control = bool(group[0].control)
    text = Text(f"{phrase('safety.MANUAL')[language]}  ", style="cyan")
    text.append(f"{control} {title_of(control)[language] if is_control else ''}".rstrip(), style="bold")
    by_hand = [x for x in group if x.note.code in BY_HAND]
    told = [
        _task(text, plan, (why, ones), language, mark="")
        for why, ones in _by_reason([x for x in group if x not in by_hand], language).items()
    ]
    said = said_of(control) if is_control else None
    if by_hand and said:
        told.append(_task(text, plan, (said.fix[language], by_hand), language, mark="→ "))
    elif by_hand:
        told.append(_task(text, plan, (note_text(by_hand[0].note, language), by_hand), language, mark=""))
    for line, style in _explained(" ".join(told), group, language):
        text.append(f"\n  {line}", style=style)
    if by_hand and said:
        breaks = phrase("plan.breaks", what=said.breaks[language])[language]
        text.append(f"\n  {breaks}", style="yellow not bold not dim")
    if control in words()["record"]:
        record = phrase("plan.write_down", what=words()["record"][control])[language]
        text.append(f"\n  {record}", style="not bold not dim")
    return Flow(text, hang=2)


def _by_reason(group: Sequence[Left], language: Language) -> Mapping[str, list[Left]]:
    found: dict[str, list[Left]] = {}
    for each in group:
        found.setdefault(_wherever(note_text(each.note, language), each.region), []).append(each)
    return found


def _wherever(said: str, region: str) -> str:
    """A reason that names a Region, as it is said of any: the same thing in many Regions is told once."""
    return said if region == GLOBAL else said.replace(region, "REGION")


def _task(text: Text, plan: Plan, said: tuple[str, Sequence[Left]], language: Language, *, mark: str) -> str:
    """One text for several things: written out for each where that is short, else once, with what differs.
    The answer is what was written."""
    pattern, group = said
    values = [steps.values_for(x, x.type) for x in group]
    variants: dict[str, list[Left]] = {}
    for each, known in zip(group, values, strict=True):
        variants.setdefault(steps.filled(pattern, known), []).append(each)
    if len(variants) > 1 and sum(map(len, variants)) > LONGEST:
        variants = {steps.filled(pattern, steps.shared(values)): list(group)}
    style = "green not bold not dim" if mark else "not bold not dim"
    for step, ones in variants.items():
        text.append(f"\n  {mark}{plain(step)}", style=style)
        for each in ones[:PLACES]:
            text.append(f"\n  · {_place(plan, each, step, language)}", style="dim not bold")
            for line, how in value_lines(each.touches, language):
                text.append(f"\n      {line}", style=how)
        if len(ones) > PLACES:
            more = phrase("plan.more_places", count=len(ones) - PLACES)[language]
            text.append(f"\n  {more}", style="dim not bold")
    return " ".join(variants)


def _explained(step: str, ones: Sequence[Left], language: Language) -> Iterator[Line]:
    """What a person puts in for what stands in capitals."""
    for blank in steps.still_open(step):
        meaning = steps.meaning(blank, ones[0].type)
        if meaning is not None:
            yield f"{blank}: {meaning[language]}", "not bold not dim"


def _place(plan: Plan, each: Left, step: str, language: Language) -> str:
    """Where it is, with what goes into the step there."""
    around = plan.around.get(each.account)
    account = f"{around.name} ({each.account})" if around and around.name else each.account
    known = steps.values_for(each, each.type)
    values = {blank: known[blank] for blank in steps.still_open(step) if blank in known}
    thing = phrase("plan.account")[language] if each.type == ACCOUNT else each.name or each.resource
    parts = [account]
    parts += [each.region] if each.region not in values.values() else []
    parts += [thing] if thing not in values.values() and (each.type != ACCOUNT or not values) else []
    parts += [" ".join(f"{blank}={value}" for blank, value in values.items())]
    return plain(" · ".join(p for p in parts if p))
