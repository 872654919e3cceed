"""ECS: AWS's own capacity providers, which every account has, and the settings of clusters."""

from collections.abc import Mapping

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

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


def update_settings(context: Context, params: Params) -> Answer:
    """UpdateClusterSettings: settings that are not named stay as they are."""
    name = params["cluster"].rpartition("/")[2]
    cluster = context.backend().clusters.get(name)
    if cluster is None:
        raise Refused("ClusterNotFoundException", "Cluster not found.")
    named = {s["name"]: s["value"] for s in params["settings"]}
    before = {s["name"]: s["value"] for s in cluster.settings}
    cluster.settings = [{"name": n, "value": v} for n, v in {**before, **named}.items()]
    shown = {"clusterArn": cluster.arn, "clusterName": cluster.name, "settings": cluster.settings}
    return {"cluster": shown}


HANDLERS: Mapping[str, Handler] = {
    "DescribeCapacityProviders": describe_providers,
    "UpdateClusterSettings": update_settings,
}
