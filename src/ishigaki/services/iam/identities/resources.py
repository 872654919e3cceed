"""IAM groups and roles: what is collected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource
from ishigaki.services.iam.authorization import DETAILS, AttachedPolicy, InlinePolicy


@resource(
    "AWS::IAM::Group", listed_by=DETAILS, at="GroupDetailList", id="{Arn}", name="{GroupName}", scope="global"
)
class Group(Resource):
    """An IAM group."""

    inline_policies: tuple[InlinePolicy, ...] = member(at="GroupPolicyList")
    attached_managed_policies: tuple[AttachedPolicy, ...]


class InstanceProfile(Value):
    """What hands a role to instances."""

    arn: str


@resource(
    "AWS::IAM::Role",
    listed_by=DETAILS,
    at="RoleDetailList",
    id="{Arn}",
    name="{RoleName}",
    tags="Tags",
    scope="global",
)
class Role(Resource):
    """An IAM role, service-linked roles included."""

    inline_policies: tuple[InlinePolicy, ...] = member(at="RolePolicyList")
    attached_managed_policies: tuple[AttachedPolicy, ...]
    assume_role_policy_document: Any
    instance_profile_list: tuple[InstanceProfile, ...]
    last_used: datetime | None = member(
        at="RoleLastUsed.LastUsedDate",
        absent=None,
        why="this field is null if the role has not been used within the IAM tracking period",
    )


@resource("AWS::::Account", scope="global")
class Support(Resource):
    """Who of the account may turn to AWS Support."""
