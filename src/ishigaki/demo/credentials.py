"""The company's users and keys: taken stock of by its roles, told in a few lines, and shown on a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ishigaki.aws.access import Access
from ishigaki.core.estate import Account
from ishigaki.flows.people import collect, newest, of_day
from ishigaki.flows.people_report import picture_of
from ishigaki.report.people import Shown, render_head
from ishigaki.report.people_html import render
from ishigaki.store.lake import History
from ishigaki.texts import Language

TOKYO = ZoneInfo("Asia/Tokyo")


def take_stock(access: Access, accounts: Sequence[Account], *, store: Path, now: datetime) -> None:
    """Keep a stock-take of today in the store."""
    day = now.astimezone(TOKYO).date()
    collect(access, accounts, estate=accounts, history=History(store), day=day, now=now)


def told(store: Path, *, language: Language, width: int) -> str:
    """The numbers of the newest stock-take."""
    history = History(store)
    day = newest(history)
    return render_head(Shown(day=day, rows=of_day(history, day), language=language), width=width)


def page(store: Path, *, language: Language) -> str:
    """All of it as one HTML page."""
    history = History(store)
    picture = picture_of(
        history, (), language=language, estate=None, since=None, today=newest(history), zone=TOKYO
    )
    return render(picture)
