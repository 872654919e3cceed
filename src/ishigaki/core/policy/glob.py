"""Patterns of `*` and `?`: matched against a text, or related to every text of another pattern.

Three needs shape this module. Only `*` and `?` are special (in `fnmatch` the square bracket is too). A
pattern is input from outside, so matching must not backtrack: each stretch between two stars is placed at its
leftmost fit and kept (an atomic group), which is always right for globs and keeps the work within pattern x
text. And a static question asks about *every* text of some form ("any object of this bucket"), so a pattern
can also be related to a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from operator import methodcaller

from ishigaki.core.policy.truth import FALSE, TRUE, Truth, known, unknown


class Wild(Enum):
    RUN = "*"
    """Any run of characters, the empty one included."""
    ONE = "?"
    """Exactly one character."""


Token = str | Wild
"""A literal stretch, never empty, or a wildcard."""


@dataclass(frozen=True, slots=True)
class Glob:
    tokens: tuple[Token, ...]
    matches: Callable[[str], object] = field(compare=False, repr=False)
    """Truthy when the whole text fits."""
    literal: str | None
    """The only text it matches, where it has no wildcard."""

    @property
    def is_everything(self) -> bool:
        return self.tokens == (Wild.RUN,)


@lru_cache(maxsize=8192)
def glob(text: str) -> Glob:
    """A pattern as written, with `*` and `?` as wildcards. The same few are in most policies."""
    return glob_of(tokenise(text))


def tokenise(text: str) -> tuple[Token, ...]:
    return tuple(_WILDS.get(piece, piece) for piece in _WILDCARD.split(text) if piece)


_WILDS: Mapping[str, Token] = {wild.value: wild for wild in Wild}
_WILDCARD = re.compile(r"([*?])")


def glob_of(tokens: Iterable[Token]) -> Glob:
    normal = tuple(_normal(tokens))
    match normal:
        case ():
            return Glob(normal, "".__eq__, literal="")
        case (str(text),):
            return Glob(normal, text.__eq__, literal=text)
        case (Wild.RUN,):
            return Glob(normal, _anything, literal=None)
        case (str(start), Wild.RUN):
            return Glob(normal, methodcaller("startswith", start), literal=None)
    return Glob(normal, _matcher(normal), literal=None)


def _anything(text: str) -> bool:
    return True


def lowered(pattern: Glob) -> Glob:
    return glob_of(token.lower() if isinstance(token, str) else token for token in pattern.tokens)


def _normal(tokens: Iterable[Token]) -> list[Token]:
    """Literals joined; of neighbouring wildcards the `?` first, then one `*`: equal patterns, equal forms."""
    normal: list[Token] = []
    for token in tokens:
        last = normal[-1] if normal else None
        if isinstance(token, str) and isinstance(last, str):
            normal[-1] = last + token
        elif last is Wild.RUN and token is Wild.ONE:
            normal.insert(-1, token)
        elif token and not last is token is Wild.RUN:
            normal.append(token)
    return normal


def _matcher(tokens: Sequence[Token]) -> Callable[[str], object]:
    stretches = [""]
    for token in tokens:
        if token is Wild.RUN:
            stretches.append("")
        else:
            stretches[-1] += "." if isinstance(token, Wild) else re.escape(token)
    head, *rest = stretches
    if not rest:
        return re.compile(head, re.DOTALL).fullmatch
    *middle, tail = rest
    placed = "".join(f"(?>.*?{stretch})" for stretch in middle if stretch)
    return re.compile(rf"{head}{placed}.*{tail}\Z", re.DOTALL).match


def relate(pattern: Glob, value: str | Glob) -> Truth:
    """True when the pattern matches the value, or every text of the value's form; false when it matches none.

    In between it is unknown. "Every" is decided soundly: a form that is only mostly covered is never true.
    """
    if isinstance(value, str):
        return known(pattern.matches(value))
    if value.literal is not None:
        return known(pattern.matches(value.literal))
    if pattern.is_everything or pattern.tokens == value.tokens:
        return TRUE
    if pattern.literal is not None:
        return unknown() if value.matches(pattern.literal) else FALSE
    ours, theirs = _without_common_ends(_characters(pattern), _characters(value))
    if len(ours) * len(theirs) > _MOST_PAIRS:
        return unknown()
    if _covers(ours, theirs):
        return TRUE
    return unknown() if _meet(ours, theirs) else FALSE


_MOST_PAIRS = 1_000_000
"""Two patterns that still differ in so much are no real names (an ARN has at most 2,048 characters)."""


def _characters(pattern: Glob) -> list[Token]:
    return [each for token in pattern.tokens for each in (token if isinstance(token, str) else (token,))]


def _without_common_ends(ours: list[Token], theirs: list[Token]) -> tuple[list[Token], list[Token]]:
    def common(one: Iterable[Token], other: Iterable[Token]) -> int:
        count = 0
        for mine, its in zip(one, other, strict=False):
            if mine != its or isinstance(mine, Wild):
                break
            count += 1
        return count

    start = common(ours, theirs)
    ours, theirs = ours[start:], theirs[start:]
    end = common(reversed(ours), reversed(theirs))
    return ours[: len(ours) - end], theirs[: len(theirs) - end]


def _covers(pattern: Sequence[Token], form: Sequence[Token]) -> bool:
    """Whether the pattern can read the form as if it were a text, its own `*` alone taking the form's `*`."""
    states = _rested(pattern, {0})
    for symbol in form:
        stepped: set[int] = set()
        for state in states:
            token = pattern[state] if state < len(pattern) else None
            if token is Wild.RUN:
                stepped.add(state)
            elif token is not None and symbol is not Wild.RUN and (token is Wild.ONE or token == symbol):
                stepped.add(state + 1)
        states = _rested(pattern, stepped)
        if not states:
            return False
    return len(pattern) in states


def _rested(pattern: Sequence[Token], states: set[int]) -> set[int]:
    """The states and those reached without reading anything, by ending a `*`."""
    reached = set(states)
    for state in states:
        while state < len(pattern) and pattern[state] is Wild.RUN:
            state += 1
            reached.add(state)
    return reached


def _meet(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Whether some text fits both."""
    goal, seen, open_pairs = (len(ours), len(theirs)), {(0, 0)}, [(0, 0)]
    while open_pairs:
        mine, its = open_pairs.pop()
        if (mine, its) == goal:
            return True
        a = ours[mine] if mine < len(ours) else None
        b = theirs[its] if its < len(theirs) else None
        steps = []
        if a is Wild.RUN:
            steps.append((mine + 1, its))
        if b is Wild.RUN:
            steps.append((mine, its + 1))
        if a is not None and b is not None and (a == b or isinstance(a, Wild) or isinstance(b, Wild)):
            steps.append((mine + (a is not Wild.RUN), its + (b is not Wild.RUN)))
        for step in steps:
            if step not in seen:
                seen.add(step)
                open_pairs.append(step)
    return False
