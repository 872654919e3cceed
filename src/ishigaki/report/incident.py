"""The incident card for a terminal, as Markdown, and as plain data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import msgspec
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ishigaki.core.finding import SEVERITIES, Reason
from ishigaki.core.incident import Card, Fact
from ishigaki.report.announce import escaped
from ishigaki.report.flow import Flow
from ishigaki.report.terminal import plain, printed
from ishigaki.report.words import finding_words, known, moment, phrase, reason_words, title_of, words
from ishigaki.standards import severity
from ishigaki.texts import LANGUAGES, Language, Words, incidents, steps
from ishigaki.texts.incidents import Step

LATE = "bold red"
INDENT = "    "
WIDEST = 30  # columns of a label
MOST = 10  # findings shown
WORD = re.compile(r"(?:'[^']*'|\\'|[^'\s])+")  # of a command, with what stands in quotes in one piece


def render(card: Card, *, language: Language, width: int, color: bool = False) -> str:
    """The card for a terminal of so many columns. Its commands can be copied as they stand."""

    def shown(*parts: RenderableType) -> str:
        return printed(*parts, width=width, color=color)

    said = [shown(*_head(card, language), *_known(card, language), *_findings(card, language))]
    said.append(shown(Text(phrase("incident.steps")[language], style="bold")))
    for number, step in enumerate(_steps(card), start=1):
        lead = f"{number:>2}. "
        title = Flow(Text(f"{lead}{step.title[language]}", style="bold"), hang=len(lead))
        said.append(shown(title, _inside(step.what[language])))
        said += [_command(command, language, width) for command in step.commands]
        said.append(shown(*(_inside(line) for line in _after(step, language)), Text()))
    return "".join([*said, shown(Text(_checked(language)))])


def _inside(text: str) -> Padding:
    return Padding(Flow(Text(plain(text))), (0, 0, 0, len(INDENT)))


def _head(card: Card, language: Language) -> Iterator[Flow]:
    title = incidents.title_of(card.subject.kind)
    yield Flow(Text(phrase("incident.heading", title=title)[language], style="bold"))
    yield Flow(Text(phrase("incident.about", subject=plain(card.subject.text))[language]))
    yield Flow(Text(_deadline(card)[language], style=LATE))
    yield Flow(Text(phrase("incident.since", when=moment(card.since))[language]))
    for note in _notes(card):
        yield Flow(Text(note[language], style="bold"))
    yield Flow(Text(phrase("incident.nothing_runs")[language]))
    yield Flow(Text())


def _deadline(card: Card) -> Words:
    when = moment(card.deadline)
    left = int((card.deadline - card.now).total_seconds()) // 60
    if left < 0:
        return phrase("incident.deadline_past", when=when)
    spent = phrase("incident.hours", hours=left // 60, minutes=left % 60)
    return phrase("incident.deadline", when=when, left=spent)


def _notes(card: Card) -> list[Words]:
    return [
        {lang: steps.filled(text, card.values) for lang, text in phrase(f"incident_note.{note}").items()}
        for note in card.notes
    ]


def _known(card: Card, language: Language) -> Iterator[RenderableType]:
    yield Text(phrase("incident.known")[language], style="bold")
    if card.scanned is not None:
        told = phrase("incident.known_of", scan=card.scan, when=moment(card.scanned))
        yield Flow(Text(told[language]))
    table = Table(box=None, show_header=False, pad_edge=False, expand=True)
    table.add_column(max_width=WIDEST)
    table.add_column(ratio=1)
    for each in card.facts:
        style = "yellow" if each.unseen or (each.value is False and each.name == "in_estate") else ""
        table.add_row(
            Flow(Text(_label(each)[language])),
            Flow(Text(plain(fact_words(each, card)[language]), style=style)),
        )
    yield table
    yield Text()


def _label(each: Fact) -> Words:
    return words()["incident_fact"][each.name]


def fact_words(each: Fact, card: Card) -> Words:
    """What is known, in every language: a value, that there is none, or why it was not seen."""
    if each.unseen:
        own = words()["incident_unseen"].get(each.unseen)
        return own or reason_words(Reason(each.unseen))
    value = each.value
    if isinstance(value, bool):
        return _said("incident_yes" if value else "incident_no", each)
    if value in (None, ()):
        return _said("incident_none", each)
    if isinstance(value, datetime):
        return _when(value, card.now)
    if isinstance(value, tuple):
        return {lang: ("、" if lang == "ja" else ", ").join(value) for lang in LANGUAGES}
    if each.name in ("environment", "key_status"):
        return known(each.name, str(value))
    return dict.fromkeys(LANGUAGES, str(value))


def _said(section: str, each: Fact) -> Words:
    return words()[section].get(each.name) or words()[section]["other"]


def _when(value: datetime, now: datetime) -> Words:
    days = (now - value).days
    when = moment(value, now.tzinfo)
    return (
        phrase("incident.days_ago", when=when, days=days) if days else phrase("incident.age_today", when=when)
    )


def _findings(card: Card, language: Language) -> Iterator[RenderableType]:
    yield Text(phrase("incident.findings")[language], style="bold")
    yield from (Flow(Text(f"・{line}"), hang=2) for line in _finding_lines(card, language))
    yield Text()


def _finding_lines(card: Card, language: Language) -> Iterator[str]:
    """The worst findings first; where nothing was kept, that is not taken for nothing being wrong."""
    if not card.findings:
        yield phrase("incident.no_findings" if card.judged else "incident.findings_unseen")[language]
    ranked = sorted(
        card.findings, key=lambda f: (SEVERITIES.index(severity(f.control)), f.control, f.resource)
    )
    for found in ranked[:MOST]:
        worth = known("severity", severity(found.control))[language]
        wrong = [said[language] for said in finding_words(found)] or [title_of(found.control)[language]]
        yield plain(f"{found.control} [{worth}] {found.name or found.resource}: {wrong[0]}")
    if len(ranked) > MOST:
        yield phrase("today.more", count=len(ranked) - MOST)[language]


def _steps(card: Card) -> Sequence[Step]:
    return incidents.steps_of(card.subject.kind, card.values)


def _command(command: str, language: Language, width: int) -> str:
    lines = shell_lines(plain(command), width - len(INDENT))
    mark = [f"# [{phrase('incident.changes')[language]}]"] if incidents.changes(command) else []
    return "".join(f"{INDENT}{line}\n" for line in (*mark, *lines))


def _after(step: Step, language: Language) -> Iterator[str]:
    """What stands below a step's commands: links, blanks, what breaks, who decides."""
    yield from step.links
    blanks = incidents.still_open(step.commands)
    if blanks:
        each = [phrase("incident.blank", blank=b, meaning=m)[language] for b, m in blanks.items()]
        yield phrase("incident.open", blanks=("、" if language == "ja" else "; ").join(each))[language]
    for name in ("breaks", "decides"):
        text = getattr(step, name)
        if text:
            yield phrase(f"incident.{name}", text=text)[language]


