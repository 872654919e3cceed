"""Users who are retired: where each stands, and what would break."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ishigaki.core.footprint import Footprint, notes
from ishigaki.core.retirement import NEXT, ORDER, Event, Retirement, State, Step, Waits, due
from ishigaki.report.flow import Flow
from ishigaki.report.terminal import plain, printed
from ishigaki.report.words import known, moment, phrase
from ishigaki.texts import Language, note_text


class Shown(msgspec.Struct, frozen=True):
    """In whose language, zone and width something is shown, when, and by which waiting times."""

    language: Language
    zone: tzinfo | None
    now: datetime
    waits: Waits = Waits()
    width: int = 120
    color: bool = False

    def at(self, when: datetime) -> str:
        return moment(when, self.zone)[self.language]

    def tell(self, key: str, **facts: object) -> str:
        return phrase(f"retire.{key}", **facts)[self.language]


def state_words(state: State, language: Language) -> str:
    return known("retire_state", state.value)[language]


def why_words(why: str, language: Language) -> str:
    """A reason that the countdown itself gives in words; somebody's own as it is."""
    return plain(known("retire_why", why)[language])


def render_one(
    stands: Retirement,
    footprint: Footprint | None,
    new: Iterable[Event],
    shown: Shown,
    *,
    prints: bool,
    queued: Sequence[str] = (),
) -> str:
    """One user after a look at it: where it stands, what happened, what comes next; with `prints` what would break.
    `queued` are the destinations for which a warning waits."""
    parts: list[RenderableType] = [_head(stands, shown)]
    parts += [_line(_event(e, shown)) for e in new]
    if prints and footprint is not None and stands.open:
        parts.append(_line(shown.tell("breaks")))
        parts += [
            _line(f"! {plain(note_text(n, shown.language))}", 4) for n in notes(footprint, now=shown.now)
        ]
    comes = next_words(stands, shown, queued)
    if stands.state is State.RECORDED and stands.runs:
        parts.append(_line(shown.tell("still_off", user=plain(stands.user), account=stands.account)))
    parts.append(_line(shown.tell("next_is", what=comes) if stands.open else comes, style="bold"))
    return printed(Group(*parts), width=shown.width, color=shown.color)


def _head(stands: Retirement, shown: Shown) -> Text:
    text = Text(f"{plain(stands.user)} ({stands.account})", style="bold underline")
    text.append(f" · {state_words(stands.state, shown.language)}", style="not underline")
    if stands.round > 1:
        text.append(f" · {shown.tell('round', round=stands.round)}", style="not bold not underline")
    return text


def _line(text: str, indent: int = 2, style: str = "") -> RenderableType:
    return Padding(Flow(Text(text, style=style), hang=2), (0, 0, 0, indent))


def _event(event: Event, shown: Shown) -> str:
    why = f": {why_words(event.why, shown.language)}" if event.why else ""
    whom = f" ({plain(str(event.facts['warned']))})" if event.facts.get("warned") else ""
    run = f" [{event.facts['run']}]" if event.facts.get("run") else ""
    who = f" · {plain(event.who)}" if event.who else ""
    what = state_words(event.what, shown.language)
    return f"{shown.at(event.at)}  {what}{whom}{why}{who}{run}"


def next_words(stands: Retirement, shown: Shown, queued: Sequence[str] = ()) -> str:
    """What comes next, and from when on it may."""
    if stands.state is State.RECORDED:
        whom = ", ".join(plain(each) for each in queued)
        return shown.tell("next_queued", whom=whom) if queued else shown.tell("next_warn")
    if not stands.open:
        return shown.tell(f"end_{stands.state.value}", user=plain(stands.user), account=stands.account)
    until = due(stands, shown.waits)
    step = NEXT.get(stands.state, Step.DELETE)
    if step is Step.SIGN_IN and not stands.has_password:
        step = Step.KEYS  # the warning runs, and then there is nothing to disable first
    key = "next_now" if until is None or until <= shown.now else "next_from"
    at = shown.at(until or shown.now)
    return shown.tell(key, step=known("retire_step", step.value)[shown.language], at=at)


def render_status(
    stand: Mapping[tuple[str, str], Retirement],
    shown: Shown,
    *,
    history: Sequence[Event] = (),
    queued: Mapping[tuple[str, str], Sequence[str]] = {},
) -> str:
    """Every user who is retired, those first whose next step comes first; with `history` everything about one.
    `queued` are the destinations for which a warning waits, by user."""
    if not stand:
        return f"{shown.tell('none')}\n"
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for column in ("user", "state", "next"):
        table.add_column(shown.tell(column), overflow="fold", no_wrap=False)
    for of, each in sorted(stand.items(), key=lambda found: _urgency(found[1], shown.waits)):
        comes = next_words(each, shown, queued.get(of, ()))
        table.add_row(_who(each), _state(each, shown), comes, end_section=True)
    still = sum(r.open for r in stand.values())
    parts: list[RenderableType] = [table, Text(f"\n{shown.tell('counted', open=still, all=len(stand))}")]
    if history:
        parts.append(Text(f"\n{shown.tell('history')}", style="bold"))
        parts += [_line(_event(e, shown)) for e in history]
    return printed(Group(*parts), width=shown.width, color=shown.color)


def _urgency(stands: Retirement, waits: Waits) -> tuple[bool, str, str]:
    until = due(stands, waits)
    return not stands.open, until.isoformat() if until else "", stands.user


def _who(stands: Retirement) -> Text:
    return Text(plain(stands.user), style="bold").append(f"\n{stands.account}", style="not bold dim")


def _state(stands: Retirement, shown: Shown) -> Text:
    """How far it is: the steps that are behind it, the one it is at, and since when."""
    text = Text()
    if stands.open or stands.state is State.DELETED:
        at = ORDER.index(stands.state)
        text.append("●" * (at + 1) + "○" * (len(ORDER) - at - 1) + " ")
    text.append(state_words(stands.state, shown.language), style="bold")
    text.append(f"\n{shown.tell('since', at=shown.at(stands.since))}", style="dim")
    if stands.why:
        text.append(f"\n{why_words(stands.why, shown.language)}", style="dim")
    return text


def to_json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"
