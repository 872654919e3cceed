"""What the company would be told: decided by the shipped policy, put into words, and not sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ishigaki.core.deadline import Calendar
from ishigaki.core.destination import Destination, Email, Slack
from ishigaki.core.estate import Account
from ishigaki.core.notice import Message
from ishigaki.flows.keeper import Keeper, holder
from ishigaki.flows.policy import default
from ishigaki.flows.tick import decide
from ishigaki.report.message import compose
from ishigaki.store import outbox
from ishigaki.store.database import opened
from ishigaki.texts import Language

TOKYO = ZoneInfo("Asia/Tokyo")
CHAT, MAIL = "Slack #aws-security", "security@aomine-foods.example"


def destinations(language: Language) -> tuple[Destination, ...]:
    """The two of the company: a chat and a mailbox, so that one failure silences nothing."""
    return (
        Slack(name=CHAT, language=language, webhook="env:SLACK_WEBHOOK"),
        Email(
            name=MAIL,
            language=language,
            host="localhost",
            sender="ishigaki@aomine-foods.example",
            to=(MAIL,),
        ),
    )


def messages(
    store: Path, accounts: Sequence[Account], *, language: Language, now: datetime
) -> list[tuple[str, Message]]:
    """What each destination would be told of the newest scan, the most urgent first."""
    with opened(store) as engine:
        keeper = Keeper(
            engine=engine,
            store=store,
            policy=default(),
            calendar=Calendar(zone=TOKYO),
            destinations=destinations(language),
            accounts={a.id: a for a in accounts},
            language=language,
            holder=holder(),
        )
        decide(keeper, now=now)
        letters = outbox.waiting(engine)
    names = {a.id: a.name for a in accounts}
    told = [
        (each.destination, compose(each.notice, language=language, zone=TOKYO, now=now, names=names))
        for each in letters
    ]
    return sorted(told, key=lambda one: (not one[1].urgent, one[1].kind != "first_summary", one[1].id))
