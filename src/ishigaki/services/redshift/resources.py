"""Redshift: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::Redshift::Cluster",
    listed_by=call(
        "redshift",
        "DescribeClusters",
        secret=(
            "Clusters[].MasterPasswordSecretArn",
            "Clusters[].MasterPasswordSecretKmsKeyId",
            "Clusters[].PendingModifiedValues.MasterUserPassword",
        ),
    ),
    at="Clusters",
    id="arn:{partition}:redshift:{region}:{account}:cluster:{ClusterIdentifier}",
    name="{ClusterIdentifier}",
    tags="Tags",
)
class Cluster(Resource):
    """A provisioned cluster."""
