"""Statements of a policy document: merged by their Sid, everything else left as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

DENY_PLAIN_HTTP = "IshigakiDenyInsecureTransport"

Statement = Mapping[str, Any]


def statements(document: str | None) -> list[dict[str, Any]]:
    """The statements of a document; of no document none."""
    found = json.loads(document).get("Statement", []) if document else []
    return [found] if isinstance(found, dict) else list(found)


def merged(document: str | None, *ours: Statement) -> str:
    """The document with these statements in it; one that has the same Sid gives way."""
    known = json.loads(document) if document else {"Version": "2012-10-17"}
    fresh = {each["Sid"]: dict(each) for each in ours}
    kept = [fresh.pop(each.get("Sid", ""), each) for each in statements(document)]
    return written({**known, "Statement": [*kept, *fresh.values()]})


def written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"))


def holds(document: str | None, *ours: Statement) -> bool:
    """Whether the document says what these statements say, in whatever order their lists are."""
    known = [_sense(each) for each in statements(document)]
    return all(_sense(each) in known for each in ours)


def _sense(value: Any) -> Any:
    """One value and a list of one value mean the same, and the order of a list means nothing."""
    if isinstance(value, Mapping):
        return {k: _sense(v) for k, v in value.items()}
    return sorted(str(each) for each in (value if isinstance(value, (list, tuple)) else (value,)))


def values_of(document: str | None, sid: str, operator: str, key: str) -> tuple[str, ...]:
    """The values that a condition of one statement compares with; none where there is no such condition."""
    for each in statements(document):
        if each.get("Sid") == sid:
            found = each.get("Condition", {}).get(operator, {}).get(key, ())
            return (found,) if isinstance(found, str) else tuple(found)
    return ()


def deny_plain_http(bucket_arn: str) -> Statement:
    """Refuses every request that does not come over TLS (S3.5)."""
    return {
        "Sid": DENY_PLAIN_HTTP,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
