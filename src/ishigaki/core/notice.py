"""What there is to tell, before it has words; and a message, before it has a channel's form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from ishigaki.core.case import Item
from ishigaki.core.finding import Severity
from ishigaki.core.response import Audience

Kind = Literal[
    "opened",  # a case begins: deadline, why, question, things, fix
    "joined",  # further things came into a case that people know of
    "told_once",  # decided notify_once
    "reminder",  # facts: stage = half | day_before | due | overdue
    "escalated",  # facts: to = lead | security
    "relapsed",  # what was fixed fails again
    "worsened",  # what was told once or left is worse than it was
    "closed",  # a re-check passed: thanks
    "excepted",  # an exception took the case; facts: reason, until
    "exception_ending",  # facts: ending (core.digest.Ending)
    "first_summary",  # the first look at an estate or account: one message instead of hundreds
    "digest",  # weekly, per owner
    "monthly",  # the one-page summary to forward
    "people",  # what is new, gone and changed among users and keys since yesterday, or since last week
    "retirement",  # a user is to go, and its owner is warned; facts: going (core.warning.Going)
    "undelivered",  # another destination failed; facts: destination, error, count
    "set_aside",  # intake could not read something; facts: count, reason
    "test",
]


class Notice(msgspec.Struct, frozen=True):
    """Something to tell, once: the same `key` is never told twice. `thread` joins what is told about one case,
    so that a channel can edit its first message or answer in its thread. `items` are the things shown (at most
    a few), `count` how many there are; `account` is where, if no thing says it. `row` and `why` are the
    policy's: which row decided, and its reason (by language where its author wrote both)."""

    key: str
    kind: Kind
    at: datetime
    audience: tuple[Audience, ...]
    owner: str = ""
    environment: str = ""
    account: str = ""
    subject: str = ""  # a control's id or a detection's kind
    severity: Severity | None = None
    urgent: bool = False
    due: datetime | None = None
    case: str = ""
    assignee: str = ""
    thread: str = ""
    items: tuple[Item, ...] = ()
    count: int = 0
    row: str = ""
    why: str | Mapping[str, str] = ""
    facts: Mapping[str, Any] = {}


class Link(msgspec.Struct, frozen=True):
    text: str
    url: str


class Part(msgspec.Struct, frozen=True):
    """A paragraph, a list, or both; `more` says how many lines were left out. Plain text: every channel escapes."""

    text: str = ""
    heading: str = ""
    bullets: tuple[str, ...] = ()
    more: int = 0
    links: tuple[Link, ...] = ()


class Message(msgspec.Struct, frozen=True):
    """A notice in words, without any channel's markup. `title` is the verdict line, deadline first, and alone must
    say enough (fallback text, mail subject). `due` and `assignee` are for trackers; `done` closes what was open."""

    id: str
    thread: str
    kind: Kind
    language: Literal["en", "ja"]
    title: str
    parts: tuple[Part, ...] = ()
    actions: tuple[Link, ...] = ()  # url empty: text is the command to run
    footer: tuple[str, ...] = ()
    severity: Severity | None = None
    urgent: bool = False
    due: datetime | None = None
    assignee: str = ""
    done: bool = False
