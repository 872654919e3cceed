"""What people decide and write down in TOML, for a reason and until a day. Pure.

Exceptions, suppressions, allowed secrets and users that stay are one idea: somebody bears something, says why and who
answers for it, and it ends by itself. What they share is here: how such a file is read, and how long an entry holds.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

import msgspec

from ishigaki.core.estate import line_of
from ishigaki.core.usage import UsageError

F = TypeVar("F", bound=msgspec.Struct)
LONGEST = timedelta(days=366)
SOON = timedelta(days=30)
WARNED = (1, 7, 30)  # days before its end on which an entry is spoken of


class State(StrEnum):
    """How an entry stands on a day."""

    IN_FORCE = "in_force"
    ENDS_SOON = "ends_soon"
    EXPIRED = "expired"


class Mistakes(msgspec.Struct, frozen=True):
    """The codes of the messages for what can be wrong with a file: no TOML, a required key is missing, anything else."""

    broken: str
    lacks: str
    invalid: str


def read(text: str, form: type[F], *, file: str, mistakes: Mistakes) -> F:
    """A file's text as its form. Raises `UsageError` that names file, line and what is wrong."""
    try:
        return msgspec.convert(tomllib.loads(text), form)
    except tomllib.TOMLDecodeError as broken:
        line = re.search(r"line (\d+)", str(broken))
        where = line.group(1) if line else str(len(text.splitlines()))
        raise UsageError(mistakes.broken, file=file, line=where, detail=str(broken)) from None
    except msgspec.ValidationError as broken:
        detail, _, path = str(broken).partition(" - at `")
        path = path.rstrip("`")
        number = line_of(text, path, detail)
        missing = re.search(r"missing required field `(\w+)`", detail)
        if missing:
            raise UsageError(mistakes.lacks, file=file, line=number, field=missing.group(1)) from None
        raise UsageError(mistakes.invalid, file=file, line=number, detail=detail, path=path) from None


def state_of(expires: date, today: date) -> State:
    """Whether what holds through `expires` holds on this day, and beyond the month that follows."""
    if today > expires:
        return State.EXPIRED
    return State.ENDS_SOON if today + SOON > expires else State.IN_FORCE


def person(name: str) -> str:
    """A person's name as it is compared: whatever its case and spaces."""
    return " ".join(name.casefold().split())
