"""HTML: one file that holds all it shows, for people who never saw the product."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial

from jinja2 import Environment
from markupsafe import Markup

from ishigaki.core.catalogue import Standard
from ishigaki.core.finding import SEVERITIES
from ishigaki.core.score import Score
from ishigaki.report import exceptions, numbers, page
from ishigaki.report.checklist import details, summary, title
from ishigaki.report.markup import asset, both, environment, policy
from ishigaki.report.picture import Picture, current
from ishigaki.report.words import (
    action_fix,
    brief_words,
    honest_words,
    known,
    said_of,
    score_words,
    time_words,
    title_of,
)
from ishigaki.standards import EXPOSURES, checklist
from ishigaki.texts import Words, steps


def render(picture: Picture) -> str:
    """The report in both languages, opening in the picture's; readable without scripts, and on paper."""
    style, script = asset("report.css"), asset("report.js")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            picture=picture,
            policy=policy(style, script),
            style=Markup(style),  # noqa: S704  (our own file)
            script=Markup(script),  # noqa: S704
            groups=page.control_groups(picture),
            heat=page.heat_rows(picture),
            checklists=[
                (checklist(name), lines)
                for name, lines in picture.checklists.items()
                if lines and name != EXPOSURES
            ],
            gaps=page.gap_lines(picture),
            undecided=page.undecided(picture),
            waiting=page.waiting(picture),
            exceptions=exceptions.cards(picture),
            quiet=exceptions.quiet_rows(picture),
            compared=exceptions.compared(picture),
            numbers=_numbers(picture),
            unused=picture.exceptions.unused,
            untold=picture.exceptions.untold,
            blind=page.not_fully_seen(picture),
            names={a.id: a.name for a in picture.accounts},
            titles={s.id: _title(s) for s in picture.standards},
            current=current(picture),
            severities=SEVERITIES,
            checked=str(steps.valid_on()),
            stamp=partial(stamp, picture=picture),
        )
    )


def _numbers(picture: Picture) -> numbers.View | None:
    """How findings are acted upon, where there are cases to say it of."""
    if picture.acted is None:
        return None
    return numbers.view(picture.acted, names={a.id: a.name for a in picture.accounts})


def stamp(when: datetime, *, picture: Picture) -> str:
    """A time in the zone of the scan, the same in every language."""
    return f"{when.astimezone(picture.at.tzinfo):%Y-%m-%d %H:%M %Z}"


def bar(score: Score | None) -> Mapping[str, int] | None:
    """The lengths of a score's bar: what passed, and how far the range reaches beyond it."""
    if score is None or score.low is None or score.high is None:
        return None
    return {"low": score.low, "range": score.high - score.low}


def _title(standard: Standard) -> Words:
    return {"en": standard.title_en, "ja": standard.title_ja}


@cache
def _environment() -> Environment:
    made = environment()
    made.filters |= {
        "score": lambda score: both(score_words(score)),
        "brief": lambda score: both(brief_words(score)),
        "minutes": lambda minutes: both(time_words(minutes)),
    }
    made.globals |= {
        "known_words": known,
        "honest": honest_words,
        "checklist_details": details,
        "checklist_summary": summary,
        "checklist_title": title,
        "said_of": said_of,
        "fix_of": action_fix,
        "title_of": title_of,
        "bar": bar,
    }
    return made
