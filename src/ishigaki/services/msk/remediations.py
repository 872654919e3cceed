"""MSK: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Until, alters, change, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.msk.controls import BY_IAM, CLUSTER
from ishigaki.services.msk.resources import ClientAuthentication, Cluster

HOUR = 3600  # the brokers are worked on one after the other

OPEN = replace(BY_IAM, unauthenticated=True)


def _update(cluster: Cluster, operation: str, *, permission: tuple[str, ...] = (), **settings: Any) -> Call:
    """An update names the version that it is meant for, so one that somebody else overtook is refused."""
    return call(
        "kafka",
        operation,
        permission=permission,
        ClusterArn=cluster.id,
        CurrentVersion=cluster.current_version,
        **settings,
    )


def _active(cluster: Cluster) -> Until:
    shown = call("kafka", "DescribeClusterV2", ClusterArn=cluster.id)
    return Until(shown, "ClusterInfo.State", ("ACTIVE",), seconds=HOUR)


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(replace(CLUSTER, public_access="SERVICE_PROVIDED_EIPS")), leaves(CLUSTER)],
)
def make_brokers_private(cluster: Cluster) -> Changes:
    """Ends public access to a cluster's brokers. It is not undone by itself: the way back names a version of the
    cluster that only comes into being then."""
    if cluster.public_access == "DISABLED":
        return
    close = _update(
        cluster,
        "UpdateConnectivity",
        permission=("kafka:UpdateConnectivity", "ec2:DescribeRouteTables", "ec2:DescribeSubnets"),
        ConnectivityInfo={"PublicAccess": {"Type": "DISABLED"}},
    )
    yield change(
        alters(cluster, public_access="DISABLED"),
        steps=[step("close", close, until=_active(cluster))],
        notes=(note("brokers_opened_again", kind=cluster.public_access),),
    )


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(CLUSTER, client_authentication=OPEN)),
        mends(replace(CLUSTER, client_authentication=replace(OPEN, iam=False, scram=True))),
        mends(replace(CLUSTER, client_authentication=replace(OPEN, iam=False, tls=True))),
        leaves(CLUSTER),
        leaves(
            replace(CLUSTER, client_authentication=replace(OPEN, iam=False)), skip="no_other_authentication"
        ),
    ],
)
def reject_unauthenticated_clients(cluster: Cluster) -> Changes:
    """Refuses clients that do not prove who they are, where there is another way for them to do so.

    It is not undone by itself: the way back names a version of the cluster that only comes into being then.
    """
    today = cluster.client_authentication
    if not today.unauthenticated:
        return
    ways = _ways(today)
    if not ways:
        yield skip("no_other_authentication")
        return
    after = {**said(cluster, "client_authentication"), "Unauthenticated": {"Enabled": False}}
    refuse = _update(cluster, "UpdateSecurity", ClientAuthentication=after)
    yield change(
        alters(cluster, client_authentication=after),
        steps=[step("refuse", refuse, until=_active(cluster))],
        notes=(note("authentication_left", ways=", ".join(ways)),),
    )


def _ways(known: ClientAuthentication) -> list[str]:
    ways = {"IAM": known.iam, "SASL/SCRAM": known.scram, "mTLS": known.tls}
    return [name for name, on in ways.items() if on]


REMEDIATIONS = {"MSK.4": make_brokers_private, "MSK.6": reject_unauthenticated_clients}
