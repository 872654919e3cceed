"""IAM: the one call that shows users, groups, roles and customer managed policies."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import msgspec

from ishigaki.core.call import call
from ishigaki.core.policy import Policy
from ishigaki.core.record import Value
from ishigaki.services import policies

DETAILS = call(
    "iam",
    "GetAccountAuthorizationDetails",
    Filter=["User", "Group", "Role", "LocalManagedPolicy"],
    MaxItems=1000,
)
BLOCK = "ishigaki-retire-no-console"  # the inline policy that keeps a user who is retired out of the console


class AttachedPolicy(Value):
    """A managed policy that is attached to an identity."""

    policy_name: str
    policy_arn: str


class InlinePolicy(Value):
    """A policy that is part of an identity. botocore has read its JSON, where it could."""

    policy_name: str
    policy_document: Any


def policy_in(document: Any, *, of: str) -> Policy:
    """The policy in a document as IAM answers it: URL-encoded, unless botocore has read its JSON already.

    Raises `Unseen` where it cannot be read."""
    return policies.read(document_text(document), of)


def document_text(document: Any) -> str:
    """A document as IAM takes it: the JSON that IAM's answer holds."""
    if not isinstance(document, str):
        return msgspec.json.encode(document).decode()
    return unquote(document) if document.startswith("%") else document


def same_document(one: Any, other: Any) -> bool:
    """Whether two documents say the same: a list of one is its item, and the order of a list says nothing."""
    return bool(_plain(one) == _plain(other))


def _plain(document: Any) -> Any:
    return _unordered(msgspec.json.decode(document_text(document)))


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _unordered(v) for k, v in value.items()}
    if isinstance(value, list):
        items = sorted((_unordered(v) for v in value), key=repr)
        return items[0] if len(items) == 1 else items
    return value
