"""ElastiCache: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


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
