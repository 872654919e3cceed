"""CloudWatch: what a metric filter's pattern says, so that two ways to write the same thing are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

TOKEN = re.compile(r'\s*(\(|\)|&&|\|\||!=|<=|>=|=|<|>|"(?:[^"\\]|\\.)*"|[^\s()&|!=<>"]+)')


@dataclass(frozen=True)
class Condition:
    """A comparison or a test of one field, by its words: quotes around a value do not count."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Compound:
    """Terms that all must hold (`&&`), or one of which must (`||`), in whatever order."""

    operator: str
    terms: frozenset[Condition | Compound]


Meaning = Condition | Compound


class Unreadable(ValueError):
    """The text is not a filter pattern for JSON events."""


@lru_cache(maxsize=512)
def meaning(pattern: str) -> Meaning | None:
    """What a pattern for JSON events says; None where it is no such pattern."""
    text = pattern.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    try:
        tokens = list(_tokens(text[1:-1].rstrip()))
        said, rest = _compound(tokens, "||")
    except Unreadable:
        return None
    return None if rest else said


def _tokens(text: str) -> Iterator[str]:
    position = 0
    while position < len(text):
        found = TOKEN.match(text, position)
        if found is None:
            raise Unreadable(text[position:])
        yield found.group(1)
        position = found.end()


def _compound(tokens: list[str], operator: str) -> tuple[Meaning, list[str]]:
    """Terms joined by an operator: CloudWatch Logs reads `()` before `&&` before `||`."""
    said, tokens = _term(tokens, operator)
    terms = [said]
    while tokens[:1] == [operator]:
        said, tokens = _term(tokens[1:], operator)
        terms.append(said)
    flat: set[Meaning] = set()
    for term in terms:
        flat |= term.terms if isinstance(term, Compound) and term.operator == operator else {term}
    return (flat.pop() if len(flat) == 1 else Compound(operator, frozenset(flat))), tokens


def _term(tokens: list[str], operator: str) -> tuple[Meaning, list[str]]:
    if operator == "||":
        return _compound(tokens, "&&")
    if tokens[:1] == ["("]:
        said, rest = _compound(tokens[1:], "||")
        if rest[:1] != [")"]:
            raise Unreadable("a parenthesis is not closed")
        return said, rest[1:]
    return _condition(tokens)


def _condition(tokens: list[str]) -> tuple[Condition, list[str]]:
    length = next((n for n, t in enumerate(tokens) if t in ("(", ")", "&&", "||")), len(tokens))
    if length < 2 or not tokens[0].startswith("$"):
        raise Unreadable("a condition is a field and a test")
    return Condition(tuple(_unquoted(t) for t in tokens[:length])), tokens[length:]


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token
