"""The route to a score on the terminal and as JSON: fixes in order, then what is left to people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ishigaki.core.change import Safety
from ishigaki.core.route import ByHand, Leg, Route, Work
from ishigaki.report.flow import Flow
from ishigaki.report.terminal import plain, printed
from ishigaki.report.words import (
    brief_words,
    known,
    phrase,
    said_of,
    score_words,
    time_words,
    title_of,
    words,
)
from ishigaki.standards import standard
from ishigaki.standards.prices import known_since, prices
from ishigaki.texts import Language, note_text, remediation_text

STYLE = {Safety.SAFE: "green", Safety.DISRUPTIVE: "yellow", Safety.MANUAL: "cyan"}
REASONS = 3  # told of one control


def render(
    routes: Sequence[Route], *, scan: str, home: str, language: Language, width: int, color: bool = False
) -> str:
    """The routes for a terminal of so many columns; `home` is the Region whose prices were taken."""
    shown = [_document(route, scan, home, language) for route in routes]
    return printed(*shown, width=width, color=color)


def _document(route: Route, scan: str, home: str, language: Language) -> RenderableType:
    parts: list[RenderableType] = [_head(route, scan, language)]
    if route.legs:
        parts.append(_legs(route, language))
    if route.by_hand:
        parts.append(_by_hand(route, language))
    notes = [Flow(Text(line)) for line in _notes(route, home, language)]
    return Group(*(Padding(p, (0, 0, 1, 0)) for p in parts), *notes, Text())


def _head(route: Route, scan: str, language: Language) -> Flow:
    named = standard(route.standard)
    title = named.title_ja if language == "ja" else named.title_en
    text = Text(phrase("route.title", to=route.to, standard=title)[language], style="bold")
    lines = [phrase("route.now", score=score_words(route.start))]
    if route.legs:
        lines.append(phrase("route.then", score=score_words(route.legs[-1].after)))
    if route.by_hand:
        lines.append(phrase("route.end", score=score_words(route.end)))
    lines.append(_verdict(route))
    for line in lines:
        text.append(f"\n{line[language]}", style="not bold")
    text.append(f"\n{phrase('route.simulated', scan=scan)[language]}", style="not bold dim")
    return Flow(text)


def _verdict(route: Route) -> dict[str, str]:
    if not route.legs and not route.by_hand and (route.start.low or 0) >= route.to:
        return dict(phrase("route.there"))
    if (route.end.low or 0) >= route.to:
        return dict(phrase("route.beyond" if route.more else "route.reached", to=route.to, more=route.more))
    return dict(phrase("route.short", to=route.to))


def _table(title: str, language: Language) -> Table:
    table = Table(
        title=Text(phrase(title)[language], style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        expand=True,
        pad_edge=False,
    )
    table.add_column("", justify="right", width=2)
    table.add_column(phrase("route.step")[language], ratio=1)
    table.add_column(phrase("route.after")[language], width=15)
    return table


def _legs(route: Route, language: Language) -> Table:
    table = _table("route.fixes", language)
    for number, leg in enumerate(route.legs, start=1):
        last = number == len(route.legs)
        table.add_row(str(number), _step(leg, language), _score(leg, language), end_section=not last)
    return table


def _step(leg: Leg, language: Language) -> Flow:
    """What is done, how it is to be regarded, how long it takes, what it costs, and what it does to controls."""
    text = Text("\n".join(does(work, language) for work in leg.work), style="bold")
    text.append(f"\n{phrase(f'safety.{leg.safety}')[language]}", style=f"not bold {STYLE[leg.safety]}")
    size = [_time(leg, language)]
    if leg.monthly:
        size.append(phrase("route.monthly", usd=f"{leg.monthly:,.2f}")[language])
    size.append(phrase("route.size", changes=leg.safe + leg.disruptive, accounts=len(leg.accounts))[language])
    if leg.safe and leg.disruptive:
        label = phrase(f"safety.{leg.safety}")
        size.append(phrase("route.mixed", disruptive=leg.disruptive, label=label)[language])
    if leg.for_good:
        size.append(phrase("route.for_good", count=leg.for_good)[language])
    text.append(f" · {' · '.join(size)}", style="not bold")
    if leg.wins:
        text.append(f"\n{_controls('wins', leg.wins, language)}", style="not bold")
    elif not leg.loses:
        text.append(f"\n{phrase('route.no_points')[language]}", style="not bold")
    for key, found in (("brings", leg.brings), ("loses", leg.loses)):
        if found:
            text.append(f"\n{_controls(key, found, language)}", style="not bold yellow")
    return Flow(text)


def does(work: Work, language: Language) -> str:
    """What a remediation does, with the first thing's name and how many more there are."""
    name = plain(work.name)
    if work.things > 1:
        name = phrase("route.and_more", name=name, count=work.things - 1)[language]
    said = remediation_text(work.remediation).does[language].format(name=name)
    # Japanese takes a space beside a Latin name, none beside the words that follow it here.
    return said.replace(f"{name} ", name) if work.things > 1 and language == "ja" else said


