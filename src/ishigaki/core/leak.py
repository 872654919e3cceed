"""Whose a key is that was found in code. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from ishigaki.core.incident import Fact
from ishigaki.core.secret import Hit

ACTIVE = "Active"


class Standing(StrEnum):
    """How a key stands to the estate."""

    OURS = "ours"  # found in the inventory
    NOT_LISTED = "not_listed"  # our account, all its users' keys listed, this one not among them
    SESSION = "session"  # our account; the keys of sessions are listed nowhere
    UNSEEN = "unseen"  # our account, which was not looked into, or not wholly
    NOT_OURS = "not_ours"  # an account that is not in the estate
    UNTOLD = "untold"  # no estate, scan or stock-take says which accounts there are
    NO_ACCOUNT = "no_account"  # it does not tell its account, and none that was looked into has it


class Whose(msgspec.Struct, frozen=True):
    """Whose a key is, as far as is known; `why` something was not seen is AWS's code or ours."""

    standing: Standing
    account: str = ""
    name: str = ""
    owner: str = ""
    user: str = ""
    facts: tuple[Fact, ...] = ()
    why: str = ""

    @property
    def active(self) -> bool | None:
        """Whether the key works; None where that was not seen."""
        told = next((f.value for f in self.facts if f.name == "key_status" and not f.unseen), None)
        return None if told is None else told == ACTIVE


class Register(msgspec.Struct, frozen=True):
    """Whose keys are, by key id (or by the user of an API key); of which scan and when it was, and when the stock-take
    of users and keys was `taken`."""

    whose: Mapping[str, Whose]
    scan: str = ""
    scanned: datetime | None = None
    taken: datetime | None = None

    def of(self, hit: Hit) -> Whose | None:
        return self.whose.get(identity(hit))


def identity(hit: Hit) -> str:
    """What a key is looked up by; empty where it says nothing of itself."""
    if hit.user and hit.account:
        return f"{hit.account}/{hit.user}"
    return hit.key_id
