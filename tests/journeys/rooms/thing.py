"""What a room is furnished with: one thing, made twice."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.scenes.started import made
from tests.journeys.workshop import Workshop

# Makes the thing, sound or not, in the account; says its name, ARN or id.
Make = Callable[[Workshop, bool], str]


def named(sound: bool) -> str:
    return "sound" if sound else "loose"


def switched(on: bool) -> str:
    return "ENABLED" if on else "DISABLED"


def subnets(workshop: Workshop) -> list[str]:
    """Those of the default VPC, one in each Availability Zone."""
    default = [{"Name": "default-for-az", "Values": ["true"]}]
    return [*made(workshop, "ec2:DescribeSubnets", "Subnets[].SubnetId", Filters=default)]
