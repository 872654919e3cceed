"""EKS: a cluster that does not exist, where moto crashes."""

from collections.abc import Mapping

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused


def node_groups(context: Context, params: Params) -> Answer:
    """ListNodegroups."""
    name = params["clusterName"]
    if name not in context.backend().clusters:
        raise Refused("ResourceNotFoundException", f"No cluster found for name: {name}.", status=404)
    return context.moto(params)


HANDLERS: Mapping[str, Handler] = {"ListNodegroups": node_groups}
