"""The warning of a user that is to go, as a letter to its owner, and from when on it counts. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec

from ishigaki.core.estate import Account
from ishigaki.core.footprint import Footprint
from ishigaki.core.notice import Notice
from ishigaki.core.retirement import Event, Retirement, State, Waits

WHO = "ishigaki"  # enters that a letter was sent


class Going(msgspec.Struct, frozen=True):
    """Told as facts["going"]: who is to go, what would break, by which waiting times. Dates follow when it is sent."""

    stands: Retirement
    footprint: Footprint
    waits: Waits = Waits()
    account_name: str = ""


class Posted(msgspec.Struct, frozen=True):
    """A letter under way: to whom, and when it was sent; or whether it will be tried (again)."""

    key: str
    destination: str
    waiting: bool
    sent_at: datetime | None = None


def letters_of(account: str, user: str) -> str:
    """How the keys of all letters about a user begin."""
    return f"retirement:{account}:{user}:"


def letter_of(stands: Retirement) -> str:
    """The key of the letter that warns of a user now: each time round another."""
    return f"{letters_of(stands.account, stands.user)}{stands.round}"


def notice_of(going: Going, account: Account, *, at: datetime) -> Notice:
    """The warning, for the owner of the user's account."""
    return Notice(
        key=letter_of(going.stands),
        kind="retirement",
        at=at,
        audience=("owner",),
        owner=account.owner,
        environment=account.environment,
        account=account.id,
        count=1,
        facts={"going": going},
    )


def warned(stands: Retirement, letters: Collection[Posted]) -> Event | None:
    """That the owner is warned: once nothing is under way any more, at the time of the letter that was sent last, so
    that whoever is told has the whole waiting time. None as long as no letter, or not each, was sent or given up."""
    own = [each for each in letters if each.key == letter_of(stands)]
    sent = [(each.sent_at, each.destination) for each in own if each.sent_at is not None]
    if stands.state is not State.RECORDED or not sent or any(each.waiting for each in own):
        return None
    at = max(stands.since, *(moment for moment, _ in sent))
    whom = ", ".join(sorted(name for _, name in sent))
    facts = {"warned": whom, "letter": letter_of(stands)}
    return Event(stands.account, stands.user, at, WHO, State.WARNED, "", facts)