def _controls(key: str, controls: Iterable[str], language: Language) -> str:
    return phrase(f"route.{key}", controls=_list(controls, language))[language]


def _list(said: Iterable[str], language: Language) -> str:
    return ("、" if language == "ja" else ", ").join(said)


def _time(step: Leg | ByHand, language: Language) -> str:
    if isinstance(step, Leg) and step.safety is Safety.SAFE:
        return phrase("route.at_once")[language]
    return time_words(step.minutes)[language]


def _score(step: Leg | ByHand, language: Language) -> Flow:
    """The score after a step, its range on a line of its own."""
    return Flow(Text(brief_words(step.after)[language].replace(" (", "\n(")))


def _by_hand(route: Route, language: Language) -> Table:
    table = _table("route.by_hand", language)
    for number, each in enumerate(route.by_hand, start=len(route.legs) + 1):
        last = each is route.by_hand[-1]
        table.add_row(str(number), _task(each, language), _score(each, language), end_section=not last)
    return table


def _task(each: ByHand, language: Language) -> Flow:
    """The control, where it fails, why no call puts it right, the exact step, and what is to be recorded."""
    text = Text(f"{each.control} ", style="cyan").append(title_of(each.control)[language], style="bold")
    size = phrase("route.failures", resources=each.resources, accounts=len(each.accounts))[language]
    text.append(f"\n{phrase('safety.MANUAL')[language]}", style="not bold cyan")
    text.append(f" · {_time(each, language)} · {size}", style="not bold")
    reasons = [note_text(n, language) for n in each.reasons]
    for reason in dict.fromkeys(reasons[:REASONS]):
        text.append(f"\n{plain(reason)}", style="not bold")
    if len(set(reasons)) > REASONS:
        more = phrase("today.more", count=len(set(reasons)) - REASONS)[language]
        text.append(f"\n{more}", style="not bold dim")
    said = said_of(each.control)
    if said:
        text.append(f"\n→ {said.fix[language]}", style="not bold green")
    record = words()["record"].get(each.control) or words()["record"]["other"]
    text.append(f"\n{phrase('route.write_down', what=record)[language]}", style="not bold")
    return Flow(text)


def _notes(route: Route, home: str, language: Language) -> Iterable[str]:
    """What no step moves, and what the estimates rest on."""
    if route.unknown:
        yield _controls("unknown", route.unknown, language)
    if route.unjudged:
        yield phrase("route.unjudged", count=len(route.unjudged))[language]
    if route.excepted:
        covered = [f"{control} ({count})" for control, count in route.excepted.items()]
        yield _controls("excepted", covered, language)
    facts = tuple(dict.fromkeys(f for leg in route.legs for f in leg.facts))
    if not facts:
        if route.legs:
            yield phrase("route.prices_none")[language]
        return
    regions = dict.fromkeys(prices()[f].basis(home) for f in facts)
    yield phrase(
        "route.prices",
        region=_list(regions, language),
        date=str(known_since(facts)),
        facts=("、" if language == "ja" else "; ").join(prices()[f].label[language] for f in facts),
    )[language]


def to_json(routes: Sequence[Route], *, scan: str) -> str:
    """The routes as JSON: every step with the score before and after it."""
    said = [{**msgspec.to_builtins(r), "legs": [_leg(x) for x in r.legs]} for r in routes]
    for route, plain_route in zip(routes, said, strict=True):
        plain_route["by_hand"] = [_hand(x) for x in route.by_hand]
        plain_route["start"], plain_route["end"] = _counts(route.start), _counts(route.end)
    return json.dumps({"scan": scan, "routes": said}, ensure_ascii=False, indent=1)


def _leg(leg: Leg) -> dict[str, Any]:
    scores = {"before": _counts(leg.before), "after": _counts(leg.after)}
    return {**msgspec.to_builtins(leg), "safety": leg.safety.value, **scores}


def _hand(each: ByHand) -> dict[str, Any]:
    record = known("record", each.control if each.control in words()["record"] else "other")
    scores = {"before": _counts(each.before), "after": _counts(each.after)}
    return {**msgspec.to_builtins(each), "safety": Safety.MANUAL.value, "write_down": record, **scores}


def _counts(score: Any) -> dict[str, Any]:
    return {**msgspec.to_builtins(score), "counted": score.counted, "low": score.low, "high": score.high}
