"""Redshift Serverless: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


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


@resource(
    "AWS::RedshiftServerless::Workgroup",
    listed_by=call("redshift-serverless", "ListWorkgroups", maxResults=100),
    at="workgroups",
    id="{workgroupArn}",
    name="{workgroupName}",
    owner="{workgroupArn!account}",
)
class Workgroup(Resource):
    """A workgroup: compute and its network."""