def _checked(language: Language) -> str:
    return phrase("incident.checked", date=str(incidents.valid_on()))[language]


def shell_lines(command: str, width: int) -> list[str]:
    """A command on lines that a shell takes for one: broken before options, else between words, and JSON, which stands
    in quotes, after a comma or bracket. A single word that is longer stays whole."""
    pieces: list[str] = []
    for word in WORD.findall(command):
        if pieces and not word.startswith("--") and len(pieces[-1]) + len(word) + 5 <= width:
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    lines = [""]
    for piece in pieces:
        if not lines[-1]:
            lines[-1] = piece
        elif len(lines[-1]) + len(piece) + 3 <= width:
            lines[-1] += f" {piece}"
        else:
            lines[-1] += " \\"
            lines.append(f"  {piece}")
    return [part for line in lines for part in _json_lines(line, width)]


def _json_lines(line: str, width: int) -> list[str]:
    """A line with JSON that is too long, over several: between its members white space means nothing."""
    start = line.find("'{")
    if len(line) <= width or start < 0:
        return [line]
    found, at = [], 0
    breaks = [m.end() for m in re.finditer(r"[,{\[](?=[\"{\[])", line[start:])]
    for here, there in pairwise([*(start + b for b in breaks), len(line)]):
        if there - at > width:
            found.append(line[at:here])
            at = here
    return [*found, line[at:]]


def to_markdown(card: Card, *, language: Language) -> str:
    """The card as a document to work through and to keep: every step with its box to tick."""
    title = incidents.title_of(card.subject.kind)
    lines = [
        f"# {phrase('incident.heading', title=title)[language]}",
        "",
        f"**{escaped(phrase('incident.about', subject=card.subject.text)[language])}**",
        "",
        f"**{_deadline(card)[language]}**",
        "",
        phrase("incident.since", when=moment(card.since))[language],
        "",
    ]
    lines += [line for note in _notes(card) for line in (f"> {note[language]}", "")]
    lines += [phrase("incident.nothing_runs")[language], "", f"## {phrase('incident.known')[language]}", ""]
    if card.scanned is not None:
        lines += [phrase("incident.known_of", scan=card.scan, when=moment(card.scanned))[language], ""]
    lines += [f"- {_label(f)[language]}: {escaped(fact_words(f, card)[language])}" for f in card.facts]
    lines += ["", f"## {phrase('incident.findings')[language]}", ""]
    lines += [f"- {escaped(line)}" for line in _finding_lines(card, language)]
    lines += ["", f"## {phrase('incident.steps')[language]}", ""]
    lines += [line for number, step in enumerate(_steps(card), 1) for line in _step(number, step, language)]
    return "\n".join([*lines, _checked(language), ""])


def _step(number: int, step: Step, language: Language) -> Iterator[str]:
    yield f"### [ ] {number}. {step.title[language]}"
    yield ""
    yield step.what[language]
    yield ""
    if step.commands:
        yield "```sh"
        for command in step.commands:
            mark = f"# [{phrase('incident.changes')[language]}]"
            yield from ([mark] if incidents.changes(command) else [])
            yield plain(command)
        yield "```"
        yield ""
    for line in _after(step, language):
        yield f"- {line}"
    yield ""


def to_json(card: Card) -> str:
    """The card as plain data, in both languages."""
    said = {
        "subject": msgspec.to_builtins(card.subject),
        "since": card.since.isoformat(),
        "deadline": card.deadline.isoformat(),
        "scan": card.scan,
        "notes": _notes(card),
        "facts": [
            {**msgspec.to_builtins(f), "label": _label(f), "words": fact_words(f, card)} for f in card.facts
        ],
        "findings": [msgspec.to_builtins(f) for f in card.findings],
        "steps": [_plain_step(step) for step in _steps(card)],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _plain_step(step: Step) -> dict[str, Any]:
    commands = [{"command": c, "changes": incidents.changes(c)} for c in step.commands]
    return {**msgspec.to_builtins(step), "commands": commands, "open": incidents.still_open(step.commands)}
