"""A checklist: how each line stands, for a terminal and as plain data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ishigaki.core.checklist import Asked, Checked, Checklist, Tick
from ishigaki.report.flow import Flow
from ishigaki.report.terminal import printed
from ishigaki.report.words import phrase, title_of
from ishigaki.texts import LANGUAGES, Language, Words

MARK = {Tick.TICKED: ("✓", "green"), Tick.OPEN: ("✗", "bold red"), Tick.CANNOT_TELL: ("?", "yellow")}
ORDER = (Tick.OPEN, Tick.CANNOT_TELL, Tick.TICKED)


def title(checked: Checked) -> Words:
    """What the line asks for."""
    own = checked.line.title
    return {lang: own[lang] for lang in LANGUAGES} if own else title_of(checked.control)


def details(checked: Checked) -> list[Words]:
    """Where a line is open, what of it cannot be told, and what people answered."""
    said: list[Words] = []
    if checked.resources:
        where = phrase("tick.open_in", resources=checked.resources, accounts=len(checked.accounts))
        several = len(checked.line.controls) > 1
        ids = f"{', '.join(checked.failed)}: " if several else ""
        said.append({lang: ids + where[lang] for lang in LANGUAGES})
    if checked.untold:
        said.append(phrase("tick.untold", accounts=len(checked.untold)))
    if checked.left_out:
        said.append(phrase("tick.left_out", controls=", ".join(checked.left_out)))
    return [*said, *(_answer(checked, question) for question in checked.line.questions)]


def _answer(checked: Checked, question: Asked) -> Words:
    answer = checked.said.get(question.id)
    if answer is None:
        status = phrase("tick.unanswered", id=question.id)
    else:
        status = phrase(f"tick.{answer.answer}", by=answer.by, on=answer.on.isoformat())
    return {lang: f"{question.text[lang]} {status[lang]}" for lang in LANGUAGES}


def counts(lines: Sequence[Checked]) -> Mapping[Tick, int]:
    """How many lines stand how."""
    found = Counter(line.tick for line in lines)
    return {tick: found[tick] for tick in ORDER}


def summary(lines: Sequence[Checked]) -> Words:
    """`3 in order, 1 needs action, 2 cannot tell`."""
    found = counts(lines)
    return phrase(
        "tick.summary",
        ticked=found[Tick.TICKED],
        open=found[Tick.OPEN],
        cannot_tell=found[Tick.CANNOT_TELL],
    )


def render(
    asked: Checklist, lines: Sequence[Checked], *, language: Language, width: int, color: bool = False
) -> str:
    """A checklist for a terminal of so many columns."""
    head = Text(f"{asked.title[language]}: {summary(lines)[language]}", style="bold")
    return printed(head, _table(lines, language), width=width, color=color)


def _table(lines: Sequence[Checked], language: Language) -> RenderableType:
    table = Table(box=SIMPLE_HEAD, show_header=False, pad_edge=False, expand=True)
    table.add_column(width=1)
    table.add_column(ratio=1)
    for line in lines:
        mark, style = MARK[line.tick]
        body = Text(title(line)[language], style="bold")
        ids = ", ".join(line.line.controls)
        body.append(f"\n{ids}" if ids else "", style="dim")
        for said in details(line):
            body.append(f"\n{said[language]}", style="")
        table.add_row(Text(mark, style=style), Flow(body), end_section=True)
    return table


def to_json(asked: Checklist, lines: Sequence[Checked], *, scan: str) -> str:
    """A checklist as plain data, its words in both languages."""
    whole = {
        "checklist": asked.id,
        "title": asked.title,
        "scan": scan,
        "counts": {tick.value: count for tick, count in counts(lines).items()},
        "lines": [_plain(line) for line in lines],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _plain(checked: Checked) -> dict[str, Any]:
    return {
        "title": title(checked),
        "tick": checked.tick.value,
        "controls": checked.line.controls,
        "failed": checked.failed,
        "resources": checked.resources,
        "accounts": checked.accounts,
        "untold": checked.untold,
        "left_out": checked.left_out,
        "questions": [
            {
                "id": question.id,
                "text": question.text,
                "answer": said.answer if (said := checked.said.get(question.id)) else None,
                "by": said.by if said else None,
                "on": said.on.isoformat() if said else None,
            }
            for question in checked.line.questions
        ],
    }
