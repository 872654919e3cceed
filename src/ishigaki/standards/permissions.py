"""Least privilege from the declarations: the read-only policy that a scan needs, and nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ishigaki.core.call import Call
from ishigaki.core.gather import TAGS
from ishigaki.core.resource import IDENTITY, facets
from ishigaki.standards.choice import Ask, parents_too

ALWAYS = ("ec2:DescribeRegions",)
# What asking Security Hub takes, in its administrator account and in no other.
HUB_READS = (
    "ec2:DescribeRegions",
    "securityhub:GetAdministratorAccount",
    "securityhub:GetFindingAggregator",
    "securityhub:GetFindings",
    "securityhub:ListFindingAggregators",
    "securityhub:ListMembers",
)
LARGEST = 5_500  # characters; a managed policy may have 6,144 without white space


def calls(asked: Ask) -> Iterator[Call]:
    """Every call that the questions may make."""
    wanted = {**dict.fromkeys(parents_too(asked.wanted), frozenset[str]()), **asked.wanted}
    for kind, members in wanted.items():
        if kind.listed_by is not None:
            yield from _whole(kind.listed_by)
        if kind.located is not None:
            yield from _whole(kind.located.call)
        if kind.detail is not None and not members <= set(IDENTITY):
            yield from _whole(kind.detail.call)
        for name, facet in facets(kind).items():
            if name in members:
                yield from _whole(facet.source.call)
        if "tags" in members and not kind.identity["tags"]:
            yield TAGS


def _whole(call: Call) -> Iterator[Call]:
    yield call
    if call.prepare is not None:
        yield call.prepare


def permissions(asked: Ask) -> tuple[str, ...]:
    """The IAM actions that the questions need, sorted."""
    return tuple(sorted({*ALWAYS, *(p for call in calls(asked) for p in call.permissions)}, key=str.lower))


def policy(actions: Iterable[str]) -> dict[str, Any]:
    """A policy document that allows exactly these actions. Read actions of this kind know no narrower resource."""
    statement = {"Sid": "IshigakiRead", "Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def policies(actions: Iterable[str]) -> list[dict[str, Any]]:
    """The same, cut so that each document fits into one managed policy."""
    cut: list[list[str]] = [[]]
    for action in actions:
        if len(json.dumps(policy([*cut[-1], action]), separators=(",", ":"))) > LARGEST:
            cut.append([])
        cut[-1].append(action)
    return [policy(part) for part in cut]


def member_role(actions: Iterable[str], *, role: str) -> dict[str, Any]:
    """The CloudFormation template of the role that a scan enters a member account by."""
    return role_template(
        policies(actions),
        role=role,
        name="ReadPolicy",
        describes=(
            "The role by which ishigaki reads this account's configuration.",
            "Read only: ishigaki looks at the configuration of this account.",
            "What ishigaki reads; it changes nothing.",
        ),
    )


def role_template(
    documents: Iterable[Mapping[str, Any]],
    *,
    role: str,
    name: str,
    describes: tuple[str, str, str],
    bounded: bool = False,
) -> dict[str, Any]:
    """The CloudFormation template of a role that may do what the documents say and no more.

    The central account, the external id and (`bounded`) a permissions boundary are parameters; `describes` are
    the descriptions of the stack, of the role and of its policies.
    """
    stack, of_role, of_policy = describes
    resources: dict[str, Any] = {
        f"{name}{number}": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "Description": of_policy,
                "PolicyDocument": document,
                "Roles": [{"Ref": "Role"}],
            },
        }
        for number, document in enumerate(documents, start=1)
    }
    has_boundary = {"Fn::Not": [{"Fn::Equals": [{"Ref": "PermissionsBoundary"}, ""]}]}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": stack,
        "Parameters": {**_parameters(role), **(BOUNDARY if bounded else {})},
        **({"Conditions": {"HasBoundary": has_boundary}} if bounded else {}),
        "Resources": {"Role": _role(of_role, bounded=bounded), **resources},
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }


BOUNDARY = {
    "PermissionsBoundary": {
        "Type": "String",
        "Default": "",
        "Description": "The ARN of a policy that bounds what the role may do; empty for none.",
    }
}


def _parameters(role: str) -> dict[str, Any]:
    return {
        "CentralAccount": {
            "Type": "String",
            "AllowedPattern": "^[0-9]{12}$",
            "Description": "The account that ishigaki runs in.",
        },
        "ExternalId": {
            "Type": "String",
            "MinLength": 16,
            "MaxLength": 64,
            "NoEcho": True,
            "Description": "A random word, the same as external_id in estate.toml.",
        },
        "RoleName": {"Type": "String", "Default": role, "AllowedPattern": "^[A-Za-z0-9+=,.@_-]{1,64}$"},
    }


def _role(description: str, *, bounded: bool) -> dict[str, Any]:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${CentralAccount}:root"}},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
    }
    boundary = {"Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": {"Ref": "RoleName"},
            "Description": description,
            "MaxSessionDuration": 3600,
            **({"PermissionsBoundary": boundary} if bounded else {}),
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        },
    }
