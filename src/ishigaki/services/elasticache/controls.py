"""ElastiCache: what is required."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ishigaki.core.control import Parameters, cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, some
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, UNKNOWN_VALUE, Unseen
from ishigaki.services.elasticache.resources import CacheCluster, ReplicationGroup

GROUP = ReplicationGroup(
    id="arn:aws:elasticache:ap-northeast-1:111122223333:replicationgroup:cache",
    name="cache",
    automatic_failover="enabled",
    at_rest_encryption_enabled=True,
    transit_encryption_enabled=True,
    auth_token_enabled=True,
    auto_minor_version_upgrade=True,
    snapshot_retention_limit=1,
)
ALONE = CacheCluster(
    engine="redis",
    engine_version="7.1.0",
    cache_subnet_group_name="private",
    auto_minor_version_upgrade=True,
    snapshot_retention_limit=1,
    replication_group_id="",
)
# Of a group's nodes AWS shows the retention on the one that the snapshots are taken of.
NODE = replace(ALONE, name="cache-001", replication_group_id="cache", snapshot_retention_limit=0)
MEMCACHED = replace(ALONE, engine="memcached", engine_version="1.6.22")


class Retention(Parameters, frozen=True):
    """What AWS lets an account set of ElastiCache.1."""

    snapshot_retention_period: Annotated[int, Meta(ge=1, le=35)] = 1


LONG = Retention(snapshot_retention_period=7)


def persists(cluster: CacheCluster) -> bool:
    """Whether the cluster's engine has backups and upgrades by minor versions: Memcached has not."""
    return cluster.engine != "memcached"


@control(
    "ElastiCache.1",
    where=persists,
    examples=[
        passes(ALONE),
        passes(replace(ALONE, engine="valkey")),
        fails("short_retention", replace(ALONE, snapshot_retention_limit=0)),
        passes(NODE, GROUP),
        fails("short_retention", NODE, replace(GROUP, snapshot_retention_limit=0)),
        passes(NODE, GROUP, replace(GROUP, name="other", snapshot_retention_limit=0)),
        passes(replace(ALONE, snapshot_retention_limit=7), asked=LONG),
        fails("short_retention", replace(ALONE, snapshot_retention_limit=6), asked=LONG),
        ignores(replace(MEMCACHED, snapshot_retention_limit=0)),
    ],
)
def is_backed_up(cluster: CacheCluster, groups: Given[ReplicationGroup], asked: Retention) -> Faults:
    """A Redis OSS or Valkey cluster has automatic backups that are kept for as many days as asked, at least one.

    A node of a replication group is judged by its group: AWS backs up the group through one of its nodes.
    """
    days = days_kept(cluster, groups)
    if days < asked.snapshot_retention_period:
        yield fault("short_retention", days=days, least=asked.snapshot_retention_period)


def days_kept(cluster: CacheCluster, groups: Given[ReplicationGroup]) -> int:
    group = group_of(cluster, groups)
    return cluster.snapshot_retention_limit if group is None else group.snapshot_retention_limit


def group_of(cluster: CacheCluster, groups: Given[ReplicationGroup]) -> ReplicationGroup | None:
    """The replication group that the cluster is a node of; None where it stands alone."""
    if not cluster.replication_group_id:
        return None
    for group in groups.by("name")[cluster.replication_group_id]:
        return group
    raise Unseen(f"ReplicationGroup {cluster.replication_group_id}", NOT_IN_ANSWER)


@control(
    "ElastiCache.2",
    where=persists,
    examples=[
        passes(ALONE),
        fails("no_upgrades", replace(ALONE, auto_minor_version_upgrade=False)),
        fails("no_upgrades", replace(ALONE, engine="valkey", auto_minor_version_upgrade=False)),
        fails("no_upgrades", replace(ALONE, engine_version="5.0.6", auto_minor_version_upgrade=False)),
        ignores(replace(MEMCACHED, auto_minor_version_upgrade=False)),
    ],
)
def upgrades_by_itself(cluster: CacheCluster) -> Faults:
    """A Redis OSS or Valkey cluster takes minor versions automatically; versions that cannot (below 6.0) fail, too."""
    if not cluster.auto_minor_version_upgrade:
        yield fault("no_upgrades", version=cluster.engine_version)


