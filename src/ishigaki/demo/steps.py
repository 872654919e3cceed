"""Furnishing as values: calls to AWS in order, and references to what earlier ones answered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

TOKYO, IRELAND, VIRGINIA = "ap-northeast-1", "eu-west-1", "us-east-1"
REGIONS = (TOKYO, IRELAND, VIRGINIA)

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Of:
    """A part of the answer that was kept under this name, by JMESPath."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Do:
    """One call in one Region (`service:Operation`); `keep` names its answer for later steps."""

    region: str
    call: str
    params: Params = field(default_factory=dict)
    keep: str = ""


@dataclass(frozen=True, slots=True)
class Aged:
    """Dates that no API can set, in days before today, of a user, an access key or a role."""

    kind: Literal["users", "access_keys", "roles"]
    of: str | Of
    days: Mapping[str, int]


Step = Do | Aged


@dataclass(frozen=True, slots=True)
class Member:
    """One account of the company: who it is, and the steps that furnish it."""

    id: str
    name: str
    environment: str
    owner: str
    steps: tuple[Step, ...] = ()
    root_mfa: Literal["none", "virtual", "hardware"] = "none"


def policy(*statements: Mapping[str, Any]) -> str:
    """A policy document as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str) -> str:
    """The trust policy of a role that a service of AWS assumes."""
    principal = {"Service": f"{service}.amazonaws.com"}
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def account_trust(account: str) -> str:
    """The trust policy of a role that the account's own people assume."""
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def name_tag(kind: str, name: str) -> list[dict[str, Any]]:
    """EC2's way to give a new resource its name."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def each(regions: Iterable[str], call: str, params: Params | None = None) -> tuple[Do, ...]:
    """The same call in several Regions."""
    return tuple(Do(region, call, params or {}) for region in regions)
