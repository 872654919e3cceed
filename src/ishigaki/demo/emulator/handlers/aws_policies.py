"""AWS's managed policies, loaded when they are first used."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy

from ishigaki.demo.emulator.state import Context

AWS_POLICY = ":iam::aws:policy/"


@cache
def _shipped() -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """AWS's managed policies by ARN: their name and what moto ships of them."""
    shipped = json.loads(aws_managed_policies_data)
    return {f"arn:aws:iam::aws:policy{data['Path']}{name}": (name, data) for name, data in shipped.items()}


def every_policy() -> Iterable[str]:
    """The ARNs of all of AWS's managed policies."""
    return _shipped()


def load(context: Context, arns: Iterable[str]) -> None:
    """Put some of AWS's policies into the account, where all of them are on AWS from the first day."""
    iam, known = context.backend(), _shipped()
    for arn in arns:
        if arn in known and arn not in iam.managed_policies:
            name, data = known[arn]
            policy = AWSManagedPolicy.from_data(name, context.account, iam.region_name, data)
            iam.managed_policies[arn] = policy
            iam.aws_managed_policies.append(policy)
