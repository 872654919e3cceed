"""Users and keys since yesterday or last week, in words: the number and its goal, then names, the gravest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

import msgspec

from ishigaki.core.forecast import Course
from ishigaki.core.notice import Notice, Part
from ishigaki.core.people import UNKNOWN
from ishigaki.core.people_changes import Change, What
from ishigaki.core.people_news import Ending, News
from ishigaki.report.people_course import course_words, goal_words, signed
from ishigaki.report.reader import Reader, cleaned
from ishigaki.report.words import known

MOST = 5  # names of one kind; the rest is a number
IN_TITLE = 4  # kinds of change
SPANS = {1: "day", 7: "week"}


def people(notice: Notice, reader: Reader) -> tuple[str, list[Part]]:
    """The title, and what there is to say."""
    news = msgspec.convert(notice.facts["people"], News)
    return _title(news, reader), list(parts(news, reader))


def _title(news: News, reader: Reader) -> str:
    counts = Counter(change.what for change in news.changes.changes)
    first = [w for w in (What.USER_NEW, What.USER_GONE) if counts[w]]
    rest = [w for w in What if counts[w] and w not in first]
    shown = [reader.say(f"people.{w}_count", count=counts[w]) for w in [*first, *rest][:IN_TITLE]]
    return " · ".join([_number(news, reader), *shown])


def _number(news: News, reader: Reader) -> str:
    """How many users there are, and how many more or fewer than before."""
    if news.before is None:
        return reader.say("people.title_first", users=news.users)
    change = signed(news.users - news.before)
    return reader.say("people.title", users=news.users, change=change, since=since(news, reader))


def since(news: News, reader: Reader) -> str:
    """From when on: yesterday, last week, or a date."""
    days = (news.changes.until - news.changes.since).days
    return reader.say(f"people.since_{SPANS.get(days, 'date')}", date=str(news.changes.since))


def parts(news: News, reader: Reader) -> Iterator[Part]:
    """The way to the goal, what happened to whom, what is to be asked, and what was not seen."""
    way = " ".join(_way(news, reader)) if reader.language == "en" else "".join(_way(news, reader))
    if way:
        yield Part(text=way)
    if not news.changes.changes:
        yield Part(text=reader.say("people.nothing"))
    for (_, what), found in groupby(news.changes.changes, key=lambda c: (c.is_root, c.what)):
        same = list(found)
        shown = tuple(_line(each, reader) for each in same[:MOST])
        yield Part(heading=reader.say(f"people.{what}"), bullets=shown, more=len(same) - len(shown))
        if what is What.USER_NEW and news.asks:
            yield Part(text=reader.say("people.ask"))
    if news.ending:
        ends = tuple(_ends(each, reader) for each in news.ending[:MOST])
        yield Part(heading=reader.say("people.ending"), bullets=ends, more=len(news.ending) - len(ends))
    yield from _not_compared(news, reader)


def _way(news: News, reader: Reader) -> Iterator[str]:
    """The goal, and the forecast where there is enough to go by."""
    said = goal_words(news.goal, news.changes.until, news.users)
    if news.forecast.course is not Course.TOO_EARLY:
        said.append(course_words(news.forecast))
    return (words[reader.language] for words in said)


def _line(change: Change, reader: Reader) -> str:
    """Where, who, and what is to be known of it."""
    name = reader.say("people.root") if change.is_root else cleaned(change.user_name)
    notes = list(_notes(change, reader))
    more = f" ({reader.listed(notes)})" if notes else ""
    return f"{reader.account(change.account)}: {name}{more}"


def _notes(change: Change, reader: Reader) -> Iterator[str]:
    facts = change.facts
    if change.what is What.USER_NEW:
        yield known("people_use", str(facts.get("used_by") or UNKNOWN))[reader.language]
        if facts.get("admin"):
            yield reader.say("people.admin")
        if facts.get("console"):
            yield reader.say("people.console")
    if facts.get("replaced"):
        yield f"{cleaned(str(facts['replaced']))} → {cleaned(str(facts['key']))}"
    elif facts.get("key"):
        yield cleaned(str(facts["key"]))


def _ends(ending: Ending, reader: Reader) -> str:
    reason = ending.reason
    return reader.say(
        "people.ends",
        user=f"{reader.account(reason.account)}: {cleaned(reason.user)}",
        days=reader.say("span.days", n=ending.days),
        owner=cleaned(reason.owner),
    )


def _not_compared(news: News, reader: Reader) -> Iterable[Part]:
    """The accounts of which nothing is told, and why."""
    found = news.changes
    if found.new_accounts:
        shown = tuple(reader.account(a) for a in found.new_accounts[:MOST])
        yield Part(
            heading=reader.say("people.new_accounts"),
            bullets=shown,
            more=len(found.new_accounts) - len(shown),
        )
    if found.unseen:
        lines = tuple(_unseen(account, at, reader) for account, at in found.unseen.items())
        yield Part(heading=reader.say("people.unseen"), bullets=lines[:MOST], more=max(0, len(lines) - MOST))


def _unseen(account: str, at: date | None, reader: Reader) -> str:
    said = reader.say("people.last_good", date=str(at)) if at else reader.say("people.never_seen")
    return f"{reader.account(account)}: {said}"
