"""The company's plan against the policies that are printed for it: all that it does is allowed, and nothing beside."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.estate import parse
from ishigaki.core.grant import Grant
from ishigaki.core.plan import Plan
from ishigaki.core.policy import Policy, Request, allows
from ishigaki.core.policy import parse as policy
from ishigaki.flows.apply import narrowed
from ishigaki.flows.permissions import of_chosen, of_plan
from ishigaki.flows.planning import make_plan
from ishigaki.flows.scan import Outcome
from ishigaki.standards.choice import Ask
from ishigaki.standards.write_permissions import of_request, policies
from ishigaki.store.snapshots import Snapshots
from tests.journeys.conftest import Company
from tests.laws.test_write_permissions import requests


@pytest.fixture(scope="module")
def plan(company: Company, seen: Outcome, asked: Ask) -> Plan:
    estate = parse((company.folder / "estate.toml").read_text(encoding="utf-8"), file="estate.toml")
    snapshots = Snapshots(company.folder / "store")
    return make_plan(snapshots, seen.header, asked, estate=estate, now=EXAMPLE_NOW)


def written(grants: tuple[Grant, ...]) -> list[Policy]:
    """The policies, each no longer than a managed policy may be."""
    documents = policies(grants)
    assert all(len(json.dumps(d, separators=(",", ":"))) <= 6144 for d in documents)
    return [policy(d) for d in documents]


def asked_of_iam(plan: Plan) -> Iterator[Request]:
    """What IAM will be asked when the plan is carried out, and when it is taken back."""
    for change in plan.changes:
        for step in change.steps:
            for each in (step.request, *step.undo):
                for grant in of_request(each, account=change.account, partition=plan.partition):
                    yield from requests(grant)


def allowed(by: list[Policy], request: Request) -> bool:
    return any(allows(p, request).is_true for p in by)


def test_a_plan_may_do_all_that_it_says(plan: Plan, asked: Ask) -> None:
    by_plan, by_controls = written(of_plan(plan).write), written(of_chosen(asked).write)
    count = 0
    for request in asked_of_iam(plan):
        count += 1
        assert allowed(by_plan, request), request
        assert allowed(by_controls, request), request
    assert count > len(plan.changes) > 50


def test_a_plan_may_do_nothing_else(plan: Plan) -> None:
    """Neither a foreign action nor its own one on what is not in it; nor, narrowed, in another account."""
    account = plan.changes[0].account
    one = narrowed(plan, (account,))
    by_one = written(of_plan(one).write)
    names = {r.action for r in asked_of_iam(plan)}
    assert "s3:PutBucketPublicAccessBlock" in names
    for action, resource in (
        ("iam:CreateUser", "*"),
        ("s3:DeleteObject", "arn:aws:s3:::shop-data/x"),
        ("s3:PutBucketPublicAccessBlock", "arn:aws:s3:::of-somebody-else"),
        ("ec2:RevokeSecurityGroupIngress", "arn:aws:ec2:ap-northeast-1:999900001111:security-group/sg-1"),
        ("iam:PassRole", f"arn:aws:iam::{account}:role/Administrator"),
    ):
        assert not allowed(by_one, Request(action, resource)), action
    for resource in (r for p in policies(of_plan(one).write) for s in p["Statement"] for r in s["Resource"]):
        named = resource.split(":")[4] if resource != "*" else ""
        assert named in ("", "*", account)


def test_what_is_looked_at_again_can_be_read(plan: Plan, asked: Ask) -> None:
    """A plan reads no more than its controls would, beyond what tells how far a step has come."""
    read = {*of_plan(plan).read}
    assert read <= {*of_chosen(asked).read}
    assert {"sts:GetCallerIdentity", "tag:GetResources", "s3:GetBucketPublicAccessBlock"} <= read
