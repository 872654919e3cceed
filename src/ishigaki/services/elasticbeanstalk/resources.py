"""Elastic Beanstalk: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::ElasticBeanstalk::Environment",
    listed_by=call("elasticbeanstalk", "DescribeEnvironments", IncludeDeleted=False, MaxRecords=1000),
    at="Environments",
    id="{EnvironmentArn}",
    name="{EnvironmentName}",
)
class Environment(Resource):
    """An environment that is not terminated."""
