"""An answer for each operation, filled by botocore's output shape and written in its service's protocol."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.core.serialize import get_serializer_class

from bench.estates import ACCOUNT, REGION, SPECIAL, Operation

DEEPEST = 5  # structures within structures; what lies deeper AWS seldom fills
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
# Members by which an answer says that there is more, outside of its items; ours are whole.
MORE = re.compile(r"next\w*|\w*token|marker|position|last\w*name|exclusivestart\w*")
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OwnAccount",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            }
        ],
    }
)
PLAIN: Mapping[str, Any] = {
    "boolean": False,
    "integer": 1,
    "long": 1,
    "float": 1.0,
    "double": 1.0,
    "timestamp": MOMENT,
    "blob": b"",
}


@dataclass(frozen=True)
class Where:
    """Which thing is being written: its number, the service, and the shapes it lies in."""

    service: str
    number: int
    count: int
    within: tuple[str, ...] = ()
    listed: bool = False


# Buckets that pass S3.8: what fails is looked at more closely, for its fix.
ON = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def reply(model: Any, *, count: int) -> bytes:
    """The whole HTTP answer to an operation whose listing shows `count` things."""
    service = str(model.service_model.service_name)
    operation: Operation = (service, str(model.name))
    value = SPECIAL.get(operation) or filled(model.output_shape, service=service, count=count)
    serializer = get_serializer_class(service, model.service_model.resolved_protocol)(operation_model=model)
    made = serializer.serialize(value)
    body = made["body"].encode() if isinstance(made["body"], str) else bytes(made["body"] or b"")
    headers = {k: v for k, v in made["headers"].items() if k.lower() != "content-length"}
    lines = [f"HTTP/1.1 {made['status_code']} OK", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def filled(shape: Any, *, service: str, count: int) -> dict[str, Any]:
    """An answer of this shape with every member; each list that lies in no other list has `count` items."""
    if shape is None:
        return {}
    found: dict[str, Any] = _structure(shape, Where(service, 0, count))
    return found


def _value(name: str, shape: Any, where: Where) -> Any:
    if shape.type_name == "structure":
        return _structure(shape, where)
    if shape.type_name == "list":
        return _list(name, shape, where)
    if shape.type_name == "map":
        return {_value("Key", shape.key, where): _value(name, shape.value, where)}
    if shape.type_name == "string":
        return _text(name, shape, where)
    if name in ON:
        return True
    return PLAIN[shape.type_name]


def _structure(shape: Any, where: Where) -> dict[str, Any]:
    if shape.name in where.within or len(where.within) > DEEPEST:
        return {}
    inside = _inside(where, shape.name)
    members = {n: m for n, m in shape.members.items() if where.listed or not MORE.fullmatch(n.lower())}
    if shape.is_tagged_union:
        members = dict(list(members.items())[:1])
    return {name: _value(name, member, inside) for name, member in members.items()}


def _inside(where: Where, name: str) -> Where:
    return Where(where.service, where.number, where.count, (*where.within, name), where.listed)


def _list(name: str, shape: Any, where: Where) -> list[Any]:
    numbers = [where.number] if where.listed else range(where.count)
    one = name.removesuffix("s")
    return [
        _value(one, shape.member, Where(where.service, number, where.count, where.within, listed=True))
        for number in numbers
    ]


def _text(name: str, shape: Any, where: Where) -> str:
    known = getattr(shape, "enum", None)
    if known:
        return str(known[0])
    lower = name.lower()
    if lower.endswith("arn"):
        return f"arn:aws:{where.service}:{REGION}:{ACCOUNT}:{lower}/{where.number}"
    if lower.endswith("region"):
        return REGION
    if lower.endswith("accountid") or lower in ("ownerid", "account", "registryid"):
        return ACCOUNT
    if lower.endswith(("policy", "document")):
        return POLICY
    return f"{lower}-{where.number}"
