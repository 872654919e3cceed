"""Texts of a policy: wildcards, and the variables that a request's context fills in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ishigaki.core.policy.context import Context, Lack, Present
from ishigaki.core.policy.glob import Glob, Token, Wild, glob_of, lowered, relate, tokenise
from ishigaki.core.policy.truth import FALSE, Truth, all_of, unknown

ARN_PARTS = 6


class PolicyError(ValueError):
    """The policy holds something that is not fully understood, so nothing may be concluded from it."""


@dataclass(frozen=True, slots=True)
class Variable:
    key: str
    default: str | None


Piece = Token | Variable


@dataclass(frozen=True, slots=True)
class Template:
    """A policy's text; `glob` is ready at once where no variable waits for a context."""

    pieces: tuple[Piece, ...]
    folded: bool
    glob: Glob | None

    @property
    def is_fixed(self) -> bool:
        """Neither wildcard nor variable: AWS's "fixed value"."""
        return self.glob is not None and self.glob.literal is not None

    def match(self, value: str | Glob, context: Context) -> Truth:
        filled = self.glob if self.glob is not None else self._filled(context)
        if isinstance(filled, Truth):
            return filled
        if self.folded:
            value = value.lower() if isinstance(value, str) else lowered(value)
        return relate(filled, value)

    def form(self) -> Glob:
        """Every text it may come to, whatever fills its variables."""
        if self.glob is not None:
            return self.glob
        return glob_of(Wild.RUN if isinstance(each, Variable) else each for each in self.pieces)

    def _filled(self, context: Context) -> Glob | Truth:
        """The pattern for one request; false when a variable has no value there: then it matches nothing."""
        tokens: list[Token] = []
        for piece in self.pieces:
            if not isinstance(piece, Variable):
                tokens.append(piece)
                continue
            value = value_of(piece, context)
            if isinstance(value, Truth):
                return value
            tokens += [value.lower() if self.folded else value] if value else []
        return glob_of(tokens)


_VARIABLE = re.compile(r"\$\{(?:(?P<escape>[*?$])|(?P<key>[^{}',*?$]+?)(?:, ?'(?P<default>[^']*)')?)\}")


@lru_cache(maxsize=8192)
def template(text: str, *, variables: bool, wildcards: bool, folded: bool = False) -> Template:
    """Read a text; `${...}` is plain without `variables` (Version 2008-10-17), `*` without `wildcards`."""
    return template_of(_pieces(text, variables=variables, wildcards=wildcards), folded=folded)


def template_of(pieces: Iterable[Piece], *, folded: bool = False) -> Template:
    return _template_of(tuple(pieces), folded=folded)


@lru_cache(maxsize=8192)
def _template_of(pieces: tuple[Piece, ...], *, folded: bool) -> Template:
    read = tuple(each.lower() if folded and isinstance(each, str) else each for each in pieces)
    plain = [each for each in read if not isinstance(each, Variable)]
    return Template(read, folded, glob_of(plain) if len(plain) == len(read) else None)


def _pieces(text: str, *, variables: bool, wildcards: bool) -> Iterable[Piece]:
    def plain(part: str) -> Iterable[Piece]:
        if variables and "${" in part:
            raise PolicyError(f"not a policy variable: {text!r}")
        return tokenise(part) if wildcards else ((part,) if part else ())

    end = 0
    for found in _VARIABLE.finditer(text) if variables else ():
        yield from plain(text[end : found.start()])
        end = found.end()
        if found["escape"]:
            yield found["escape"]
        else:
            yield Variable(found["key"].strip(), found["default"])
    yield from plain(text[end:])


def value_of(variable: Variable, context: Context) -> str | Truth:
    """What a variable stands for in a request; false when it stands for nothing."""
    states = context.of(variable.key.lower())
    match states:
        case (Present(values=(str(text),)),):
            return text
        case (Lack.ABSENT,) | (Present(values=()),):
            return FALSE if variable.default is None else variable.default
        case (Present(values=values),) if len(values) > 1:
            return FALSE  # only single-valued keys can fill a variable
    return unknown(variable.key)


@dataclass(frozen=True, slots=True)
class ArnTemplate:
    """The six parts of an ARN pattern, matched one by one: no `*` reaches across the first five colons."""

    parts: tuple[Template, ...]

    @property
    def is_fixed(self) -> bool:
        return all(part.is_fixed for part in self.parts)

    def match(self, arn: tuple[str | Glob, ...], context: Context) -> Truth:
        open_parts = []
        for part, value in zip(self.parts, arn, strict=True):
            truth = part.match(value, context)
            if truth.is_false:
                return FALSE
            if truth.is_unknown:
                open_parts.append(truth)
        return all_of(open_parts)


def arn_template(text: str, *, variables: bool) -> ArnTemplate | None:
    """The ARN pattern a text spells; None when it has fewer than six parts."""
    parts = _split(_pieces(text, variables=variables, wildcards=True))
    return ArnTemplate(tuple(template_of(part) for part in parts)) if len(parts) == ARN_PARTS else None


def arn_prefix(text: str, *, variables: bool) -> ArnTemplate | None:
    """A short ARN that ends in `*` stands for `*` in each missing part; None for any other short text."""
    parts = _split(_pieces(text, variables=variables, wildcards=True))
    if not parts[-1] or parts[-1][-1] is not Wild.RUN:
        return None
    missing: list[list[Piece]] = [[Wild.RUN] for _ in range(ARN_PARTS - len(parts))]
    return ArnTemplate(tuple(template_of(part) for part in parts + missing))


def arn_parts(value: str | Glob) -> tuple[str | Glob, ...] | None:
    """The six parts of an ARN, or of the form of one; None when it is not an ARN."""
    if isinstance(value, str):
        found = value.split(":", ARN_PARTS - 1)
        return tuple(found) if len(found) == ARN_PARTS else None
    if value.is_everything:
        return (value,) * ARN_PARTS
    parts = _split(value.tokens)
    return tuple(_arn_part(part) for part in parts) if len(parts) == ARN_PARTS else None


def _arn_part(pieces: Sequence[Piece]) -> str | Glob:
    match pieces:
        case []:
            return ""
        case [str(text)]:
            return text
    return glob_of(each for each in pieces if not isinstance(each, Variable))


def _split(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces cut at the first five colons of the literal text (a variable's own colons do not count)."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if not isinstance(piece, str):
            parts[-1].append(piece)
            continue
        first, *rest = piece.split(":", ARN_PARTS - len(parts))
        parts[-1] += [first] if first else []
        parts += [[each] if each else [] for each in rest]
    return parts
