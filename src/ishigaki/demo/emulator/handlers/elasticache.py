"""ElastiCache: what may be changed of a cache cluster."""

from collections.abc import Mapping

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

SETTINGS: Mapping[str, str] = {  # parameter -> what moto calls it
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "SnapshotRetentionLimit": "snapshot_retention_limit",
}


def modify(context: Context, params: Params) -> Answer:
    """ModifyCacheCluster: the settings that are named, at once."""
    cluster = context.backend().cache_clusters.get(params["CacheClusterId"])
    if cluster is None:
        message = f"CacheCluster not found: {params['CacheClusterId']}"
        raise Refused("CacheClusterNotFound", message, status=404)
    for name, member in SETTINGS.items():
        if name in params:
            setattr(cluster, member, params[name])
    shown = {name: getattr(cluster, member) for name, member in SETTINGS.items()}
    return {"CacheCluster": {"CacheClusterId": cluster.cache_cluster_id, **shown}}


HANDLERS: Mapping[str, Handler] = {"ModifyCacheCluster": modify}
