"""A record: members as AWS describes them, each of them seen or unseen.

Only what was seen lies in the instance, so a seen member is read at plain attribute speed and a missing
one reaches `__getattr__`, which raises `Unseen`. There is no default: what an absent member means is said
in the declaration, `member(absent=..., why=...)`, with AWS's own reason, or it is unseen.

Names are ours in snake_case and AWS's in whatever case the API uses; they meet when letters agree,
whatever their case and underscores. A law proves against botocore's shapes that they meet exactly once.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, Union, cast, get_args, get_origin

from ishigaki.core.unseen import NOT_COLLECTED, NOT_IN_ANSWER, UNDECODABLE, UNKNOWN_VALUE, Unseen

T = TypeVar("T")
Converter = Callable[[Any], Any]


class Undeclared:
    """Marks that a declaration does not say what absence means."""


UNDECLARED = Undeclared()


@dataclass(frozen=True)
class Member:
    """A member of an answer: where it lies (`at`, dotted; by default its own name), what absence means,
    and, where a control compares it, the `values` this product knows: any other is unseen."""

    at: str = ""
    absent: Any = UNDECLARED
    why: str = ""
    values: tuple[str, ...] = ()
    told_by: str = "item"  # the listing's item, a "call" of its own, or the "place" it was found in


def member(
    *, at: str = "", absent: T | Undeclared = UNDECLARED, why: str = "", values: tuple[str, ...] = ()
) -> T:
    """Declare a member that lies elsewhere than its name says, whose absence AWS documents a meaning for,
    or whose values are a list that AWS may extend."""
    if not isinstance(absent, Undeclared) and not why:
        raise TypeError("absence means something only for a reason: say why")
    return cast(T, Member(at, absent, why, values))


class Undecodable(ValueError):
    """AWS's answer is not of the declared type."""


