"""The condition operators: how each reads a policy's value and compares a request's value with it."""

from __future__ import annotations

import base64
import binascii
import operator as compare
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
)
from itertools import chain
from typing import Any

from ishigaki.core.policy.context import Context
from ishigaki.core.policy.glob import Glob
from ishigaki.core.policy.template import (
    ArnTemplate,
    PolicyError,
    Template,
    arn_parts,
    arn_template,
    template,
)
from ishigaki.core.policy.truth import FALSE, Truth, known, unknown


@dataclass(frozen=True, slots=True)
class Operand:
    """One value of a policy's condition, ready to be compared."""

    matches: Callable[[str | Glob, Context], Truth]
    is_fixed: bool
    """It admits no value but those its author named ("fixed value" in AWS's rule of what is public)."""


Operands = tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Operator:
    name: str
    operands: Callable[[Sequence[str], bool], Operands]
    """Compiles a clause's values; the flag says whether the policy's version has variables."""
    is_negated: bool = False
    reads: Callable[[str], object] | None = None
    """Gives None for a request's value the operator cannot read; absent where it reads every text."""


def read_flag(text: str) -> bool:
    """The value of a Bool or Null condition, whatever its case."""
    if text.lower() not in {"true", "false"}:
        raise PolicyError(f"neither true nor false: {text!r}")
    return text.lower() == "true"


def _each(compile_one: Callable[[str, bool], Operand], texts: Sequence[str], variables: bool) -> Operands:
    return tuple(compile_one(text, variables) for text in texts)


def _text(text: str, variables: bool, *, wildcards: bool = False, folded: bool = False) -> Operand:
    read = template(text, variables=variables, wildcards=wildcards, folded=folded)
    # AWS disregards values "that use wildcard characters", and does not say that only the operators that give
    # them a meaning count: a star under StringEquals is therefore not called fixed.
    return Operand(read.match, read.is_fixed and not re.search(r"[*?]", text))


def _flag(text: str, variables: bool) -> Operand:
    read: Template = template(text, variables=variables, wildcards=False, folded=True)
    if read.glob is not None:
        read_flag(text)
    return Operand(read.match, is_fixed=False)


def _arn(text: str, variables: bool) -> Operand:
    read = arn_template(text, variables=variables)
    return Operand(partial(_match_arn, read), is_fixed=read is not None and read.is_fixed)


def _match_arn(pattern: ArnTemplate | None, value: str | Glob, context: Context) -> Truth:
    parts = arn_parts(value)
    if parts is None:
        return FALSE if isinstance(value, str) else unknown()
    if pattern is None:
        return unknown()  # AWS does not say what a pattern that is no ARN (a bare `*`) matches here
    return pattern.match(parts, context)


def _bound(
    read: Callable[[str], Any], relation: Callable[[Any, Any], bool], text: str, variables: bool
) -> Operand:
    bound = read(text)
    if bound is None:
        raise PolicyError(f"not a value its operator can compare: {text!r}")
    return Operand(partial(_compare, read, relation, bound), is_fixed=relation is compare.eq)


def _compare(
    read: Callable[[str], Any],
    relation: Callable[[Any, Any], bool],
    bound: object,
    value: str | Glob,
    context: Context,
) -> Truth:
    return known(relation(read(value), bound)) if isinstance(value, str) else unknown()


def _number(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?", text) else None


def _instant(text: str) -> datetime | None:
    """A W3C date and time, or seconds since the epoch; without a zone it is UTC."""
    try:
        if re.fullmatch(r"[0-9]{4}(-[0-9]{2})?", text):
            return datetime(int(text[:4]), int(text[5:] or 1), 1, tzinfo=UTC)
        if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
            return datetime.fromtimestamp(float(text), UTC)
        instant = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


WIDEST_FIXED_PREFIX: Mapping[int, int] = {4: 8, 6: 32}
"""S3: ranges broader than these do not keep a policy from being public."""


def _networks(texts: Sequence[str], variables: bool) -> Operands:
    """Ranges with neighbours joined, so that a wide range written in halves is as wide as it is."""
    try:
        ranges = [ip_network(text, strict=False) for text in texts]
    except ValueError as error:
        raise PolicyError(f"not an IP range: {error}") from error
    joined: Iterable[IPv4Network | IPv6Network] = chain(
        collapse_addresses([each for each in ranges if isinstance(each, IPv4Network)]),
        collapse_addresses([each for each in ranges if isinstance(each, IPv6Network)]),
    )
    return tuple(
        Operand(partial(_within, each), is_fixed=each.prefixlen >= WIDEST_FIXED_PREFIX[each.version])
        for each in joined
    )


def _within(network: IPv4Network | IPv6Network, value: str | Glob, context: Context) -> Truth:
    return known(ip_address(value) in network) if isinstance(value, str) else unknown()


def _presence(texts: Sequence[str], variables: bool) -> Operands:
    for text in texts:
        read_flag(text)
    return ()


def _table() -> Mapping[str, Operator]:
    strings = {
        "StringEquals": partial(_each, _text),
        "StringEqualsIgnoreCase": partial(_each, partial(_text, folded=True)),
        "StringLike": partial(_each, partial(_text, wildcards=True)),
        "ArnEquals": partial(_each, _arn),
        "ArnLike": partial(_each, _arn),
        "Bool": partial(_each, _flag),
    }
    positive = [Operator(name, operands) for name, operands in strings.items()]
    for family, read in {"Numeric": _number, "Date": _instant}.items():
        positive += [
            Operator(f"{family}{name}", partial(_each, partial(_bound, read, relation)), reads=read)
            for name, relation in {
                "Equals": compare.eq,
                "LessThan": compare.lt,
                "LessThanEquals": compare.le,
                "GreaterThan": compare.gt,
                "GreaterThanEquals": compare.ge,
            }.items()
        ]
    positive += [
        Operator("BinaryEquals", partial(_each, partial(_bound, _bytes, compare.eq)), reads=_bytes),
        Operator("IpAddress", _networks, reads=_address),
        Operator("Null", _presence),
    ]
    table = {each.name: each for each in positive}
    return table | {
        name: replace(table[opposite], name=name, is_negated=True) for name, opposite in NEGATED.items()
    }


NEGATED: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
OPERATORS: Mapping[str, Operator] = _table()
