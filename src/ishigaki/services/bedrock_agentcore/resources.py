"""Bedrock AgentCore: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


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
)
class Runtime(Resource):
    """A runtime that hosts an agent."""


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
)
class Browser(Resource):
    """A custom browser for agents."""
