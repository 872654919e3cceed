"""WorkSpaces: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::WorkSpaces::Workspace",
    listed_by=call("workspaces", "DescribeWorkspaces"),
    at="Workspaces",
    id="arn:{partition}:workspaces:{region}:{account}:workspace/{WorkspaceId}",
    name="{WorkspaceId}",
)
class Workspace(Resource):
    """A personal desktop."""
