"""Lambda: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
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

    package_type: str = member(values=("Zip", "Image"))
    runtime: str
    subnet_ids: tuple[str, ...] = member(
        at="VpcConfig.SubnetIds", absent=(), why="VpcConfig is for functions that are attached to a VPC"
    )
    policy: str | None = facet(
        call("lambda", "GetPolicy", FunctionName="{FunctionName}"),
        at="Policy",
        absent={"ResourceNotFoundException": None},
        why="GetPolicy answers ResourceNotFoundException where no policy is associated with the function",
    )
