"""EKS: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Until, alters, change, note, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.eks.controls import AUDIT, PRIVATE, has_audit_log
from ishigaki.services.eks.resources import Cluster, LogTypes

PUBLIC = Cluster(endpoint_public_access=True, endpoint_private_access=False)
ACTIVE = "cluster.status=='ACTIVE'"  # one update at a time: during one the cluster is UPDATING
UNLOGGED = Cluster(
    cluster_logging=(
        LogTypes(types=("api",), enabled=True),
        LogTypes(types=(AUDIT, "scheduler"), enabled=False),
    )
)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(PUBLIC),
        mends(replace(PUBLIC, endpoint_private_access=True)),
        leaves(PRIVATE),
    ],
)
def close_endpoint(cluster: Cluster) -> Changes:
    """Switches a cluster's private endpoint on and its public one off, in one update.

    The addresses that the public endpoint was open to stay noted in EKS, and come back when it is undone.
    """
    if not cluster.endpoint_public_access:
        return
    before = {
        "endpointPublicAccess": said(cluster, "endpoint_public_access"),
        "endpointPrivateAccess": said(cluster, "endpoint_private_access"),
    }
    after = {"endpointPublicAccess": False, "endpointPrivateAccess": True}
    closed = f"{ACTIVE} && cluster.resourcesVpcConfig.endpointPublicAccess==`false`"
    yield change(
        alters(cluster, endpoint_public_access=False, endpoint_private_access=True),
        steps=[
            step(
                "close",
                _update(cluster, resourcesVpcConfig=after),
                undo=_update(cluster, resourcesVpcConfig=before),
                until=_until(cluster, closed),
            )
        ],
        notes=(note("cluster_callers", cluster=cluster.name),),
    )


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(UNLOGGED),
        mends(Cluster(cluster_logging=())),
        leaves(Cluster(cluster_logging=(LogTypes(types=(AUDIT,), enabled=True),))),
    ],
)
def log_audit_events(cluster: Cluster) -> Changes:
    """Exports a cluster's audit log to CloudWatch Logs; the other log types stay as they are."""
    if has_audit_log(cluster):
        return
    before = said(cluster, "cluster_logging")
    on = [kind for log in before if log["enabled"] for kind in log["types"]]
    off = [kind for log in before if not log["enabled"] for kind in log["types"] if kind != AUDIT]
    after = [{"types": [*on, AUDIT], "enabled": True}, *([{"types": off, "enabled": False}] if off else ())]
    logged = f"{ACTIVE} && contains(cluster.logging.clusterLogging[?enabled].types[], '{AUDIT}')"
    yield change(
        alters(cluster, cluster_logging=after),
        steps=[
            step(
                "log",
                _update(cluster, logging={"clusterLogging": after}),
                undo=_update(cluster, logging={"clusterLogging": before or [_audit_off()]}),
                until=_until(cluster, logged),
            )
        ],
    )


def _audit_off() -> dict[str, Any]:
    return {"types": [AUDIT], "enabled": False}


def _update(cluster: Cluster, **changed: Any) -> Call:
    return call("eks", "UpdateClusterConfig", name=cluster.name, **changed)


def _until(cluster: Cluster, shown: str) -> Until:
    """The update, which EKS takes minutes for, has been made."""
    return Until(call("eks", "DescribeCluster", name=cluster.name), shown, (True,), seconds=900)


REMEDIATIONS = {"EKS.1": close_endpoint, "EKS.8": log_audit_events}
