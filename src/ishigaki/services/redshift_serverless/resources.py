"""Redshift Serverless: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen


class ConfigParameter(Value):
    parameter_key: str
    parameter_value: str


@resource(
    "AWS::RedshiftServerless::Namespace",
    listed_by=call(
        "redshift-serverless",
        "ListNamespaces",
        maxResults=100,
        secret=("namespaces[].adminPasswordSecretArn", "namespaces[].adminPasswordSecretKmsKeyId"),
    ),
    at="namespaces",
    id="{namespaceArn}",
    name="{namespaceName}",
)
class Namespace(Resource):
    """A namespace: databases and their users."""

    admin_username: str
    log_exports: tuple[str, ...] = member(absent=(), why="the types of logs the namespace can export")


@resource(
    "AWS::RedshiftServerless::Workgroup",
    listed_by=call("redshift-serverless", "ListWorkgroups", maxResults=100),
    at="workgroups",
    id="{workgroupArn}",
    name="{workgroupName}",
    owner="{workgroupArn!account}",
)
class Workgroup(Resource):
    """A workgroup: compute and its network. Those that another account shares are listed, too."""

    enhanced_vpc_routing: bool
    publicly_accessible: bool
    config_parameters: tuple[ConfigParameter, ...]

    def parameter(self, key: str) -> str:
        """The value of a configuration parameter; one that AWS does not show is unseen."""
        for each in self.config_parameters:
            if each.parameter_key == key:
                return each.parameter_value
        raise Unseen(f"Workgroup.config_parameters {key}", NOT_IN_ANSWER)
