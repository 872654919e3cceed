"""For whom a message is written: the language, the clock and the names; and values put into it safely."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import msgspec

from ishigaki.core.answer import GLOBAL
from ishigaki.core.case import Item
from ishigaki.report.terminal import plain
from ishigaki.report.values import ACCOUNT
from ishigaki.report.words import moment
from ishigaki.texts import Language, notices

LONGEST = 200  # characters of a name or of another's text
NAMED = 2  # accounts named in a line; the rest is a number
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def no_page(_: str) -> str:
    """Where there is no page of cases."""
    return ""


class Reader(msgspec.Struct, frozen=True):
    """`names` are those of accounts by id; `link` is the address of a case's page, empty where there is none."""

    language: Language
    zone: tzinfo
    now: datetime
    names: Mapping[str, str] = {}
    link: Callable[[str], str] = no_page

    def say(self, key: str, /, **facts: Any) -> str:
        return notices.say(key, self.language, **facts)

    def time(self, when: datetime | date | str) -> str:
        """A time with its day of the week and its zone; a day alone as it is."""
        if isinstance(when, datetime):
            return moment(when, self.zone)[self.language]
        return cleaned(str(when))

    def span(self, time: timedelta) -> str:
        """A time in words: minutes up to an hour, hours up to two days, then whole days. What is a little short of
        a whole (a message takes its time to be written) counts as whole; nothing is rounded up otherwise."""
        if time < HOUR - 5 * MINUTE:
            return self.say("span.minutes", n=max(1, time // MINUTE))
        if time < 2 * DAY - HOUR / 2:
            return self.say("span.hours", n=(time + HOUR / 2) // HOUR)
        return self.say("span.days", n=(time + HOUR) // DAY)

    def due(self, due: datetime) -> str:
        """A deadline with the time that remains, or that has passed."""
        left = due - self.now
        if left <= timedelta(0):
            return self.say("digest.late", due=self.time(due), late=self.span(-left))
        return self.say("digest.due", due=self.time(due), left=self.span(left))

    def account(self, id: str) -> str:
        name = cleaned(self.names.get(id, ""))
        return f"{name} ({id})" if name and name != id else cleaned(id)

    def accounts(self, ids: tuple[str, ...]) -> str:
        """Some accounts by name, the rest as a number."""
        named = [cleaned(self.names.get(id) or id) for id in ids[:NAMED]]
        rest = [self.say("say.more_accounts", count=len(ids) - NAMED)] if len(ids) > NAMED else []
        return self.listed([*named, *rest])

    def listed(self, words: list[str]) -> str:
        return ("、" if self.language == "ja" else ", ").join(words)

    def place(self, item: Item) -> str:
        """Where a thing is: account, Region and its name."""
        region = self.say("say.global") if item.region == GLOBAL else cleaned(item.region)
        return f"{self.account(item.account)}: {region}: {self.thing(item)}"

    def thing(self, item: Item) -> str:
        """A thing's name; with its id where that does not hold the name (every VPC has a group called `default`)."""
        if item.resource_type == ACCOUNT:
            return self.say("say.account")
        if not item.name or item.name in item.resource:
            return cleaned(item.name or item.resource)
        return f"{cleaned(item.name)} ({cleaned(re.split('[/:]', item.resource)[-1])})"


def cleaned(text: str, most: int = LONGEST) -> str:
    """What somebody else has written, as data: on one line, nothing in it that steers, not longer than `most`."""
    line = plain(" ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 1]}…"
