"""CloudFormation: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::CloudFormation::Stack",
    listed_by=call(
        "cloudformation",
        "DescribeStacks",
        permission=("cloudformation:DescribeStacks", "cloudformation:ListStacks"),
        # Parameters that are not marked NoEcho, and outputs, are shown in plain text.
        secret=(
            "Stacks[].Parameters[].ParameterValue",
            "Stacks[].Parameters[].ResolvedValue",
            "Stacks[].Outputs[].OutputValue",
        ),
    ),
    at="Stacks",
    id="{StackId}",
    name="{StackName}",
    tags="Tags",
)
class Stack(Resource):
    """A stack, nested or root; AWS shows deleted ones only when asked by their id."""

    stack_status: str
    enable_termination_protection: bool
    root_id: str | None = member(
        absent=None, why="AWS shows the id of the top-level stack of nested stacks that belong to one"
    )
    role_arn: str | None = member(absent=None, why="RoleARN is the role that is associated with the stack")
