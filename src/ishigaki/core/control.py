"""A control: one question about one kind of resource, with its proofs."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import signature
from typing import Any, Concatenate, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import inspect

from ishigaki.core.fault import Faults
from ishigaki.core.finding import Status
from ishigaki.core.population import AccountWide, Given
from ishigaki.core.resource import Resource

EXAMPLE_NOW = datetime(2026, 11, 1, tzinfo=UTC)  # the moment at which examples are judged


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Base of what AWS lets an account set of a control, by AWS's names and bounds. Every field has a default:
    Security Hub's own."""

    @property
    def custom(self) -> dict[str, Any]:
        """The values that are not Security Hub's own, by AWS's names."""
        if self == type(self)():
            return {}
        usual = type(self)().values
        return {name: value for name, value in self.values.items() if value != usual[name]}

    @property
    def values(self) -> dict[str, Any]:
        """Every value by AWS's name, in plain data."""
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return plain

    @property
    def as_aws_takes_them(self) -> dict[str, dict[str, Any]]:
        """The custom values as Security Hub's API takes them, each under the name of its type: `{"Integer": 45}`."""
        return self.typed(self.custom)

    @classmethod
    def typed(cls, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Values by AWS's names, each under the name of its type."""
        kinds = {f.encode_name: kind_of(f.type) for f in fields_of(cls)}
        return {name: {kinds[name]: _spelled(value, kinds[name])} for name, value in values.items()}


def _spelled(value: Any, kind: str) -> Any:
    """A value as the API spells it: what is one of a few is a word, also where it looks like a number."""
    if kind == "EnumList":
        return [_spelled(each, "Enum") for each in value or ()]
    return str(value) if kind == "Enum" and value is not None else value


def fields_of(kind: type[Parameters]) -> tuple[inspect.Field, ...]:
    """The parameters of a type, with what AWS takes for each."""
    found = inspect.type_info(kind)
    assert isinstance(found, inspect.StructType)
    return found.fields


def kind_of(kind: inspect.Type) -> str:
    """AWS's name of a type of parameter."""
    if isinstance(kind, inspect.UnionType):
        kind = next(t for t in kind.types if not isinstance(t, inspect.NoneType))
    if isinstance(kind, (inspect.ListType, inspect.VarTupleType)):
        return f"{kind_of(kind.item_type)}List"
    names: Mapping[type[inspect.Type], str] = {
        inspect.BoolType: "Boolean",
        inspect.FloatType: "Double",
        inspect.IntType: "Integer",
        inspect.LiteralType: "Enum",
        inspect.StrType: "String",
    }
    return names[type(kind)]


@dataclass(frozen=True)
class Example:
    """A proof that lies on the control: a resource, its neighbours, what is expected of it.

    `status` is None where the control does not apply to the resource; `asked` are parameters other than usual.
    """

    subject: Resource
    given: tuple[Resource, ...]
    status: Status | None
    fault: str = ""
    asked: Parameters | None = None


def passes(subject: Resource, *given: Resource, asked: Parameters | None = None) -> Example:
    """With these neighbours the resource passes."""
    return Example(subject, given, Status.PASSED, asked=asked)


def fails(fault: str, subject: Resource, *given: Resource, asked: Parameters | None = None) -> Example:
    """With these neighbours the resource fails with this fault."""
    return Example(subject, given, Status.FAILED, fault, asked)


def doubts(fault: str, subject: Resource, *given: Resource, asked: Parameters | None = None) -> Example:
    """AWS answers WARNING: what decides belongs to another account or Region."""
    return Example(subject, given, Status.WARNING, fault, asked)


def cannot_tell(subject: Resource, *given: Resource, asked: Parameters | None = None) -> Example:
    """What is shown does not tell: a form that is not known, or a part that is not there."""
    return Example(subject, given, Status.NOT_AVAILABLE, asked=asked)


def ignores(subject: Resource, *given: Resource, asked: Parameters | None = None) -> Example:
    """The control is not about this resource."""
    return Example(subject, given, None, asked=asked)


@dataclass(frozen=True)
class Neighbours:
    """What a control wants beside its subject: a type, in the subject's Region or account-wide."""

    kind: type[Resource]
    account_wide: bool


@dataclass(frozen=True)
class Control:
    """`id` is the catalogue's, with its variant (`EC2.21@2022`); severity, title and standards are there.
    `parameters` is the type of what AWS lets an account set of it."""

    id: str
    subjects: tuple[type[Resource], ...]
    given: Mapping[str, Neighbours]
    timed: bool
    test: Callable[..., Faults]
    where: Callable[..., bool] | None
    where_given: bool
    examples: Sequence[Example]
    doc: str
    parameters: type[Parameters] | None = None

    @property
    def kinds(self) -> tuple[type[Resource], ...]:
        """Every resource type the control looks at."""
        return (*self.subjects, *(n.kind for n in self.given.values()))


def control(
    id: str,
    *,
    examples: Sequence[Example],
    where: Callable[..., bool] | None = None,
    doc: str = "",
) -> Callable[[Callable[Concatenate[Any, ...], Faults]], Control]:
    """Make a control of a function; its signature says what it needs.

    The first parameter is the subject (a union where AWS asks the same of several types); parameters annotated
    `Given[T]` and `AccountWide[T]` are neighbours; `now` is the moment of the scan; `asked` the parameters that the
    account has set. `where` says which resources the control is about; it is given the neighbours too where it takes
    more than the subject. The docstring is the requirement, and how it is judged.
    """

    def declare(test: Callable[Concatenate[Any, ...], Faults]) -> Control:
        hints = get_type_hints(test)
        first, *rest = signature(test).parameters
        given = {n: neighbours_of(hints[n]) for n in rest if get_origin(hints.get(n)) in (Given, AccountWide)}
        text = doc or test.__doc__
        if not text:
            raise TypeError(f"{id}: a control says in its docstring what it requires")
        if not {Status.PASSED, Status.FAILED} <= {e.status for e in examples}:
            raise TypeError(f"{id}: a control proves both answers in its examples")
        related = where is not None and len(signature(where).parameters) > 1
        subjects = subjects_of(hints[first])
        return Control(
            id,
            subjects,
            given,
            "now" in rest,
            test,
            where,
            related,
            tuple(examples),
            text,
            hints.get("asked"),
        )

    return declare


def subjects_of(hint: Any) -> tuple[type[Resource], ...]:
    """The resource types of an annotation: one, or a union of several."""
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def neighbours_of(hint: Any) -> Neighbours:
    """What an annotation `Given[T]` or `AccountWide[T]` asks for."""
    return Neighbours(get_args(hint)[0], get_origin(hint) is AccountWide)
