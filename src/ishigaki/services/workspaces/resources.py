"""WorkSpaces: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, resource

ENCRYPTED = "AWS indicates by it that the data stored on the volume is encrypted"


@resource(
    "AWS::WorkSpaces::Workspace",
    listed_by=call("workspaces", "DescribeWorkspaces"),
    at="Workspaces",
    id="arn:{partition}:workspaces:{region}:{account}:workspace/{WorkspaceId}",
    name="{WorkspaceId}",
)
class Workspace(Resource):
    """A personal desktop."""

    user_volume_encryption_enabled: bool = member(absent=False, why=ENCRYPTED)
    root_volume_encryption_enabled: bool = member(absent=False, why=ENCRYPTED)
