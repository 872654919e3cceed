"""EFS: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::EFS::FileSystem",
    listed_by=call("efs", "DescribeFileSystems"),
    at="FileSystems",
    id="{FileSystemArn}",
    name="{FileSystemId}",
    owner="{OwnerId}",
    tags="Tags",
)
class FileSystem(Resource):
    """A file system."""


@resource(
    "AWS::EFS::AccessPoint",
    listed_by=call("efs", "DescribeAccessPoints"),
    at="AccessPoints",
    id="{AccessPointArn}",
    name="{AccessPointId}",
    owner="{OwnerId}",
    tags="Tags",
)
class AccessPoint(Resource):
    """An application's way into a file system."""
