"""Bedrock AgentCore: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.bedrock_agentcore.resources import Browser, Gateway, Runtime

RUNTIME = Runtime(network_mode="VPC", capacity_provider=None)
BROWSER = Browser(network_mode="VPC", is_recorded=True, recordings="sessions")


@control(
    "BedrockAgentCore.1",
    where=lambda runtime: runtime.capacity_provider is None,
    examples=[
        passes(RUNTIME),
        fails("public_network", replace(RUNTIME, network_mode="PUBLIC")),
        ignores(replace(RUNTIME, network_mode="PUBLIC", capacity_provider="arn:aws:example:provider")),
        ignores(Runtime(capacity_provider="arn:aws:example:provider")),
    ],
)
def runtime_is_in_vpc(runtime: Runtime) -> Faults:
    """The runtime has the network mode VPC; one that is backed by a capacity provider is not asked."""
    if runtime.network_mode != "VPC":
        yield fault("public_network")


@control(
    "BedrockAgentCore.2",
    examples=[
        *(passes(Gateway(authorizer_type=kind)) for kind in ("CUSTOM_JWT", "AWS_IAM", "AUTHENTICATE_ONLY")),
        fails("no_authorizer", Gateway(authorizer_type="NONE")),
    ],
)
def gateway_authorizes(gateway: Gateway) -> Faults:
    """The gateway has an authorizer for what comes in: any but the type NONE, by the Config rule's words."""
    if gateway.authorizer_type == "NONE":
        yield fault("no_authorizer")


@control(
    "BedrockAgentCore.5",
    examples=[passes(BROWSER), fails("public_network", replace(BROWSER, network_mode="PUBLIC"))],
)
def browser_is_in_vpc(browser: Browser) -> Faults:
    """The custom browser has the network mode VPC."""
    if browser.network_mode != "VPC":
        yield fault("public_network")


@control(
    "BedrockAgentCore.6",
    examples=[
        passes(BROWSER),
        fails("not_recorded", replace(BROWSER, is_recorded=False)),
        fails("nowhere_to_keep", replace(BROWSER, recordings=None)),
    ],
)
def browser_records_sessions(browser: Browser) -> Faults:
    """The custom browser records its sessions, into an S3 location."""
    if not browser.is_recorded:
        yield fault("not_recorded")
    elif browser.recordings is None:
        yield fault("nowhere_to_keep")


CONTROLS = (runtime_is_in_vpc, gateway_authorizes, browser_is_in_vpc, browser_records_sessions)