class Record:
    """Base of values and resources. Immutable; equal when the same members were seen with equal values."""

    members: ClassVar[Mapping[str, Member]] = {}

    def __init_subclass__(cls) -> None:
        declared = dict(cls.members)
        for name, hint in inspect.get_annotations(cls).items():
            if str(hint).removeprefix("typing.").startswith("ClassVar"):
                continue
            spec = cls.__dict__.get(name)
            declared[name] = spec if isinstance(spec, Member) else Member()
            if isinstance(spec, Member):
                delattr(cls, name)
        cls.members = declared

    def __init__(self, **seen: Any) -> None:
        unknown = seen.keys() - self.members.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        self.__dict__.update(seen)

    if not TYPE_CHECKING:  # a type checker knows the declared members and should know no others

        def __getattr__(self, name: str) -> Any:
            if name in type(self).members:
                code = self.__dict__.get("_unseen", {}).get(name, NOT_COLLECTED)
                raise Unseen(f"{type(self).__name__}.{name}", code)
            raise AttributeError(f"{type(self).__name__} has no {name}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("records are immutable: use replace()")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and type(self) is type(other) and self.seen() == other.seen()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.seen().items())})"

    def seen(self) -> dict[str, Any]:
        """The members that were seen, by name."""
        return {k: v for k, v in self.__dict__.items() if not k.startswith("_")}

    def without(self, *names: str, code: str = "AccessDenied") -> Self:
        """The same record as if these members had not been seen."""
        return revive(
            type(self),
            {k: v for k, v in self.__dict__.items() if k not in names and k != "_unseen"},
            {**self.__dict__.get("_unseen", {}), **dict.fromkeys(names, code)},
        )


class Value(Record):
    """A value as AWS describes it."""


R = TypeVar("R", bound=Record)


def replace(record: R, **changes: Any) -> R:
    """The record with some members changed."""
    if unknown := changes.keys() - record.members.keys() - set(dir(record)):
        raise TypeError(f"{type(record).__name__} has no {', '.join(sorted(unknown))}")
    return revive(type(record), {**record.__dict__, **changes}, record.__dict__.get("_unseen", {}))


def revive(kind: type[R], seen: Mapping[str, Any], unseen: Mapping[str, str]) -> R:
    """A record from what was seen and why the rest was not."""
    made = object.__new__(kind)
    made.__dict__.update(seen)
    if unseen:
        made.__dict__["_unseen"] = dict(unseen)
    return made


def decode(kind: type[R], item: Mapping[str, Any]) -> R:
    """A record from one item of an answer. What is absent, null or not decodable is unseen, the rest stands."""
    seen: dict[str, Any] = {}
    unseen: dict[str, str] = {}
    decode_members(kind, item, seen, unseen)
    return revive(kind, seen, unseen)


def decode_members(
    kind: type[Record], item: Mapping[str, Any], seen: dict[str, Any], unseen: dict[str, str]
) -> None:
    """Put each member of `kind` that `item` shows into `seen`, and why it is missing into `unseen`."""
    plan = decoding(kind)
    present: dict[str, Any] = {}
    for key, value in item.items():
        name = plan.names.get(key)
        if name is None:
            name = plan.names[key] = plan.by_letters.get(letters(key), "")
        if name and value is not None:
            present[name] = value
    for name, (spec, convert) in plan.members.items():
        value = _dig(item, spec.at) if spec.at else present.get(name)
        if value is None:
            if spec.absent is UNDECLARED or name in unseen:
                unseen.setdefault(name, NOT_IN_ANSWER)
            else:
                seen[name] = spec.absent
            continue
        if spec.values and value not in spec.values:
            unseen[name] = UNKNOWN_VALUE
            continue
        try:
            seen[name] = convert(value)
            unseen.pop(name, None)
        except Undecodable:
            unseen[name] = UNDECODABLE


def letters(name: str) -> str:
    """What of a name counts when ours and AWS's are compared."""
    return name.replace("_", "").replace("-", "").lower()


def _dig(item: Any, path: str) -> Any:
    for name in path.split("."):
        item = item.get(name) if isinstance(item, Mapping) else None
    return item


@dataclass(frozen=True)
class Decoding:
    """What decoding a type needs, compiled once per type.

    `members` come from an item, `facets` from answers of their own; `names` remembers AWS's spellings as
    they are met.
    """

    members: Mapping[str, tuple[Member, Converter]]
    facets: Mapping[str, Converter]
    by_letters: Mapping[str, str]
    names: dict[str, str]


def decoding(kind: type[Record]) -> Decoding:
    """How a type is decoded; compiled on first use, because type hints are costly to read."""
    plan: Decoding | None = kind.__dict__.get("_decoding")
    if plan is None:
        hints = typing.get_type_hints(kind)
        converters = {n: converter(hints[n]) for n, m in kind.members.items() if m.told_by != "place"}
        plain = {n: m for n, m in kind.members.items() if m.told_by == "item"}
        plan = Decoding(
            members={n: (m, converters[n]) for n, m in plain.items()},
            facets={n: converters[n] for n, m in kind.members.items() if m.told_by == "call"},
            by_letters={letters(n): n for n, m in plain.items() if not m.at},
            names={},
        )
        kind._decoding = plan  # type: ignore[attr-defined]
    return plan


def converter(hint: Any) -> Converter:
    """The function that turns a JSON value into `hint`; it raises `Undecodable` for anything else."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return lambda value: value
    if origin in (Union, types.UnionType):
        (only,) = [a for a in arguments if a is not type(None)]
        return converter(only)
    if origin is tuple:
        return _sequence(converter(arguments[0]))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(converter(arguments[1]))
    if hint is datetime:
        return _instant
    if isinstance(hint, type) and issubclass(hint, Record):
        return lambda value: decode(hint, _of(Mapping, value))
    if hint is float:
        return lambda value: float(_of((int, float), value))
    if hint is int:
        return _whole
    if hint in (str, bool):
        return lambda value: _of(hint, value)
    raise TypeError(f"no converter for {hint}")


def _of(kind: Any, value: Any) -> Any:
    if not isinstance(value, kind):
        raise Undecodable
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Undecodable
    return value


def _instant(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(_of(str, value))
    except ValueError:
        raise Undecodable from None


def _sequence(convert: Converter) -> Converter:
    return lambda value: tuple([convert(v) for v in _of((list, tuple), value)])


def _mapping(convert: Converter) -> Converter:
    return lambda value: {k: convert(v) for k, v in _of(Mapping, value).items() if v is not None}
