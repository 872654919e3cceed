"""CloudFormation: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
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
