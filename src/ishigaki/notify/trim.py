"""Making a message fit: long lists first, then long texts, the end before the beginning. Pure."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ishigaki.core.notice import Message, Part
from ishigaki.notify.plain import clip

SHORTEST = 120  # characters that a text keeps while there is anything else to leave out


def trimmed(message: Message, fits: Callable[[Message], bool]) -> Message:
    """The message, or as much of it as fits; what was left out of lists is counted. A title alone must fit."""
    while not fits(message) and (message.parts or message.actions or message.footer):
        message = _less(message)
    return message


def _less(message: Message) -> Message:
    """A little less of it: an eighth of the longest list, half of the longest text, or else the last part."""
    parts = list(message.parts)
    long = max(parts, key=lambda p: sum(map(len, p.bullets)), default=Part())
    if len(long.bullets) > 1:
        keep = len(long.bullets) - max(1, len(long.bullets) // 8)
        less = replace(long, bullets=long.bullets[:keep], more=long.more + len(long.bullets) - keep)
        return _with(message, parts, long, less)
    wordy = max(parts, key=lambda p: len(p.text), default=Part())
    if len(wordy.text) > SHORTEST:
        return _with(message, parts, wordy, replace(wordy, text=clip(wordy.text, len(wordy.text) // 2)))
    if parts:
        *left, last = parts
        if left:
            left[-1] = replace(left[-1], more=left[-1].more + max(1, len(last.bullets) + last.more))
        return replace(message, parts=tuple(left))
    return replace(message, actions=message.actions[:-1], footer=message.footer[:-1])


def _with(message: Message, parts: list[Part], old: Part, new: Part) -> Message:
    at = next(n for n, part in enumerate(parts) if part is old)
    return replace(message, parts=(*parts[:at], new, *parts[at + 1 :]))
