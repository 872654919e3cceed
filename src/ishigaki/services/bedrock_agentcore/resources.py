"""Bedrock AgentCore: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, Source, resource

NETWORK_MODES = ("PUBLIC", "VPC")


@resource(
    "AWS::BedrockAgentCore::Runtime",
    listed_by=call(
        "bedrock-agentcore-control",
        "ListAgentRuntimes",
        maxResults=100,
        secret=("agentRuntimes[].description",),
    ),
    at="agentRuntimes",
    id="{agentRuntimeArn}",
    name="{agentRuntimeId}",
    detail=Source(
        call(
            "bedrock-agentcore-control",
            "GetAgentRuntime",
            agentRuntimeId="{agentRuntimeId}",
            secret=("description", "environmentVariables.*"),
        )
    ),
)
class Runtime(Resource):
    """A runtime that hosts an agent."""

    network_mode: str = member(at="networkConfiguration.networkMode", values=NETWORK_MODES)
    capacity_provider: str | None = member(
        at="capacityProviderConfiguration.capacityProviderArn",
        absent=None,
        why="AWS shows the capacity provider of a runtime that is backed by one",
    )


@resource(
    "AWS::BedrockAgentCore::Gateway",
    listed_by=call(
        "bedrock-agentcore-control", "ListGateways", maxResults=100, secret=("items[].description",)
    ),
    at="items",
    id="arn:{partition}:bedrock-agentcore:{region}:{account}:gateway/{gatewayId}",
    name="{gatewayId}",
)
class Gateway(Resource):
    """A gateway between agents and tools."""

    authorizer_type: str = member(values=("CUSTOM_JWT", "AWS_IAM", "AUTHENTICATE_ONLY", "NONE"))


@resource(
    "AWS::BedrockAgentCore::BrowserCustom",
    # Browsers of the type SYSTEM are AWS's own.
    listed_by=call(
        "bedrock-agentcore-control",
        "ListBrowsers",
        type="CUSTOM",
        maxResults=50,
        secret=("browserSummaries[].description",),
    ),
    at="browserSummaries",
    id="{browserArn}",
    name="{browserId}",
    detail=Source(
        call("bedrock-agentcore-control", "GetBrowser", browserId="{browserId}", secret=("description",))
    ),
)
class Browser(Resource):
    """A custom browser for agents."""

    network_mode: str = member(at="networkConfiguration.networkMode", values=NETWORK_MODES)
    is_recorded: bool = member(
        at="recording.enabled", absent=False, why="When enabled, browser sessions are recorded"
    )
    recordings: str | None = member(
        at="recording.s3Location.bucket",
        absent=None,
        why="AWS shows the S3 location of recordings where one was given",
    )
