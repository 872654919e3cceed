"""Connect: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, facet, resource


@resource(
    "AWS::Connect::Instance",
    listed_by=call("connect", "ListInstances", secret=("InstanceSummaryList[].InstanceAlias",)),
    at="InstanceSummaryList",
    id="{Arn}",
    name="{Id}",
)
class Instance(Resource):
    """A contact center."""

    flow_logs: str = facet(
        call(
            "connect",
            "DescribeInstanceAttribute",
            InstanceId="{Id}",
            AttributeType="CONTACTFLOW_LOGS",
        ),
        at="Attribute.Value",
    )
