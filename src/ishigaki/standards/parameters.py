"""What AWS lets an account set of its controls: an estate's values, checked against AWS's names and bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import inspect

from ishigaki.core.catalogue import plain
from ishigaki.core.control import Control, Parameters, fields_of, kind_of
from ishigaki.core.usage import UsageError
from ishigaki.services import controls


def parameters_of(control: Control, values: Mapping[str, Any]) -> Parameters | None:
    """The parameters of a control as an account sets them; None where it sets none. Raises `ValidationError`."""
    if control.parameters is None or not values:
        return None
    return msgspec.convert(values, control.parameters)


def check(tables: Mapping[str, Mapping[str, Any]], *, text: str, file: str) -> None:
    """Raises `UsageError` that names file, line and remedy for a control that takes no parameters, for a parameter
    it does not have, and for a value that AWS does not take."""
    tunable = {plain(c.id): c for c in controls().values() if c.parameters is not None}
    for control, values in tables.items():
        line = _line(text, control)
        if control not in tunable:
            raise UsageError(
                "no_parameters", file=file, line=line, control=control, known=", ".join(sorted(tunable))
            )
        try:
            parameters_of(tunable[control], values)
        except msgspec.ValidationError as wrong:
            raise UsageError(
                "parameters_invalid", file=file, line=line, control=control, detail=str(wrong)
            ) from None


class Allowed(msgspec.Struct, frozen=True):
    """A parameter as AWS offers it: Security Hub's own value (None: there is none), and what it may be."""

    name: str
    usual: Any
    kind: str
    least: float | None = None
    most: float | None = None
    values: tuple[str, ...] = ()


def allowed(control: Control) -> list[Allowed]:
    """The parameters that an account may set of a control."""
    if control.parameters is None:
        return []
    usual = control.parameters().values
    return [_allowed(f.encode_name, usual[f.encode_name], f.type) for f in fields_of(control.parameters)]


def _allowed(name: str, usual: Any, of: inspect.Type) -> Allowed:
    kind = kind_of(of)
    one: Any = of
    while not isinstance(one, (inspect.IntType, inspect.FloatType, inspect.LiteralType, inspect.StrType)):
        if isinstance(one, inspect.UnionType):
            one = next(t for t in one.types if not isinstance(t, inspect.NoneType))
        elif isinstance(one, (inspect.ListType, inspect.VarTupleType)):
            one = one.item_type
        else:
            return Allowed(name, usual, kind)
    if isinstance(one, inspect.LiteralType):
        return Allowed(name, usual, kind, values=tuple(str(v) for v in one.values))
    if isinstance(one, inspect.StrType):
        return Allowed(name, usual, kind)
    return Allowed(name, usual, kind, one.ge, one.le)


def as_aws_takes_them(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Checked parameters by control, each under the name of its type, as Security Hub's API takes them."""
    found = {c.id: parameters_of(c, tables[c.id]) for c in controls().values() if c.id in tables}
    return {control: asked.as_aws_takes_them for control, asked in found.items() if asked is not None}


def _line(text: str, control: str) -> int:
    """The line of a file that first names the control as a key."""
    key = re.compile(rf"[\[.\"'\s]{re.escape(control)}[\"'\]\s]")
    return next((n for n, line in enumerate(text.splitlines(), 1) if key.search(f" {line} ")), 1)
