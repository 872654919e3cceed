"""EKS: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, Source, resource


class LogTypes(Value):
    """Log types of the control plane that are exported, or are not."""

    types: tuple[str, ...]
    enabled: bool


@resource(
    "AWS::EKS::Cluster",
    # Clusters that are only connected to EKS are another thing; they are listed on demand.
    listed_by=call("eks", "ListClusters"),
    at="clusters",
    id="arn:{partition}:eks:{region}:{account}:cluster/{}",
    name="{}",
    detail=Source(
        call("eks", "DescribeCluster", name="{}", secret=("cluster.connectorConfig.activationCode",)),
        "cluster",
    ),
)
class Cluster(Resource):
    """A cluster."""

    version: str
    endpoint_public_access: bool = member(at="resourcesVpcConfig.endpointPublicAccess")
    endpoint_private_access: bool = member(at="resourcesVpcConfig.endpointPrivateAccess")
    cluster_logging: tuple[LogTypes, ...] = member(at="logging.clusterLogging")


@resource(
    "eks_nodegroup_name",
    listed_by=call("eks", "ListNodegroups", clusterName="{}"),
    at="nodegroups",
    id="arn:{partition}:eks:{region}:{account}:nodegroup/{parent.}/{}",
    name="{}",
    over=Cluster,
)
class NodegroupName(Resource):
    """A managed node group as its cluster lists it."""


@resource(
    "AWS::EKS::Nodegroup",
    # The ARN ends in a number that only the description shows.
    listed_by=call("eks", "DescribeNodegroup", clusterName="{parent.}", nodegroupName="{}"),
    at="nodegroup",
    id="{nodegroupArn}",
    name="{clusterName}/{nodegroupName}",
    tags="tags",
    over=NodegroupName,
)
class Nodegroup(Resource):
    """A managed node group."""

    version: str
