"""The page about users and keys: one file that holds all it shows, in both languages, and runs no script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC
from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment
from markupsafe import Markup

from ishigaki.core.forecast import Course
from ishigaki.core.people_news import News
from ishigaki.core.reasons import Reason
from ishigaki.core.trend import MEASURES
from ishigaki.report import people_page as page
from ishigaki.report.markup import asset, environment, policy
from ishigaki.report.people_course import course_words, goal_words, signed
from ishigaki.report.people_news import parts
from ishigaki.report.people_picture import PeoplePicture
from ishigaki.report.people_trend import not_whole, over_goal
from ishigaki.report.reader import Reader
from ishigaki.report.words import phrase
from ishigaki.texts import LANGUAGES, Words

GRAVE = ("quarantine", "root_keys", "without_mfa", "unused_key")
SPANS = {1: "day", 7: "week"}


class Said(msgspec.Struct, frozen=True):
    """A part of what changed, in both languages."""

    heading: Words
    text: Words
    bullets: Sequence[Words]
    more: int


def render(picture: PeoplePicture) -> str:
    """The page, opening in the picture's language."""
    style = asset("report.css") + asset("people.css")
    view = picture.view
    late = over_goal(view)
    several = len(view.trend.total) > 1
    return (
        _environment()
        .get_template("people.html.j2")
        .render(
            picture=picture,
            policy=policy(style),
            style=Markup(style),  # noqa: S704  (our own file)
            late=late,
            course=_course(picture),
            not_whole=list(not_whole(view.last)),
            cards=page.cards(picture),
            several=several,
            chart=page.chart(picture) if several else None,
            news=[(_since(each), list(_said(each, picture))) for each in picture.news],
            accounts=page.account_rows(picture),
            measures=MEASURES,
            heat=page.key_heat(picture),
            uses=page.USES,
            users=page.users(picture),
            stays=list(_stays(picture)),
            unseen=page.unseen(picture),
            gaps=page.gaps(picture),
        )
    )


def _course(picture: PeoplePicture) -> list[Words]:
    """Where the number stands and goes, in sentences."""
    view = picture.view
    goal = goal_words(view.goal, view.last.day, view.last.numbers.users) or [phrase("trend.no_goal")]
    return [*goal, course_words(view.forecast)]


def _since(news: News) -> Words:
    days = (news.changes.until - news.changes.since).days
    return phrase(f"people_page.news_since_{SPANS.get(days, 'date')}", date=str(news.changes.since))


def _said(news: News, picture: PeoplePicture) -> Iterator[Said]:
    """What changed, as the message says it; the goal and what was not seen stand elsewhere on the page."""
    alone = msgspec.structs.replace(
        news,
        goal=(),
        forecast=msgspec.structs.replace(news.forecast, course=Course.TOO_EARLY),
        changes=msgspec.structs.replace(news.changes, unseen={}),
    )
    told = [
        list(parts(alone, Reader(language, picture.at.tzinfo or UTC, picture.at, picture.view.names)))
        for language in LANGUAGES
    ]
    for same in zip(*told, strict=True):
        yield Said(
            heading=_words(part.heading for part in same),
            text=_words(part.text for part in same),
            bullets=[_words(lines) for lines in zip(*(part.bullets for part in same), strict=True)],
            more=same[0].more,
        )


def _words(texts: Any) -> Words:
    found = dict(zip(LANGUAGES, texts, strict=True))
    return found if any(found.values()) else {}


def _stays(picture: PeoplePicture) -> Iterator[tuple[Reason, str, bool]]:
    """The register: what has expired first, then what ends first; at last what names nobody."""
    register = picture.register
    found = sorted((*register.expired, *register.stays), key=lambda s: (s.reason.expires, s.reason.name))
    yield from ((s.reason, s.state.value, s.review_due) for s in found)
    yield from ((reason, "idle", False) for reason in register.idle)


def _tone(code: str) -> str:
    name = code.partition(":")[0]
    return "bad-chip" if name in GRAVE else "doubt-chip" if name in page.SERIOUS else ""


def _coded(text: Markup) -> Markup:
    """What our own words hold between backticks, as code."""
    return Markup(re.sub(r"`([^`<]+)`", r"<code>\1</code>", str(text)))  # noqa: S704  (escaped before)


def _dated(text: Markup) -> Markup:
    """Dates and months that do not break over lines."""
    return Markup(re.sub(r"\b\d{4}-\d\d(?:-\d\d)?\b", r'<span class="day">\g<0></span>', str(text)))  # noqa: S704  (escaped before)


def _direction(card: page.Card, span: str) -> str:
    """Fewer is better."""
    moved = getattr(card, span)
    return "" if card.neutral or not moved else "better" if moved < 0 else "worse"


@cache
def _environment() -> Environment:
    made = environment()
    made.filters |= {
        "tone": _tone,
        "wrong": page.wrong_words,
        "direction": _direction,
        "coded": _coded,
        "dated": _dated,
    }
    made.globals |= {"signed": signed, "heat_of": page.heat_of}
    return made
