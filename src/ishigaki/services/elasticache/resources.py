"""ElastiCache: what is collected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource

ENGINES = ("memcached", "redis", "valkey")


@resource(
    "AWS::ElastiCache::CacheCluster",
    listed_by=call(
        "elasticache",
        "DescribeCacheClusters",
        secret=("CacheClusters[].PendingModifiedValues.AuthTokenStatus",),
    ),
    at="CacheClusters",
    id="{ARN}",
    name="{CacheClusterId}",
)
class CacheCluster(Resource):
    """A cache cluster, alone or a node of a replication group."""

    engine: str = member(values=ENGINES)
    engine_version: str
    cache_subnet_group_name: str
    auto_minor_version_upgrade: bool
    snapshot_retention_limit: int
    replication_group_id: str = member(
        absent="", why="if this field is empty, the cluster is not associated with any replication group"
    )


class NodeGroupMember(Value):
    """A node of a shard."""

    cache_cluster_id: str
    current_role: str  # shown where cluster mode is disabled


class NodeGroup(Value):
    """A shard."""

    node_group_members: tuple[NodeGroupMember, ...]


@resource(
    "AWS::ElastiCache::ReplicationGroup",
    listed_by=call(
        "elasticache",
        "DescribeReplicationGroups",
        secret=("ReplicationGroups[].PendingModifiedValues.AuthTokenStatus",),
    ),
    at="ReplicationGroups",
    id="{ARN}",
    name="{ReplicationGroupId}",
)
class ReplicationGroup(Resource):
    """A replication group (Valkey or Redis OSS)."""

    automatic_failover: str = member(values=("enabled", "disabled", "enabling", "disabling"))
    at_rest_encryption_enabled: bool
    transit_encryption_enabled: bool = member(absent=False, why="Default: false")
    auth_token_enabled: bool = member(absent=False, why="Default: false")
    auto_minor_version_upgrade: bool
    snapshot_retention_limit: int
    cluster_enabled: bool
    member_clusters: tuple[str, ...]
    node_groups: tuple[NodeGroup, ...]
    pending_modified_values: Mapping[str, Any] = member(
        absent={}, why="a group of settings to be applied: where AWS shows none, none waits"
    )
