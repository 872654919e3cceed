"""An AWS API call as data. Nothing in this module performs one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

# IAM's prefix of a service's actions, where it differs from botocore's name of the service.
IAM_PREFIX: Mapping[str, str] = {
    "accessanalyzer": "access-analyzer",
    "apigatewayv2": "apigateway",
    "bedrock-agentcore-control": "bedrock-agentcore",
    "cognito-identity": "cognito-identity",
    "docdb": "rds",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "neptune": "rds",
    "opensearch": "es",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "sesv2": "ses",
    "sso-admin": "sso",
    "stepfunctions": "states",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One operation with its parameters; `ishigaki.aws` is the only place that makes it.

    `region` is empty until the call is bound to a place, unless AWS answers it in one Region only. `prepare` is a call
    AWS wants first (a report to be generated); `pending` are the error codes that mean "not ready yet, ask again".
    `secret` are paths in the answer whose values never leave the collector (see `core.redact`).
    """

    service: str
    operation: str
    params: Mapping[str, Any]
    permissions: tuple[str, ...]
    region: str = ""
    prepare: Call | None = None
    pending: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    endpoint: str = ""  # the host it is answered at, where the service has another for this operation
    pages: int = 0  # no more pages than these are asked for; 0: all there are

    def filled(self, item: Mapping[str, Any], *, region: str) -> Call:
        """This call with the blanks of its parameters filled from an item, bound to a Region."""
        return replace(
            self, params={k: fill(v, item) for k, v in self.params.items()}, region=self.region or region
        )

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes two calls the same question: service, operation, Region and canonical parameters."""
        return (
            self.service,
            self.operation,
            self.region,
            msgspec.json.encode(self.params, order="sorted").decode(),
        )


def call(
    service: str,
    operation: str,
    /,
    *,
    permission: str | tuple[str, ...] = (),
    region: str = "",
    prepare: Call | None = None,
    pending: tuple[str, ...] = (),
    secret: tuple[str, ...] = (),
    endpoint: str = "",
    pages: int = 0,
    **params: Any,
) -> Call:
    """Describe a call. `permission` is named only where IAM's name differs from the API's, `region` only
    where AWS answers in one Region alone."""
    named = (permission,) if isinstance(permission, str) else permission
    permissions = named or (f"{IAM_PREFIX.get(service, service)}:{operation}",)
    return Call(service, operation, params, permissions, region, prepare, pending, secret, endpoint, pages)


class Unfilled(LookupError):
    """A blank of a template has no value in the item."""


_BLANK = re.compile(r"\{([^{}!]*)(?:!(\w+))?\}")


def fill(template: Any, item: Mapping[str, Any]) -> Any:
    """Fill `{Member}`, `{parent.Member}` or `{}` (an item that is a string) from an item as AWS gave it.

    `{Arn!account}`, `{Arn!region}` and `{Arn!name}` take a part of an ARN. A template that is one blank
    and nothing else keeps the value's type. Raises `Unfilled` where the item lacks the member.
    """
    if isinstance(template, str):
        whole = _BLANK.fullmatch(template)
        if whole:
            return _value(whole, item)
        return _BLANK.sub(lambda blank: str(_value(blank, item)), template)
    if isinstance(template, Mapping):
        return {k: fill(v, item) for k, v in template.items()}
    if isinstance(template, (list, tuple)):
        return [fill(v, item) for v in template]
    return template


def _value(blank: re.Match[str], item: Mapping[str, Any]) -> Any:
    path, part = blank.group(1), blank.group(2)
    value: Any = item
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if value is None:
        raise Unfilled(path)
    return _arn_part(str(value), part) if part else value


def _arn_part(arn: str, part: str) -> str:
    pieces = arn.split(":", 5)
    if len(pieces) < 6:
        raise Unfilled(arn)
    if part == "account":
        return pieces[4]
    if part == "region":
        return pieces[3]
    if part == "name":
        return re.split(r"[:/]", pieces[5])[-1]
    raise ValueError(f"an ARN has no part called {part}")
