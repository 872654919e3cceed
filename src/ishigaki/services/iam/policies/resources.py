"""Customer managed policies of IAM: what is collected."""

from __future__ import annotations

from typing import Any

from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource
from ishigaki.services.iam.authorization import DETAILS


class PolicyVersion(Value):
    """One of up to five versions; only the default one is in force."""

    is_default_version: bool
    document: Any


@resource(
    "AWS::IAM::Policy",
    listed_by=DETAILS,
    at="Policies",
    id="{Arn}",
    name="{Arn!name}",
    owner="{Arn!account}",  # AWS's own policies, which are not asked for, belong to the account "aws"
    scope="global",
)
class CustomerPolicy(Resource):
    """A customer managed policy, attached or not."""

    attachment_count: int
    permissions_boundary_usage_count: int = member(
        absent=0,
        why="IAM may leave it out for a policy that bounds nobody: AWS's own example shows several such",
    )
    policy_version_list: tuple[PolicyVersion, ...]
