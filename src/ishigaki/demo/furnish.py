"""Carries out the company's steps against an emulator, through botocore as any user would."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen

import botocore.session
import jmespath
from botocore.config import Config
from botocore.xform_name import xform_name

from ishigaki.demo.company import COMPANY, EXTERNAL_ID, ROLE, TOOLING
from ishigaki.demo.steps import TOKYO, Aged, Do, Member, Of
from ishigaki.standards.choice import choose
from ishigaki.standards.permissions import member_role, permissions

WORKERS = 4  # accounts at a time: the emulator is one process, and more only wait for it
CONFIG = Config(
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
    inject_host_prefix=False,  # S3 Control puts the account before the host, which on loopback is nobody's name
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The credentials that a scan begins with."""

    id: str
    secret: str


@dataclass(frozen=True)
class Builder:
    """One account being furnished; an emulator takes an account's number for its administrator's key."""

    url: str
    account: str
    session: Any
    making: threading.Lock
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)

    def perform(self, step: Do) -> Any:
        """Make the call of a step and keep its answer where the step says so."""
        service, _, operation = step.call.partition(":")
        method = getattr(self._client(service, step.region), xform_name(operation))
        answer = method(**self._filled(step.params))
        if step.keep:
            self.kept[step.keep] = answer
        return answer

    def age(self, step: Aged, *, now: datetime) -> None:
        """Set dates in the past through the emulator's control endpoint."""
        dates = {name: (now - timedelta(days=days)).isoformat() for name, days in step.days.items()}
        control(self.url, "ages", {"account": self.account, step.kind: {self._filled(step.of): dates}})

    def _client(self, service: str, region: str) -> Any:
        if (service, region) not in self.clients:
            with self.making:  # a session is not safe to share while it makes clients
                self.clients[service, region] = self.session.create_client(
                    service,
                    region_name=region,
                    endpoint_url=self.url,
                    aws_access_key_id=self.account,
                    aws_secret_access_key="none",
                    config=CONFIG,
                )
        return self.clients[service, region]

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


def furnish(url: str, company: Iterable[Member] = COMPANY) -> Keys:
    """Furnish the emulator at `url` as the company; the keys of its tooling account's user."""
    session, making, now = botocore.session.get_session(), threading.Lock(), datetime.now(UTC)
    entrance = _entrance()

    def settle(member: Member) -> None:
        control(url, "accounts", {"id": member.id, "root": {"mfa": member.root_mfa}})
        builder = Builder(url, member.id, session, making)
        builder.perform(entrance)
        for step in member.steps:
            if isinstance(step, Do):
                builder.perform(step)
            else:
                builder.age(step, now=now)

    first, *others = company  # the log archive: the others deliver to its buckets
    settle(first)
    with ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="furnish") as pool:
        list(pool.map(settle, others))
    return _keys(Builder(url, TOOLING, session, making))


def _entrance() -> Do:
    """The stack of `ishigaki bootstrap`, deployed as its template says."""
    asked = choose(names=(), globs=(), severities=())
    template = member_role(permissions(asked), role=ROLE)
    given = {"CentralAccount": TOOLING, "ExternalId": EXTERNAL_ID}
    return Do(
        TOKYO,
        "cloudformation:CreateStack",
        {
            "StackName": "ishigaki-read",
            "TemplateBody": json.dumps(template),
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
        },
    )


def _keys(tooling: Builder) -> Keys:
    tooling.perform(Do(TOKYO, "iam:CreateUser", {"UserName": "ishigaki"}))
    made = tooling.perform(Do(TOKYO, "iam:CreateAccessKey", {"UserName": "ishigaki"}))["AccessKey"]
    return Keys(made["AccessKeyId"], made["SecretAccessKey"])
