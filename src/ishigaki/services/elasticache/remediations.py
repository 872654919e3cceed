"""ElastiCache: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Until, alters, change, note, skip, step
from ishigaki.core.population import Given, every
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.elasticache.controls import (
    ALONE,
    GROUP,
    LONG,
    MEMCACHED,
    NODE,
    Retention,
    group_of,
    major_version,
    persists,
)
from ishigaki.services.elasticache.resources import CacheCluster, NodeGroup, NodeGroupMember, ReplicationGroup

UPGRADES_SINCE = 6  # the first version of Redis OSS that takes minor versions by itself
TLS_LATER_SINCE = 7  # the first version of Redis OSS that takes TLS after it was made
MODIFYING_SECONDS = 1800


def shard(*roles: str) -> NodeGroup:
    nodes = (NodeGroupMember(cache_cluster_id=f"cache-00{n}", current_role=r) for n, r in enumerate(roles, 1))
    return NodeGroup(node_group_members=tuple(nodes))


PAIR = replace(
    GROUP,
    cluster_enabled=False,
    member_clusters=("cache-001", "cache-002"),
    node_groups=(shard("primary", "replica"),),
    pending_modified_values={},
)
UNKEPT = replace(PAIR, snapshot_retention_limit=0)
LONELY = {"member_clusters": ("cache-001",), "node_groups": (shard("primary"),)}


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(replace(ALONE, snapshot_retention_limit=0)),
        mends(ALONE, asked=LONG),
        mends(NODE, UNKEPT),
        mends(NODE, replace(UNKEPT, **LONELY)),
        mends(NODE, replace(UNKEPT, cluster_enabled=True)),
        leaves(ALONE),
        leaves(NODE, PAIR),
        leaves(replace(MEMCACHED, snapshot_retention_limit=0)),
    ],
)
def back_up_cache(cluster: CacheCluster, groups: Given[ReplicationGroup], asked: Retention) -> Changes:
    """Has a cluster, or the replication group that it is a node of, backed up every day.

    AWS wants to be told which node of a group without shards to take the backups of: a replica, where there is one.
    """
    if not persists(cluster):
        return
    group = group_of(cluster, groups)
    subject = cluster if group is None else group
    days = asked.snapshot_retention_period
    if subject.snapshot_retention_limit >= days:
        return
    source = {} if group is None or group.cluster_enabled else {"SnapshottingClusterId": backup_source(group)}
    before = said(subject, "snapshot_retention_limit")
    yield change(
        alters(subject, snapshot_retention_limit=days),
        steps=[
            step(
                "back_up",
                _modify(subject, SnapshotRetentionLimit=days, **source),
                undo=_modify(subject, SnapshotRetentionLimit=before),
                until=_shows(subject, "SnapshotRetentionLimit", days),
            )
        ],
    )


def backup_source(group: ReplicationGroup) -> str:
    nodes = (node for shard in group.node_groups for node in shard.node_group_members)
    replicas = (node.cache_cluster_id for node in nodes if node.current_role == "replica")
    return next(replicas, group.member_clusters[0])


STUCK = replace(NODE, auto_minor_version_upgrade=False)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(replace(ALONE, auto_minor_version_upgrade=False)),
        mends(STUCK, replace(GROUP, auto_minor_version_upgrade=False)),
        leaves(ALONE),
        leaves(NODE, GROUP),
        leaves(replace(MEMCACHED, auto_minor_version_upgrade=False)),
        leaves(
            replace(ALONE, engine_version="5.0.6", auto_minor_version_upgrade=False), skip="cache_too_old"
        ),
    ],
)
def upgrade_cache_automatically(cluster: CacheCluster, groups: Given[ReplicationGroup]) -> Changes:
    """Lets AWS install minor versions: of a node's whole replication group, as it takes the setting only there."""
    if not persists(cluster) or cluster.auto_minor_version_upgrade:
        return
    if cluster.engine == "redis" and major_version(cluster) < UPGRADES_SINCE:
        yield skip("cache_too_old", cache=cluster.name, version=cluster.engine_version)
        return
    subject = group_of(cluster, groups) or cluster
    before = said(subject, "auto_minor_version_upgrade")
    effects = [alters(cluster, auto_minor_version_upgrade=True)]
    if subject is not cluster:
        effects.append(alters(subject, auto_minor_version_upgrade=True))
    yield change(
        *effects,
        steps=[
            step(
                "upgrade",
                _modify(subject, AutoMinorVersionUpgrade=True),
                undo=_modify(subject, AutoMinorVersionUpgrade=before),
                until=_shows(subject, "AutoMinorVersionUpgrade", True),
            )
        ],
    )


