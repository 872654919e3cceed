"""Policy documents: read whole or refused, then frozen and ready to be matched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from ishigaki.core.policy.conditions import Requirement, parse_conditions
from ishigaki.core.policy.glob import Glob, glob, glob_of
from ishigaki.core.policy.principals import Kind, Named, Principals, parse_named
from ishigaki.core.policy.template import (
    ArnTemplate,
    PolicyError,
    arn_prefix,
    arn_template,
)


@dataclass(frozen=True, slots=True)
class Actions:
    patterns: tuple[Glob, ...]
    """In lower case: action names ignore it."""
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """One pattern of a Resource element. Neither everything nor an ARN: AWS does not say what it matches."""

    text: str
    is_everything: bool
    arn: ArnTemplate | None
    is_understood: bool
    """Variables have a meaning after the fifth colon only."""
    form: Glob
    """Every resource it may come to, whatever fills its variables."""


@dataclass(frozen=True, slots=True)
class Resources:
    patterns: tuple[Resource, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    name: str
    """Its Sid, or its place in the document."""
    is_deny: bool
    principals: Principals | None
    actions: Actions
    resources: Resources | None
    """None in trust policies, where the role itself is the resource."""
    conditions: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    statements: tuple[Statement, ...]
    allowing: tuple[Statement, ...]
    denying: tuple[Statement, ...]


_Read = TypeVar("_Read")

VARIABLES_SINCE = "2012-10-17"
_VERSIONS = frozenset({"2008-10-17", VARIABLES_SINCE})
_TOP = frozenset({"Version", "Id", "Statement"})
_ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_PRINCIPAL_KINDS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})


def parse(document: str | Mapping[str, Any]) -> Policy:
    """Read a policy of any type; raises PolicyError for anything in it that is not fully understood.

    AWS leaves some things unsaid. Chosen here: element and operator names must be spelled as documented; a
    member given twice in one object is refused, as either could be meant; values of numbers, dates, ranges,
    Bool and Null must be readable by their operator; only a policy that names principals (a trust policy) may
    leave out Resource.
    """
    whole = _object(_load(document) if isinstance(document, str) else document, "policy")
    _only(whole, _TOP, "policy")
    version = whole.get("Version", "2008-10-17")
    if not isinstance(version, str) or version not in _VERSIONS:
        raise PolicyError(f"unknown policy version: {version!r}")
    if "Statement" not in whole:
        raise PolicyError("the policy has no Statement")
    given = whole["Statement"]
    statements = tuple(
        _statement(_object(each, "statement"), place, variables=version == VARIABLES_SINCE)
        for place, each in enumerate(given if isinstance(given, list) else [given])
    )
    return Policy(
        statements=statements,
        allowing=tuple(each for each in statements if not each.is_deny),
        denying=tuple(each for each in statements if each.is_deny),
    )


def _load(text: str) -> object:
    def unique(members: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(members)
        if len(found) != len(members):
            raise PolicyError("a member is given twice in one object")
        return found

    try:
        return json.loads(text, object_pairs_hook=unique)
    except (json.JSONDecodeError, RecursionError) as error:
        raise PolicyError(f"not JSON: {error}") from error


def _statement(given: Mapping[str, Any], place: int, *, variables: bool) -> Statement:
    _only(given, _ELEMENTS, "statement")
    effect, sid = given.get("Effect"), given.get("Sid", "")
    if effect not in ("Allow", "Deny"):
        raise PolicyError(f"neither Allow nor Deny: {effect!r}")
    if not isinstance(sid, str):
        raise PolicyError(f"not a Sid: {sid!r}")
    principals = _either(given, "Principal", _principals)
    resources = _either(
        given, "Resource", lambda value, negated: _resources(value, negated, variables=variables)
    )
    actions = _either(given, "Action", _actions)
    if actions is None:
        raise PolicyError("a statement has neither Action nor NotAction")
    if resources is None and principals is None:
        raise PolicyError("a statement has neither Resource nor NotResource")
    return Statement(
        name=sid or f"Statement[{place}]",
        is_deny=effect == "Deny",
        principals=principals,
        actions=actions,
        resources=resources,
        conditions=parse_conditions(_conditions(given.get("Condition", {})), variables=variables),
    )


def _either(given: Mapping[str, Any], element: str, read: Callable[[Any, bool], _Read]) -> _Read | None:
    """What an element or its Not form holds; None when neither is there."""
    there = [name for name in (element, f"Not{element}") if name in given]
    if len(there) > 1:
        raise PolicyError(f"a statement has both {element} and Not{element}")
    return read(given[there[0]], there[0] != element) if there else None


def _actions(value: object, is_negated: bool) -> Actions:
    texts = _texts(value, "Action")
    for text in texts:
        if ":" not in text and set(text) != {"*"}:
            raise PolicyError(f"not an action: {text!r}")
    return Actions(tuple(glob(text.lower()) for text in texts), is_negated)


def _resources(value: object, is_negated: bool, *, variables: bool) -> Resources:
    return Resources(
        tuple(_resource(text, variables=variables) for text in _texts(value, "Resource")), is_negated
    )


def _resource(text: str, *, variables: bool) -> Resource:
    if set(text) == {"*"}:
        return Resource(text, is_everything=True, arn=None, is_understood=True, form=glob("*"))
    arn = arn_template(text, variables=variables) or arn_prefix(text, variables=variables)
    head = arn.parts[:-1] if arn else ()
    return Resource(
        text,
        is_everything=False,
        arn=arn,
        is_understood=arn is not None and all(part.glob is not None for part in head),
        form=_form(arn) if arn else glob("*"),
    )


def _form(arn: ArnTemplate) -> Glob:
    first, *rest = (part.form().tokens for part in arn.parts)
    return glob_of(chain(first, *((":", *tokens) for tokens in rest)))


def _principals(value: object, is_negated: bool) -> Principals:
    if value == "*":
        return Principals((Named(Kind.EVERYONE, "*"),), is_negated)
    groups = _object(value, "Principal")
    _only(groups, _PRINCIPAL_KINDS, "Principal")
    named = (parse_named(kind, text) for kind, given in groups.items() for text in _texts(given, "Principal"))
    return Principals(tuple(named), is_negated)


def _conditions(value: object) -> Mapping[str, Mapping[str, Sequence[str]]]:
    return {
        operator: {key: _condition_values(given) for key, given in _object(keys, operator).items()}
        for operator, keys in _object(value, "Condition").items()
    }


def _condition_values(value: object) -> Sequence[str]:
    """Booleans and numbers as the texts they are compared as."""
    return [_condition_text(each) for each in (value if isinstance(value, list) else [value])]


def _condition_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    return _text(value, "Condition")


def _texts(value: object, element: str) -> list[str]:
    return [_text(each, element) for each in (value if isinstance(value, list) else [value])]


def _text(value: object, element: str) -> str:
    if not isinstance(value, str):
        raise PolicyError(f"not a text in {element}: {value!r}")
    return value


def _object(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise PolicyError(f"not an object where a {what} belongs: {value!r}")
    return value


def _only(given: Mapping[str, Any], names: Iterable[str], what: str) -> None:
    unknown = set(given) - set(names)
    if unknown:
        raise PolicyError(f"unknown elements in a {what}: {sorted(unknown)}")
