"""ECR: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::ECR::Repository",
    listed_by=call("ecr", "DescribeRepositories", maxResults=1000),
    at="repositories",
    id="{repositoryArn}",
    name="{repositoryName}",
    owner="{registryId}",
)
class Repository(Resource):
    """A private repository."""
