"""EKS: what is required."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from ishigaki.core.control import cannot_tell, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import some
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.eks.resources import Cluster, LogTypes, Nodegroup

AUDIT = "audit"
# When standard support of a Kubernetes version ends, by the release calendar of the EKS user guide ("Understand the
# Kubernetes version lifecycle on EKS"), as endoflife.date had it on 2026-02-14. Older versions are past it; docs/adr says
# why it is here.
STANDARD_SUPPORT_ENDS = {
    (1, 33): date(2026, 7, 29),
    (1, 34): date(2026, 12, 2),
    (1, 35): date(2027, 3, 27),
}
NEWEST = max(STANDARD_SUPPORT_ENDS)

PRIVATE = Cluster(endpoint_public_access=False, endpoint_private_access=True)


@control(
    "EKS.1",
    examples=[
        passes(PRIVATE),
        fails("public_endpoint", replace(PRIVATE, endpoint_public_access=True)),
    ],
)
def has_private_endpoint(cluster: Cluster) -> Faults:
    """The Kubernetes API of a cluster has no public endpoint, not even one for certain addresses only."""
    if cluster.endpoint_public_access:
        yield fault("public_endpoint")


def is_out_of_support(version: str, now: datetime) -> bool:
    """Whether standard support of a Kubernetes version is over.

    Versions are supported in the order of their release: one that is newer than the table is supported at least as
    long as the newest that it names, and afterwards it is not known.
    """
    found = re.fullmatch(r"(\d+)\.(\d+)", version)
    if found is None:
        raise Unseen("Kubernetes version", UNKNOWN_VALUE)
    asked, today = (int(found[1]), int(found[2])), now.astimezone(UTC).date()
    if asked in STANDARD_SUPPORT_ENDS:
        return today >= STANDARD_SUPPORT_ENDS[asked]
    if asked < NEWEST:
        return True
    if today >= STANDARD_SUPPORT_ENDS[NEWEST]:
        raise Unseen("Kubernetes version", UNKNOWN_VALUE)
    return False


@control(
    "EKS.2",
    examples=[
        passes(Cluster(version="1.34")),
        passes(Cluster(version="1.40")),
        fails("out_of_support", Cluster(version="1.33")),
        fails("out_of_support", Cluster(version="1.9")),
        cannot_tell(Cluster(version="1.34.2")),
    ],
)
def runs_supported_version(cluster: Cluster, now: datetime) -> Faults:
    """A cluster's Kubernetes version is in EKS's standard support; the extended one, which costs more, does not count."""
    if is_out_of_support(cluster.version, now):
        yield fault("out_of_support", version=cluster.version)


@control(
    "EKS.8",
    examples=[
        passes(Cluster(cluster_logging=(LogTypes(types=(AUDIT,), enabled=True),))),
        passes(
            Cluster(
                cluster_logging=(
                    LogTypes(types=("api", AUDIT), enabled=True),
                    LogTypes(types=("scheduler",), enabled=False),
                )
            )
        ),
        fails("no_audit_log", Cluster(cluster_logging=())),
        fails("no_audit_log", Cluster(cluster_logging=(LogTypes(types=("api",), enabled=True),))),
        fails("no_audit_log", Cluster(cluster_logging=(LogTypes(types=("api", AUDIT), enabled=False),))),
    ],
)
def logs_audit_events(cluster: Cluster) -> Faults:
    """The control plane's audit log is exported; the other log types are not asked about."""
    if not has_audit_log(cluster):
        yield fault("no_audit_log")


def has_audit_log(cluster: Cluster) -> bool:
    return some(cluster.cluster_logging, lambda log: log.enabled and AUDIT in log.types)


@control(
    "EKS.9",
    examples=[
        passes(Nodegroup(version="1.34")),
        fails("out_of_support", Nodegroup(version="1.33")),
    ],
)
def nodes_run_supported_version(nodes: Nodegroup, now: datetime) -> Faults:
    """A managed node group's Kubernetes version is in EKS's standard support, whatever its cluster's is."""
    if is_out_of_support(nodes.version, now):
        yield fault("out_of_support", version=nodes.version)


CONTROLS = (
    has_private_endpoint,
    runs_supported_version,
    logs_audit_events,
    nodes_run_supported_version,
)
