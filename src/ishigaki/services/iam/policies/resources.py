"""Customer managed policies of IAM: what is collected."""

from __future__ import annotations

from typing import Any

from ishigaki.core.record import Value
from ishigaki.core.resource import Resource, resource
from ishigaki.services.iam.authorization import DETAILS


class PolicyVersion(Value):
    """One of up to five versions; only the default one is in force."""

    is_default_version: bool
    document: Any


@resource("AWS::IAM::Policy", listed_by=DETAILS, at="Policies", id="{Arn}", name="{Arn!name}", scope="global")
class CustomerPolicy(Resource):
    """A customer managed policy, attached or not; AWS's own are not asked for."""

    attachment_count: int
    permissions_boundary_usage_count: int
    policy_version_list: tuple[PolicyVersion, ...]
