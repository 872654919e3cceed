"""Making a message fit: long lists first, then long texts, then the last parts. Pure."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ishigaki.core.notice import Message, Part
from ishigaki.notify.plain import clip

# How many bullets of a part, characters of a text, parts, and links, actions and footer lines are kept, in the order of
# trying. Every part keeps the same, so that a long list does not cost the others their beginning.
LEVELS = (
    *((bullets, 4000, 100, 30) for bullets in (300, 200, 150, 100, 70, 50, 35, 25, 18, 12, 8, 5)),
    *((5, text, 50, 10) for text in (2000, 1000, 500)),
    *((3, 300, parts, 6) for parts in (40, 30, 20, 14, 10, 7, 5, 3, 2)),
    (1, 120, 1, 2),
    (0, 0, 0, 0),
)


def trimmed(message: Message, fits: Callable[[Message], bool]) -> Message:
    """The message, or as much of it as fits; what was left out of lists is counted. A title alone must fit."""
    if fits(message):
        return message
    shorter = (_cut(message, *level) for level in LEVELS)
    return next((each for each in shorter if fits(each)), _cut(message, *LEVELS[-1]))


def _cut(message: Message, bullets: int, text: int, parts: int, rest: int) -> Message:
    kept = [_short(part, bullets, text, rest) for part in message.parts[:parts]]
    dropped = sum(max(1, len(p.bullets) + p.more) for p in message.parts[parts:])
    if kept and dropped:
        kept[-1] = replace(kept[-1], more=kept[-1].more + dropped)
    return replace(message, parts=tuple(kept), actions=message.actions[:rest], footer=message.footer[:rest])


def _short(part: Part, bullets: int, text: int, rest: int) -> Part:
    left_out = max(0, len(part.bullets) - bullets)
    return replace(
        part,
        text=clip(part.text, text),
        bullets=part.bullets[:bullets],
        more=part.more + left_out,
        links=part.links[:rest],
    )
