"""Redshift: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Until, alters, change, note, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.redshift.controls import GOOD, SnapshotRetention
from ishigaki.services.redshift.resources import Cluster

# The logs of user activity need a parameter of the cluster, and may hold what queries contain.
EXPORTS = ["connectionlog", "userlog"]
MINUTES = 30 * 60  # a change that restarts the cluster


def _modify(cluster: Cluster, **settings: Any) -> Call:
    return call(
        "redshift",
        "ModifyCluster",
        ClusterIdentifier=cluster.name,
        **settings,
        secret=(
            "Cluster.MasterPasswordSecretArn",
            "Cluster.MasterPasswordSecretKmsKeyId",
            "Cluster.PendingModifiedValues.MasterUserPassword",
        ),
    )


def _available(cluster: Cluster) -> Until:
    shown = call("redshift", "DescribeClusters", ClusterIdentifier=cluster.name)
    return Until(shown, "Clusters[0].ClusterStatus", ("available",), seconds=MINUTES)


def _setting(cluster: Cluster, name: str, parameter: str, value: bool | int) -> Change:
    """One setting of a cluster, which is undone by what it was."""
    before = {parameter: said(cluster, name)}
    return change(
        alters(cluster, **{name: value}),
        steps=[
            step(
                "modify",
                _modify(cluster, **{parameter: value}),
                undo=_modify(cluster, **before),
                until=_available(cluster),
            )
        ],
    )


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(GOOD, publicly_accessible=True)),
        mends(replace(GOOD, publicly_accessible=True, elastic_ip="203.0.113.10")),
        leaves(GOOD),
    ],
)
def make_cluster_private(cluster: Cluster) -> Changes:
    """Takes the public address from a cluster. An Elastic IP address that was its own stays the account's."""
    if not cluster.publicly_accessible:
        return
    own = {"ElasticIp": cluster.elastic_ip} if cluster.elastic_ip else {}
    yield change(
        alters(cluster, publicly_accessible=False),
        steps=[
            step(
                "hide",
                _modify(cluster, PubliclyAccessible=False),
                undo=_modify(cluster, PubliclyAccessible=True, **own),
                until=_available(cluster),
            )
        ],
        notes=(note("elastic_ip_stays", address=cluster.elastic_ip),) if cluster.elastic_ip else (),
    )


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(replace(GOOD, automated_snapshot_retention_period=1)),
        mends(replace(GOOD, automated_snapshot_retention_period=0)),
        mends(GOOD, asked=SnapshotRetention(min_retention_period=14)),
        leaves(GOOD),
        leaves(replace(GOOD, automated_snapshot_retention_period=35)),
    ],
)
def keep_cluster_snapshots(cluster: Cluster, asked: SnapshotRetention) -> Changes:
    """Raises how long automated snapshots are kept to what the control asks for; never lowers it."""
    if cluster.automated_snapshot_retention_period < asked.min_retention_period:
        yield _setting(
            cluster,
            "automated_snapshot_retention_period",
            "AutomatedSnapshotRetentionPeriod",
            asked.min_retention_period,
        )


@remediation(
    disruption=Disruption.LOW,
    examples=[mends(replace(GOOD, logged=False)), leaves(GOOD)],
)
def log_cluster_audit(cluster: Cluster) -> Changes:
    """Sends connection and user logs to CloudWatch Logs, which needs no bucket and no policy of one."""
    if cluster.logged:
        return
    name = cluster.name
    on = call(
        "redshift",
        "EnableLogging",
        ClusterIdentifier=name,
        LogDestinationType="cloudwatch",
        LogExports=EXPORTS,
    )
    off = call("redshift", "DisableLogging", ClusterIdentifier=name)
    yield change(alters(cluster, logged=True), steps=[step("log", on, undo=off)])


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(replace(GOOD, allow_version_upgrade=False)), leaves(GOOD)],
)
def allow_major_upgrades(cluster: Cluster) -> Changes:
    """Lets AWS install major versions in the cluster's maintenance window, which restarts it then."""
    if not cluster.allow_version_upgrade:
        yield _setting(cluster, "allow_version_upgrade", "AllowVersionUpgrade", value=True)


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(replace(GOOD, enhanced_vpc_routing=False)), leaves(GOOD)],
)
def route_cluster_through_vpc(cluster: Cluster) -> Changes:
    """Switches on enhanced VPC routing, which restarts the cluster."""
    if not cluster.enhanced_vpc_routing:
        yield _setting(cluster, "enhanced_vpc_routing", "EnhancedVpcRouting", value=True)


REMEDIATIONS = {
    "Redshift.1": make_cluster_private,
    "Redshift.3": keep_cluster_snapshots,
    "Redshift.4": log_cluster_audit,
    "Redshift.6": allow_major_upgrades,
    "Redshift.7": route_cluster_through_vpc,
}
