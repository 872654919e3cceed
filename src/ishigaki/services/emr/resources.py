"""EMR: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.services.ec2.instances.resources import IF_APPLICABLE, Interface

LIVE = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"]


class PortRange(Value):
    min_range: int
    max_range: int


class BlockPublicAccess(Value):
    block_public_security_group_rules: bool
    permitted_public_security_group_rule_ranges: tuple[PortRange, ...]


@resource("AWS::::Account")
class EmrSettings(Resource):
    """What EMR holds every new cluster of the account in the Region to."""

    block_public_access: BlockPublicAccess = facet(
        call("emr", "GetBlockPublicAccessConfiguration"), at="BlockPublicAccessConfiguration"
    )


@resource(
    "AWS::EMR::Cluster",
    listed_by=call("emr", "ListClusters", ClusterStates=LIVE),
    at="Clusters",
    id="{ClusterArn}",
    name="{Name}",
)
class Cluster(Resource):
    """A cluster on EC2 that is not terminated."""

    cluster_id: str = member(at="Id")
    state: str = member(at="Status.State", values=tuple(LIVE))


@resource(
    "AWS::EC2::Instance",
    # The call that lists all instances, so that it is made once. EMR names its own in tags that nobody can alter.
    listed_by=call("ec2", "DescribeInstances", IncludeManagedResources=True, MaxResults=1000),
    # Its guide shows roles in capital letters, an older edition in small ones.
    at="Reservations[].Instances[?State.Name != 'terminated' && "
    "Tags[?Key == 'aws:elasticmapreduce:instance-group-role' && (Value == 'MASTER' || Value == 'master')]][]",
    id="arn:{partition}:ec2:{region}:{account}:instance/{InstanceId}",
    name="{InstanceId}",
    tags="Tags",
)
class PrimaryNode(Resource):
    """An instance that is a primary node of a cluster."""

    public_ip_address: str | None = member(absent=None, why=IF_APPLICABLE)
    network_interfaces: tuple[Interface, ...]

    @property
    def cluster_id(self) -> str:
        """The cluster that it belongs to; empty where EMR has not said it yet."""
        return self.tags.get("aws:elasticmapreduce:job-flow-id", "")

    @property
    def public_addresses(self) -> set[str]:
        """Its public IPv4 addresses, those of further interfaces and of secondary private addresses included."""
        known = [a for i in self.network_interfaces for a in i.associations if a is not None]
        found = {self.public_ip_address, *(a.public_ip for a in known)}
        return {address for address in found if address is not None}


@resource(
    "AWS::EMR::SecurityConfiguration",
    listed_by=call("emr", "ListSecurityConfigurations"),
    at="SecurityConfigurations",
    id="arn:{partition}:elasticmapreduce:{region}:{account}:security-configuration/{Name}",
    name="{Name}",
)
class SecurityConfiguration(Resource):
    """A security configuration: what clusters that are started with it encrypt, as a JSON document."""

    document: str = facet(
        call("emr", "DescribeSecurityConfiguration", Name="{Name}"), at="SecurityConfiguration"
    )
