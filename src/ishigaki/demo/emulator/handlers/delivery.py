"""Log delivery: whether a bucket's policy lets a service of AWS write there."""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from moto.s3.models import s3_backends

from ishigaki.demo.emulator.state import PARTITION

PUT_OBJECT = "s3:PutObject"
EQUAL = ("StringEquals", "StringEqualsIgnoreCase", "ArnEquals", "StringLike", "ArnLike")


def bucket_named(name: str) -> Any:
    """The bucket of that name, whosever it is; None where there is none."""
    return next(
        (b.buckets[name] for a in s3_backends.values() for b in a.values() if name in b.buckets), None
    )


def may_write(bucket: Any, principal: str, key: str, **request: str) -> bool:
    """Whether the bucket's policy lets the service or account put an object of that key.

    `request` are the condition keys that the layer knows (`SourceAccount`, `SourceArn`); a condition on another
    key says something about the delivery that the layer does not, and is taken as met where access is allowed
    and as not met where it is denied.
    """
    arn = f"arn:{PARTITION}:s3:::{bucket.name}/{key}"
    keys = {"s3:x-amz-acl": "bucket-owner-full-control"} | {
        f"aws:{name}".lower(): value for name, value in request.items()
    }
    text = bucket.policy
    statements = as_list(json.loads(text)["Statement"]) if text else []
    applying = {s["Effect"] for s in statements if _applies(s, principal, arn, keys)}
    return "Allow" in applying and "Deny" not in applying


def as_list(value: Any) -> list[Any]:
    """What a policy may write as one or as several."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _applies(statement: Mapping[str, Any], principal: str, arn: str, keys: Mapping[str, str]) -> bool:
    """Whether a statement speaks of this principal putting this object."""
    if not _names(statement.get("Principal"), principal):
        return False
    actions = (str(action).lower() for action in as_list(statement.get("Action")))
    if not any(fnmatchcase(PUT_OBJECT.lower(), action) for action in actions):
        return False
    if not any(fnmatchcase(arn, str(resource)) for resource in as_list(statement.get("Resource"))):
        return False
    unknown = statement["Effect"] == "Allow"
    tests = (statement.get("Condition") or {}).items()
    return all(
        _holds(operator, keys.get(key.lower()), as_list(wanted), unknown=unknown)
        for operator, conditions in tests
        for key, wanted in conditions.items()
    )


def _names(named: Any, principal: str) -> bool:
    if not isinstance(named, Mapping):
        return bool(named == "*")
    everybody = "*" in as_list(named.get("AWS"))
    return everybody or principal in as_list(named.get("Service")) + as_list(named.get("AWS"))


def _holds(operator: str, value: str | None, wanted: list[Any], *, unknown: bool) -> bool:
    if value is None or operator not in EQUAL:
        return unknown
    return any(fnmatchcase(value.lower(), str(one).lower()) for one in wanted)
