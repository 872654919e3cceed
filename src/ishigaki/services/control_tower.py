"""Control Tower: what it makes in an account, and keeps everybody else from changing."""

from __future__ import annotations

from ishigaki.core.resource import Resource

MARK = "aws-controltower"  # in the names of all that it makes


def keeps(thing: Resource) -> bool:
    """Whether Control Tower made a thing: its mandatory controls refuse other changes, or it reports drift."""
    return MARK in thing.name
