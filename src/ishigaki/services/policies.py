"""A policy document as controls ask about it: read once, or unseen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ishigaki.core.policy import Policy, PolicyError, open_to_everyone, parse
from ishigaki.core.unseen import Unseen


@lru_cache(maxsize=1024)
def read(document: str, what: str) -> Policy:
    """The policy in a document that is called `what`; one that is not fully understood is unseen.

    Several controls ask about one policy, so the last ones read are kept.
    """
    try:
        return parse(document)
    except PolicyError:
        raise Unseen(what, "UnreadablePolicy") from None


def open_statements(
    document: str | None, what: str, *, actions: Sequence[str] | None = None
) -> tuple[str, ...]:
    """The statements that let everyone in, for any action or one of `actions`; no policy has none."""
    if document is None:
        return ()
    return open_to_everyone(read(document, what), actions=actions).statements
