"""EMR: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value
from ishigaki.core.resource import Resource, facet, resource

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


@resource(
    "AWS::EMR::SecurityConfiguration",
    listed_by=call("emr", "ListSecurityConfigurations"),
    at="SecurityConfigurations",
    id="arn:{partition}:elasticmapreduce:{region}:{account}:security-configuration/{Name}",
    name="{Name}",
)
class SecurityConfiguration(Resource):
    """A security configuration."""