@control(
    "ElastiCache.3",
    examples=[
        passes(GROUP),
        *(
            fails("no_failover", replace(GROUP, automatic_failover=state))
            for state in ("disabled", "enabling", "disabling")
        ),
    ],
)
def fails_over(group: ReplicationGroup) -> Faults:
    """A replication group has automatic failover; one that is only being enabled has it not yet."""
    if group.automatic_failover != "enabled":
        yield fault("no_failover", state=group.automatic_failover)


@control(
    "ElastiCache.4",
    examples=[passes(GROUP), fails("not_encrypted", replace(GROUP, at_rest_encryption_enabled=False))],
)
def is_encrypted_at_rest(group: ReplicationGroup) -> Faults:
    """A replication group is encrypted at rest by its own setting; encryption that AWS adds by itself does not count."""
    if not group.at_rest_encryption_enabled:
        yield fault("not_encrypted")


@control(
    "ElastiCache.5",
    examples=[passes(GROUP), fails("no_tls", replace(GROUP, transit_encryption_enabled=False))],
)
def is_encrypted_in_transit(group: ReplicationGroup) -> Faults:
    """A replication group takes connections by TLS; whether it takes others, too (mode preferred), is not asked."""
    if not group.transit_encryption_enabled:
        yield fault("no_tls")


OLD = replace(NODE, engine_version="5.0.6")
TOKENLESS = replace(GROUP, auth_token_enabled=False)
RBAC_SINCE = 6  # the first version of Redis OSS with users of its own


def is_before_rbac(group: ReplicationGroup, clusters: Given[CacheCluster]) -> bool:
    nodes = clusters.by("replication_group_id")[group.name]
    if not nodes:
        raise Unseen(f"CacheCluster of {group.name}", NOT_IN_ANSWER)
    return some(nodes, lambda node: major_version(node) < RBAC_SINCE)


def major_version(cluster: CacheCluster) -> int:
    major = cluster.engine_version.partition(".")[0]
    if not major.isdecimal():
        raise Unseen("CacheCluster.engine_version", UNKNOWN_VALUE)
    return int(major)


@control(
    "ElastiCache.6",
    where=is_before_rbac,
    examples=[
        passes(GROUP, OLD),
        fails("no_auth", TOKENLESS, OLD),
        fails("no_auth", TOKENLESS, replace(OLD, engine_version="3.2.10")),
        # Versions that know users are to use these, and are not judged.
        ignores(TOKENLESS, replace(NODE, engine_version="6.0.5")),
        ignores(TOKENLESS, replace(NODE, engine_version="6.x")),
        ignores(TOKENLESS, NODE),
        ignores(TOKENLESS, replace(OLD, replication_group_id="other"), NODE),
        cannot_tell(TOKENLESS),
        cannot_tell(TOKENLESS, replace(NODE, engine_version="latest")),
    ],
)
def asks_for_token(group: ReplicationGroup, clusters: Given[CacheCluster]) -> Faults:
    """A replication group of Redis OSS below 6.0 asks its clients for an AUTH token."""
    if not group.auth_token_enabled:
        yield fault("no_auth")


@control(
    "ElastiCache.7",
    examples=[
        passes(ALONE),
        passes(MEMCACHED),
        fails("default_subnet_group", replace(ALONE, cache_subnet_group_name="default")),
        fails("default_subnet_group", replace(MEMCACHED, cache_subnet_group_name="default")),
    ],
)
def has_own_subnet_group(cluster: CacheCluster) -> Faults:
    """A cluster of any engine lies in subnets that were chosen for it, not in the group called `default`."""
    if cluster.cache_subnet_group_name == "default":
        yield fault("default_subnet_group")


CONTROLS = (
    is_backed_up,
    upgrades_by_itself,
    fails_over,
    is_encrypted_at_rest,
    is_encrypted_in_transit,
    asks_for_token,
    has_own_subnet_group,
)
