"""The words that warn the owner of a user that is to go: as a text to send by hand, and as a letter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from ishigaki.core.footprint import Footprint, notes
from ishigaki.core.notice import Link, Notice, Part
from ishigaki.core.retirement import Retirement
from ishigaki.core.warning import Going
from ishigaki.report.reader import Reader, cleaned
from ishigaki.report.retiring import Shown
from ishigaki.texts import note_text

MOST = 12  # lines on its use
LONGEST = 800  # characters of one: a user may have many policies, and be seen from many addresses


def warning(stands: Retirement, footprint: Footprint, shown: Shown) -> str:
    """The text, to be sent by hand."""
    lines = [_title(stands, stands.account, shown), ""]
    for part in _parts(stands, footprint, shown):
        lines += [part.text, *(f"- {each}" for each in part.bullets), ""]
    return "\n".join(lines)


def going_of(notice: Notice) -> Going:
    return msgspec.convert(notice.facts["going"], Going)


def deadline(notice: Notice, reader: Reader) -> datetime:
    """Until when somebody has to say so: from the moment of sending, as the waiting is counted."""
    return reader.now + timedelta(days=going_of(notice).waits.after_warning_days)


def letter(notice: Notice, reader: Reader) -> tuple[str, list[Part], list[Link]]:
    """Who is to go, all there is to say of it, and what one can do."""
    going = going_of(notice)
    stands = going.stands
    shown = Shown(reader.language, reader.zone, reader.now, going.waits)
    named = reader if stands.account in reader.names else _naming(reader, going)
    why, *rest = _parts(stands, going.footprint, shown)
    by = [reader.say("retirement.by", who=cleaned(stands.who))] if stands.who else []
    why = msgspec.structs.replace(why, text="\n".join([why.text, *by]))
    seen = [*rest, Part(text=reader.say("retirement.keep"))]
    facts = {"user": cleaned(stands.user), "account": cleaned(stands.account)}
    actions = [Link(reader.say(f"action.retire_{each}", **facts), "") for each in ("stop", "status")]
    return _title(stands, named.account(stands.account), shown), [why, *seen], actions


def _naming(reader: Reader, going: Going) -> Reader:
    return msgspec.structs.replace(reader, names={going.stands.account: going.account_name})


def _title(stands: Retirement, account: str, shown: Shown) -> str:
    return shown.tell("warn_title", user=cleaned(stands.user), account=account)


def _parts(stands: Retirement, footprint: Footprint, shown: Shown) -> Iterator[Part]:
    """Why, what happens when, what is known of its use, and what to do."""
    tell = shown.tell
    yield Part(text=tell("warn_why", why=cleaned(stands.why, LONGEST)))
    yield Part(text=tell("warn_when"), bullets=tuple(_dates(stands, shown)))
    said = [cleaned(note_text(n, shown.language), LONGEST) for n in notes(footprint, now=shown.now)]
    yield Part(text=tell("warn_seen"), bullets=tuple(said[:MOST]), more=max(0, len(said) - MOST))
    yield Part(text=f"{tell('warn_do')}\n{tell('warn_back')}")


def _dates(stands: Retirement, shown: Shown) -> Iterator[str]:
    waits, tell = shown.waits, shown.tell
    closed = shown.now + timedelta(days=waits.after_warning_days)
    off = closed + timedelta(days=waits.after_password_days if stands.has_password else 0)
    if stands.has_password:
        yield tell("warn_password", at=shown.at(closed))
    yield tell("warn_keys", at=shown.at(off))
    yield tell("warn_delete", at=shown.at(off + timedelta(days=waits.after_keys_days)))
