"""Load balancers, launch templates, tunnels: what AWS's answers, and what they leave out, amount to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ishigaki.core.answer import Answer, Place
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.evaluate import judge
from ishigaki.core.finding import Status
from ishigaki.core.gather import gather
from ishigaki.core.population import Given, Population
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import NOT_OFFERED
from ishigaki.services import controls
from ishigaki.services.ec2.connections.resources import VpnConnection
from ishigaki.services.ec2.instances.controls import Stopped
from ishigaki.services.ec2.instances.resources import Instance
from ishigaki.services.ec2.launches.resources import DefaultVersion, LaunchTemplate
from ishigaki.services.elb.resources import Listener, LoadBalancer

TOKYO = Place("111122223333", "ap-northeast-1")
ARN = "arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:loadbalancer"


def gathered(kind: type[Resource], listing: dict[str, Any], *more: Answer, wanted: Sequence[str]) -> Any:
    """The one thing of a listing, with the answers to the calls that follow, one for each."""
    asking = gather(kind, TOKYO, wanted)
    asked, answers = next(asking), [Answer((listing,)), *more]
    while True:
        given, answers = answers[: len(asked)], answers[len(asked) :]
        try:
            asked = asking.send(given)
        except StopIteration as end:
            (thing,) = end.value.population
            return thing


def status(control: str, thing: Resource, **arguments: Any) -> Status | None:
    finding = judge(controls()[control], thing, arguments)
    return finding.status if finding else None


APPLICATION = {
    "LoadBalancers": [
        {"LoadBalancerArn": f"{ARN}/app/web/1", "LoadBalancerName": "web", "Type": "application"}
    ]
}
NOTHING = Answer(({},))


@pytest.mark.parametrize(
    ("of_waf", "of_classic", "expected"),
    [
        (Answer(({"WebACL": {"ARN": "arn:aws:wafv2:::a"}},)), NOTHING, Status.PASSED),
        (NOTHING, Answer(({"WebACLSummary": {"WebACLId": "1", "Name": "a"}},)), Status.PASSED),
        (NOTHING, NOTHING, Status.FAILED),
        (NOTHING, Answer(error=NOT_OFFERED), Status.FAILED),
        (NOTHING, Answer(error="AccessDeniedException"), Status.NOT_AVAILABLE),
        (Answer(error="AccessDeniedException"), NOTHING, Status.NOT_AVAILABLE),
    ],
)
def test_a_web_acl_is_what_waf_says(of_waf: Answer, of_classic: Answer, expected: Status) -> None:
    wanted = ("type", "web_acl", "classic_web_acl")
    balancer = gathered(LoadBalancer, APPLICATION, of_waf, of_classic, wanted=wanted)
    assert status("ELB.16", balancer) is expected


def test_a_listener_of_a_gateway_load_balancer_may_show_no_protocol() -> None:
    gateway = {"LoadBalancers": [{"LoadBalancerArn": f"{ARN}/gwy/a/1", "LoadBalancerName": "a"}]}
    shown = {"ListenerArn": f"{ARN}/gwy/a/1/2", "LoadBalancerArn": f"{ARN}/gwy/a/1"}
    listener = gathered(Listener, gateway, Answer(({"Listeners": [shown]},)), wanted=("protocol",))
    assert status("ELB.18", listener) is None
    assert status("ELB.17", listener) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, (Status.PASSED, Status.FAILED, Status.PASSED)),
        ({"MetadataOptions": {"HttpEndpoint": "enabled"}}, (Status.PASSED, Status.FAILED, Status.PASSED)),
        ({"MetadataOptions": {"HttpTokens": "required"}}, (Status.PASSED, Status.PASSED, Status.PASSED)),
        ({"NetworkInterfaces": [{"DeviceIndex": 0}]}, (Status.PASSED, Status.FAILED, Status.PASSED)),
        (
            {"BlockDeviceMappings": [{"DeviceName": "a", "Ebs": {"Encrypted": False}}]},
            (Status.PASSED, Status.FAILED, Status.FAILED),
        ),
    ],
)
def test_a_template_shows_only_what_was_set(
    data: dict[str, Any], expected: tuple[Status, Status, Status]
) -> None:
    version = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web", "VersionNumber": 1}
    listing = {"LaunchTemplateVersions": [{**version, "LaunchTemplateData": data}]}
    shown = gathered(DefaultVersion, listing, wanted=("http_tokens",))
    template = LaunchTemplate(launch_template_id="lt-1")
    found = [status(c, template, versions=Population([shown])) for c in ("EC2.25", "EC2.170", "EC2.181")]
    assert tuple(found) == expected


def test_a_template_whose_default_version_is_not_listed_is_not_judged() -> None:
    template = LaunchTemplate(launch_template_id="lt-1")
    none: Given[DefaultVersion] = Given()
    assert status("EC2.25", template, versions=none) is Status.NOT_AVAILABLE


@pytest.mark.parametrize(
    ("tunnels", "expected"),
    [
        ([{}, {}], (Status.FAILED, Status.FAILED)),
        ([{}], (Status.NOT_AVAILABLE, Status.NOT_AVAILABLE)),
        ([{"IkeVersions": [{"Value": "ikev2"}]}] * 2, (Status.FAILED, Status.PASSED)),
        (
            [{"LogOptions": {"CloudWatchLogOptions": {"LogEnabled": True}}}] * 2,
            (Status.PASSED, Status.FAILED),
        ),
    ],
)
def test_a_tunnel_shows_only_what_was_chosen(
    tunnels: list[dict[str, Any]], expected: tuple[Status, Status]
) -> None:
    shown = [{"OutsideIpAddress": f"203.0.113.{n}", **each} for n, each in enumerate(tunnels)]
    connection = {"VpnConnectionId": "vpn-1", "State": "available", "Options": {"TunnelOptions": shown}}
    found = gathered(VpnConnection, {"VpnConnections": [connection]}, wanted=("tunnel_options",))
    assert (status("EC2.171", found), status("EC2.183", found)) == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("User initiated (2026-10-30 09:00:00 GMT)", Status.PASSED),
        (
            "Server.ScheduledStop: Stopped due to scheduled retirement (2026-10-30 09:00:00 UTC)",
            Status.PASSED,
        ),
        ("User initiated (2026-09-01 09:00:00 GMT)", Status.FAILED),
        ("User initiated", Status.FAILED),
        (None, Status.FAILED),
    ],
)
def test_since_when_an_instance_is_stopped_lies_in_the_reason(reason: str | None, expected: Status) -> None:
    shown = {"InstanceId": "i-1", "State": {"Name": "stopped"}, "LaunchTime": "2026-01-01T00:00:00+00:00"}
    listing = {"Reservations": [{"Instances": [{**shown, "StateTransitionReason": reason}]}]}
    instance = gathered(Instance, listing, wanted=("state",))
    assert status("EC2.4", instance, asked=Stopped(), now=EXAMPLE_NOW) is expected
