"""MSK: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import some
from ishigaki.core.record import replace
from ishigaki.services.msk.resources import (
    ClientAuthentication,
    Cluster,
    Connector,
    Destination,
    WorkerLogs,
)

BY_IAM = ClientAuthentication(unauthenticated=False, iam=True, scram=False, tls=False)
CLUSTER = Cluster(
    current_version="K3AEGXETSR30VB",
    public_access="DISABLED",
    encrypted_between_brokers=True,
    client_authentication=BY_IAM,
)
ON, OFF = Destination(enabled=True), Destination(enabled=False)
NOWHERE = WorkerLogs(cloud_watch_logs=None, firehose=None, s3=None)
CONNECTOR = Connector(encryption_in_transit="TLS", worker_logs=replace(NOWHERE, cloud_watch_logs=ON))


@control(
    "MSK.1",
    examples=[passes(CLUSTER), fails("plaintext", replace(CLUSTER, encrypted_between_brokers=False))],
)
def encrypts_between_brokers(cluster: Cluster) -> Faults:
    """Brokers of the cluster talk to each other over TLS. Traffic with clients is not this control's question."""
    if not cluster.encrypted_between_brokers:
        yield fault("plaintext")


@control(
    "MSK.3",
    examples=[passes(CONNECTOR), fails("plaintext", replace(CONNECTOR, encryption_in_transit="PLAINTEXT"))],
)
def connects_over_tls(connector: Connector) -> Faults:
    """The connector talks to its Kafka cluster over TLS."""
    if connector.encryption_in_transit != "TLS":
        yield fault("plaintext")


@control(
    "MSK.4",
    examples=[
        passes(CLUSTER),
        fails("public", replace(CLUSTER, public_access="SERVICE_PROVIDED_EIPS")),
        fails("public", replace(CLUSTER, public_access="KIND_OF_THE_FUTURE")),
    ],
)
def is_not_public(cluster: Cluster) -> Faults:
    """Public access to the brokers is disabled."""
    if cluster.public_access != "DISABLED":
        yield fault("public", kind=cluster.public_access)


@control(
    "MSK.5",
    examples=[
        passes(CONNECTOR),
        passes(replace(CONNECTOR, worker_logs=replace(NOWHERE, s3=ON))),
        passes(replace(CONNECTOR, worker_logs=replace(NOWHERE, cloud_watch_logs=OFF, firehose=ON))),
        fails("not_logged", replace(CONNECTOR, worker_logs=None)),
        fails("not_logged", replace(CONNECTOR, worker_logs=NOWHERE)),
        fails(
            "not_logged",
            replace(CONNECTOR, worker_logs=WorkerLogs(cloud_watch_logs=OFF, firehose=OFF, s3=OFF)),
        ),
    ],
)
def logs_its_work(connector: Connector) -> Faults:
    """The connector's logs go to CloudWatch Logs, Firehose or S3; one of them is enough."""
    logs = connector.worker_logs
    if logs is None or not some(_destinations(logs), lambda each: each.enabled):
        yield fault("not_logged")


def _destinations(logs: WorkerLogs) -> list[Destination]:
    return [d for d in (logs.cloud_watch_logs, logs.firehose, logs.s3) if d is not None]


@control(
    "MSK.6",
    examples=[
        passes(CLUSTER),
        fails(
            "unauthenticated", replace(CLUSTER, client_authentication=replace(BY_IAM, unauthenticated=True))
        ),
    ],
)
def rejects_unauthenticated_clients(cluster: Cluster) -> Faults:
    """Clients that do not prove who they are get no access."""
    if cluster.client_authentication.unauthenticated:
        yield fault("unauthenticated")


CONTROLS = (
    encrypts_between_brokers,
    connects_over_tls,
    is_not_public,
    logs_its_work,
    rejects_unauthenticated_clients,
)
