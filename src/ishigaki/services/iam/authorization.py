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
