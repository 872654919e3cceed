"""ECS: AWS's own capacity providers, which every account has."""

from collections.abc import Mapping

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params

OF_AWS = ("FARGATE", "FARGATE_SPOT")


def describe_providers(context: Context, params: Params) -> Answer:
    """DescribeCapacityProviders: those named, or all."""
    named = params.get("capacityProviders") or [*OF_AWS, *context.backend().capacity_providers]
    made = [name for name in named if name.rpartition("/")[2] not in OF_AWS]
    answer = context.moto({**params, "capacityProviders": made})
    of_aws = [
        {"name": name, "capacityProviderArn": context.arn(f"capacity-provider/{name}"), "status": "ACTIVE"}
        for name in OF_AWS
        if any(one.rpartition("/")[2] == name for one in named)
    ]
    return {**answer, "capacityProviders": [*of_aws, *answer.get("capacityProviders", [])]}


HANDLERS: Mapping[str, Handler] = {"DescribeCapacityProviders": describe_providers}
