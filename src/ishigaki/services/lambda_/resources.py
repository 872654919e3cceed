"""Lambda: what is collected."""

from __future__ import annotations

from collections.abc import Mapping

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


class Environment(Value):
    """The environment variables of a function: their names, since their values are redacted when they are collected.
    Where Lambda could not read them it shows an error in their place."""

    variables: Mapping[str, str]
    error: str | None = member(
        at="Error.ErrorCode",
        absent=None,
        why="If the operation succeeds, the response contains the environment variables. If it fails, details about the error",
    )


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
    environment: Environment | None = member(
        absent=None, why="The function's environment variables: a function that has none shows no environment"
    )
    policy: str | None = facet(
        call("lambda", "GetPolicy", FunctionName="{FunctionName}"),
        at="Policy",
        absent={"ResourceNotFoundException": None},
        why="GetPolicy answers ResourceNotFoundException where no policy is associated with the function",
    )
