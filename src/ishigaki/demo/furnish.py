"""Carries out the company's steps against an emulator, through botocore as any user would."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen

import botocore.session
import jmespath
from botocore import xform_name
from botocore.credentials import Credentials

from ishigaki.aws.clients import Clients, Target
from ishigaki.demo.company import COMPANY, EXTERNAL_ID, ROLE, TOOLING
from ishigaki.demo.steps import TOKYO, Aged, Do, Member, Of
from ishigaki.standards.choice import choose, with_fixes
from ishigaki.standards.permissions import member_role, permissions

WORKERS = 4
DEPLOYED_BY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudformation.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass(frozen=True)
class Builder:
    """One account being furnished; the emulator takes an account's number for its administrator's key."""

    url: str
    clients: Clients
    account: str
    kept: dict[str, Any] = field(default_factory=dict)

    def perform(self, step: Do) -> Any:
        """Make the call of a step and keep its answer where the step says so."""
        service, _, operation = step.call.partition(":")
        target = Target(self.account, step.region, Credentials(self.account, "none"))
        with self.clients.aimed_at(target):
            method = getattr(self.clients.of(service), xform_name(operation))
            answer = method(**self._filled(step.params))
        if step.keep:
            self.kept[step.keep] = answer
        return answer

    def age(self, step: Aged, *, now: datetime) -> None:
        """Set dates in the past through the emulator's control endpoint."""
        dates = {name: (now - timedelta(days=days)).isoformat() for name, days in step.days.items()}
        control(self.url, "ages", {"account": self.account, step.kind: {self._filled(step.of): dates}})

    def _filled(self, value: Any) -> Any:
        """The value with every reference replaced by what it refers to."""
        if isinstance(value, Of):
            return jmespath.search(value.path, self.kept[value.name])
        if isinstance(value, Mapping):
            return {key: self._filled(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self._filled(part) for part in value]
        return value


def control(url: str, path: str, body: Mapping[str, Any]) -> None:
    """One request to the emulator's control endpoint."""
    request = Request(f"{url}/_ishigaki/{path}", data=json.dumps(body).encode(), method="PUT")
    with urlopen(request, timeout=30) as answer:
        answer.read()


def furnish(url: str, company: Iterable[Member] = COMPANY) -> Credentials:
    """Furnish the emulator at `url`, where AWS's endpoint lies at present, as the company.

    One call after the other, so that the emulator, which counts from a seed, makes the same ids every time. The
    credentials are those of a user of the tooling account, with which a scan begins.
    """
    clients = Clients(botocore.session.Session(), home=TOKYO, connections=1)
    entrance, now = _entrance(), datetime.now(UTC)
    for member in company:
        control(url, "accounts", {"id": member.id, "root": {"mfa": member.root_mfa}})
        builder = Builder(url, clients, member.id)
        for step in (*entrance, *member.steps):
            if isinstance(step, Do):
                builder.perform(step)
            else:
                builder.age(step, now=now)
    return _credentials(Builder(url, clients, TOOLING))


def _entrance() -> tuple[Do, Do]:
    """The stack of `ishigaki bootstrap`, deployed as a careful admin does: by a role of its own, and protected
    against deletion."""
    asked = choose(names=(), globs=(), severities=())
    template = member_role(permissions(with_fixes(asked)), role=ROLE)
    given = {"CentralAccount": TOOLING, "ExternalId": EXTERNAL_ID}
    role = {"RoleName": "StackDeployment", "AssumeRolePolicyDocument": json.dumps(DEPLOYED_BY)}
    stack = {
        "StackName": "ishigaki-read",
        "TemplateBody": json.dumps(template),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
        "RoleARN": Of("deployment", "Role.Arn"),
        "EnableTerminationProtection": True,
    }
    return Do(TOKYO, "iam:CreateRole", role, keep="deployment"), Do(
        TOKYO, "cloudformation:CreateStack", stack
    )


def _credentials(tooling: Builder) -> Credentials:
    tooling.perform(Do(TOKYO, "iam:CreateUser", {"UserName": "ishigaki"}))
    made = tooling.perform(Do(TOKYO, "iam:CreateAccessKey", {"UserName": "ishigaki"}))["AccessKey"]
    return Credentials(made["AccessKeyId"], made["SecretAccessKey"])
