"""FSx: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::FSx::FileSystem",
    listed_by=call(
        "fsx", "DescribeFileSystems", secret=("FileSystems[].OntapConfiguration.FsxAdminPassword",)
    ),
    at="FileSystems",
    id="{ResourceARN}",
    name="{FileSystemId}",
    owner="{OwnerId}",
    tags="Tags",
)
class FileSystem(Resource):
    """A file system: Windows, Lustre, ONTAP or OpenZFS."""
