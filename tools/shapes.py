"""AWS's output shapes as botocore knows them: what a path finds in one, and what a record binds to."""

from __future__ import annotations

from typing import Any

from jmespath.parser import Parser

from ishigaki.core.record import letters


def at_path(shape: Any, path: str) -> Any:
    """The shape at a JMESPath of fields, flattening and projections. Raises KeyError for a member AWS lacks."""
    return _walk(shape, Parser().parse(path).parsed) if path else shape


def _walk(shape: Any, node: dict[str, Any]) -> Any:
    kind, children = node["type"], node["children"]
    if kind == "field":
        return shape.members[node["value"]]
    if kind in ("subexpression", "index_expression", "projection", "pipe", "value_projection"):
        for child in children:
            shape = _walk(shape, child)
        return shape
    if kind == "flatten":
        inner = _walk(shape, children[0])
        return inner.member if inner.type_name == "list" else inner
    if kind in ("identity", "current"):
        return shape
    if kind == "multi_select_dict":  # some of its members, under names that are checked here and kept
        for child in children:
            assert child["value"] == child["children"][0]["value"], "a member keeps its name"
            _walk(shape, child["children"][0])
        return shape
    if kind in ("index", "slice"):
        return shape.member
    if kind == "filter_projection":
        return _walk(_walk(shape, children[0]).member, children[1])
    raise KeyError(f"a path of {kind} cannot be checked")


def item_shape(shape: Any) -> Any:
    """The shape of one item: a list's member."""
    return shape.member if shape.type_name == "list" else shape


def bound(shape: Any, name: str) -> list[str]:
    """The members of a structure that a name of ours meets."""
    return [m for m in getattr(shape, "members", {}) if letters(m) == letters(name)]
