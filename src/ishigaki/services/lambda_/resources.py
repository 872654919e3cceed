"""Lambda: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, facet, resource


@resource(
    "AWS::Lambda::Function",
    listed_by=call(
        "lambda",
        "ListFunctions",
        secret=(
            "Functions[].Environment.Variables.*",
            "Functions[].Environment.Error.Message",
            "Functions[].ImageConfigResponse.Error.Message",
            "Functions[].RuntimeVersionConfig.Error.Message",
        ),
    ),
    at="Functions",
    id="{FunctionArn}",
    name="{FunctionName}",
)
class Function(Resource):
    """A function as it stands unpublished; policies of its versions and aliases are their own."""

    policy: str | None = facet(
        call("lambda", "GetPolicy", FunctionName="{FunctionName}"),
        at="Policy",
        absent={"ResourceNotFoundException": None},
        why="GetPolicy answers ResourceNotFoundException where no policy is associated with the function",
    )
