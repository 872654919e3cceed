"""EMR: what is required."""

from __future__ import annotations

import json

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, UNDECODABLE, Unseen
from ishigaki.services.ec2.instances.resources import Interface, PublicAssociation
from ishigaki.services.emr.resources import (
    BlockPublicAccess,
    Cluster,
    EmrSettings,
    PortRange,
    PrimaryNode,
    SecurityConfiguration,
)

# The clusters that AWS's rule looks at.
AT_WORK = ("RUNNING", "WAITING")


def _permitting(*ranges: tuple[int, int], on: bool = True) -> EmrSettings:
    permitted = tuple(PortRange(min_range=first, max_range=last) for first, last in ranges)
    return EmrSettings(
        block_public_access=BlockPublicAccess(
            block_public_security_group_rules=on, permitted_public_security_group_rule_ranges=permitted
        )
    )


def _is_more_than_ssh(permitted: PortRange) -> bool:
    return permitted.min_range != 22 or permitted.max_range != 22


@control(
    "EMR.2",
    examples=[
        passes(_permitting()),
        passes(_permitting((22, 22))),
        fails("setting_off", _permitting((22, 22), on=False)),
        fails("port_permitted", _permitting((22, 22), (443, 443))),
        fails("port_permitted", _permitting((22, 23))),
        fails("port_permitted", _permitting((21, 22))),
        fails("port_permitted", _permitting((0, 65535))),
    ],
)
def blocks_public_access(emr: EmrSettings) -> Faults:
    """EMR block public access is on in the Region and makes an exception for no port but 22."""
    block = emr.block_public_access
    if not block.block_public_security_group_rules:
        yield fault("setting_off")
        return
    for permitted in chosen(block.permitted_public_security_group_rule_ranges, _is_more_than_ssh):
        first = permitted.min_range
        last = permitted.seen().get("max_range", first)  # the API requires the first port alone
        yield fault("port_permitted", ports=str(first) if first == last else f"{first}-{last}")


CLUSTER = Cluster(cluster_id="j-1", state="WAITING")
PRIMARY = PrimaryNode(
    id="arn:aws:ec2:ap-northeast-1:111122223333:instance/i-1",
    name="i-1",
    tags={"aws:elasticmapreduce:job-flow-id": "j-1"},
    public_ip_address=None,
    network_interfaces=(),
)
PUBLIC = replace(PRIMARY, public_ip_address="203.0.113.10")
SECOND = replace(PRIMARY, id="arn:aws:ec2:ap-northeast-1:111122223333:instance/i-2", name="i-2")
WITH_ELASTIC_IP = replace(
    PRIMARY,
    network_interfaces=(
        Interface(association=PublicAssociation(public_ip="203.0.113.11"), private_ip_addresses=()),
    ),
)


@control(
    "EMR.1",
    where=lambda cluster: cluster.state in AT_WORK,
    examples=[
        passes(CLUSTER, PRIMARY),
        passes(replace(CLUSTER, state="RUNNING"), PRIMARY, SECOND),
        passes(CLUSTER, PRIMARY, replace(PUBLIC, tags={"aws:elasticmapreduce:job-flow-id": "j-2"})),
        fails("public_address", CLUSTER, PUBLIC),
        fails("public_address", CLUSTER, WITH_ELASTIC_IP),
        fails("public_address", CLUSTER, SECOND, PUBLIC),
        cannot_tell(CLUSTER),
        ignores(replace(CLUSTER, state="STARTING"), PUBLIC),
        ignores(replace(CLUSTER, state="TERMINATING"), PUBLIC),
    ],
)
def keeps_primary_nodes_private(cluster: Cluster, nodes: Given[PrimaryNode]) -> Faults:
    """No primary node of a running or waiting cluster has a public IPv4 address.

    The nodes are the instances that EMR has tagged as such. Where none is found something is unseen, for every
    cluster has one.
    """
    own = nodes.by("cluster_id")[cluster.cluster_id]
    for node in chosen(own, lambda each: bool(each.public_addresses)):
        yield fault("public_address", instance=node.name, addresses=", ".join(sorted(node.public_addresses)))
    if not own:
        raise Unseen("Cluster, its primary node", NOT_IN_ANSWER)


def _configuration(text: str) -> SecurityConfiguration:
    return SecurityConfiguration(document=text)


def _encrypting(*, at_rest: bool, in_transit: bool) -> SecurityConfiguration:
    asked = {"EnableAtRestEncryption": at_rest, "EnableInTransitEncryption": in_transit}
    return _configuration(json.dumps({"EncryptionConfiguration": asked}))


BOTH = _encrypting(at_rest=True, in_transit=True)
NO_ENCRYPTION = _configuration(
    '{"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": 2}}'
)


def enables(configuration: SecurityConfiguration, setting: str) -> bool:
    """Whether a security configuration switches an encryption on; it need not speak of encryption at all."""
    try:
        document = json.loads(configuration.document)
        encryption = document.get("EncryptionConfiguration") or {}
        return encryption.get(setting) is True
    except (ValueError, AttributeError):
        raise Unseen("SecurityConfiguration.document", UNDECODABLE) from None


@control(
    "EMR.3",
    examples=[
        passes(BOTH),
        passes(_encrypting(at_rest=True, in_transit=False)),
        fails("not_encrypted", _encrypting(at_rest=False, in_transit=True)),
        fails("not_encrypted", NO_ENCRYPTION),
    ],
)
def encrypts_at_rest(configuration: SecurityConfiguration) -> Faults:
    """The security configuration encrypts data at rest. It is judged whether a cluster uses it or not."""
    if not enables(configuration, "EnableAtRestEncryption"):
        yield fault("not_encrypted")


@control(
    "EMR.4",
    examples=[
        passes(BOTH),
        passes(_encrypting(at_rest=False, in_transit=True)),
        fails("not_encrypted", _encrypting(at_rest=True, in_transit=False)),
        fails("not_encrypted", NO_ENCRYPTION),
    ],
)
def encrypts_in_transit(configuration: SecurityConfiguration) -> Faults:
    """The security configuration encrypts data in transit. It is judged whether a cluster uses it or not."""
    if not enables(configuration, "EnableInTransitEncryption"):
        yield fault("not_encrypted")


CONTROLS = (keeps_primary_nodes_private, blocks_public_access, encrypts_at_rest, encrypts_in_transit)
