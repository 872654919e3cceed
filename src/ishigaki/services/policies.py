"""A policy document as controls ask about it: read once, or unseen."""

from __future__ import annotations

from functools import lru_cache

from ishigaki.core.policy import Policy, PolicyError, parse
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