UNSAFE = replace(PAIR, automatic_failover="disabled")


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(UNSAFE),
        leaves(PAIR),
        leaves(replace(UNSAFE, automatic_failover="enabling")),
        leaves(replace(UNSAFE, **LONELY), skip="cache_without_replica"),
        leaves(
            replace(UNSAFE, node_groups=(shard("primary", "replica"), shard("primary"))),
            skip="cache_without_replica",
        ),
        leaves(
            replace(UNSAFE, pending_modified_values={"ClusterMode": "compatible"}),
            skip="cache_change_pending",
        ),
    ],
)
def fail_over_automatically(group: ReplicationGroup) -> Changes:
    """Lets a replica take over by itself. Without one there is nothing to take over to.

    The call carries out at once whatever else waits for the maintenance window: then a person decides.
    """
    if group.automatic_failover != "disabled":
        return
    if not every(group.node_groups, lambda each: len(each.node_group_members) > 1):
        yield skip("cache_without_replica", cache=group.name)
    elif group.pending_modified_values:
        yield skip("cache_change_pending", cache=group.name)
    else:
        yield _failover(group)


def _failover(group: ReplicationGroup) -> Change:
    on, off = (
        _modify(group, AutomaticFailoverEnabled=enabled, ApplyImmediately=True) for enabled in (True, False)
    )
    return change(
        alters(group, automatic_failover="enabled"),
        steps=[step("fail_over", on, undo=off, until=_shows(group, "AutomaticFailover", "enabled"))],
    )


PLAIN = replace(PAIR, transit_encryption_enabled=False)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(PLAIN, NODE),
        mends(PLAIN, replace(NODE, engine="valkey", engine_version="8.0.1")),
        leaves(PAIR, NODE),
        leaves(PLAIN, replace(NODE, engine_version="6.2.6"), skip="cache_too_old_for_tls"),
        leaves(PLAIN, ALONE, skip="cache_too_old_for_tls"),
        leaves(
            replace(PLAIN, pending_modified_values={"ClusterMode": "compatible"}),
            NODE,
            skip="cache_change_pending",
        ),
    ],
)
def accept_tls_at_cache(group: ReplicationGroup, clusters: Given[CacheCluster]) -> Changes:
    """Has a replication group take connections by TLS beside those without: refusing these is the second step, which
    a person takes once every client has moved.
    """
    if group.transit_encryption_enabled:
        return
    nodes = clusters.by("replication_group_id")[group.name]
    if not nodes or not every(nodes, _takes_tls_later):
        yield skip("cache_too_old_for_tls", cache=group.name)
    elif group.pending_modified_values:
        yield skip("cache_change_pending", cache=group.name)
    else:
        yield _accept_tls(group)


def _takes_tls_later(node: CacheCluster) -> bool:
    """Whether TLS can be switched on after the node was made."""
    return node.engine == "valkey" or major_version(node) >= TLS_LATER_SINCE


def _accept_tls(group: ReplicationGroup) -> Change:
    settings = {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"}
    return change(
        alters(group, transit_encryption_enabled=True),
        steps=[
            step(
                "accept_tls",
                _modify(group, **settings, ApplyImmediately=True),
                undo=_modify(group, TransitEncryptionEnabled=False, ApplyImmediately=True),
                until=_shows(group, "TransitEncryptionEnabled", True),
            )
        ],
        notes=(note("cache_takes_both", cache=group.name),),
    )


def _modify(subject: CacheCluster | ReplicationGroup, **settings: Any) -> Call:
    if isinstance(subject, CacheCluster):
        return call(
            "elasticache",
            "ModifyCacheCluster",
            CacheClusterId=subject.name,
            **settings,
            secret=("CacheCluster.PendingModifiedValues.AuthTokenStatus",),
        )
    return call(
        "elasticache",
        "ModifyReplicationGroup",
        ReplicationGroupId=subject.name,
        **settings,
        secret=("ReplicationGroup.PendingModifiedValues.AuthTokenStatus",),
    )


def _shows(subject: CacheCluster | ReplicationGroup, shown: str, value: Any) -> Until:
    if isinstance(subject, CacheCluster):
        look = call("elasticache", "DescribeCacheClusters", CacheClusterId=subject.name)
        at = f"CacheClusters[0].[CacheClusterStatus, {shown}]"
    else:
        look = call("elasticache", "DescribeReplicationGroups", ReplicationGroupId=subject.name)
        at = f"ReplicationGroups[0].[Status, {shown}]"
    return Until(look, at, (["available", value],), MODIFYING_SECONDS)


REMEDIATIONS = {
    "ElastiCache.1": back_up_cache,
    "ElastiCache.2": upgrade_cache_automatically,
    "ElastiCache.3": fail_over_automatically,
    "ElastiCache.5": accept_tls_at_cache,
}
