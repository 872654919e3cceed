"""Instances: what is required."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta

from ishigaki.core.control import EXAMPLE_NOW, Parameters, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.ec2.instances.resources import (
    Instance,
    Interface,
    NetworkInterface,
    PrivateIpAddress,
    PublicAssociation,
)


class Stopped(Parameters, frozen=True, rename="pascal"):
    """What AWS lets an account set of EC2.4."""

    allowed_days: Annotated[int, Meta(ge=1, le=365)] = 30


def _stopped(days: int, *, seconds: int = 0, reason: str = "User initiated ({})") -> Instance:
    since = EXAMPLE_NOW - timedelta(days=days, seconds=seconds)
    return Instance(
        state="stopped",
        state_transition_reason=reason.format(f"{since:%Y-%m-%d %H:%M:%S} GMT"),
        launch_time=datetime(2026, 1, 1, tzinfo=UTC),
    )


@control(
    "EC2.4",
    examples=[
        passes(_stopped(30)),
        passes(replace(_stopped(300), state="running")),
        passes(replace(_stopped(300), state="stopping")),
        passes(replace(_stopped(0, reason=""), launch_time=EXAMPLE_NOW - timedelta(days=30))),
        passes(_stopped(90), asked=Stopped(allowed_days=90)),
        fails("stopped_long", _stopped(30, seconds=1)),
        fails("stopped_long", _stopped(8), asked=Stopped(allowed_days=7)),
        fails("stopped_long", _stopped(0, reason="")),
        fails("stopped_long", _stopped(0, reason="Client.InstanceInitiatedShutdown")),
    ],
)
def is_not_stopped_for_long(instance: Instance, asked: Stopped, now: datetime) -> Faults:
    """The instance has not been stopped for more than 30 days, or as many as the account allows.

    Since when is what the reason of its last change of state says; where that names no time it is when the instance
    was last launched, which is the longest that it can have been stopped.
    """
    if instance.state != "stopped":
        return
    stopped = now - instance.changed_state
    if stopped > timedelta(days=asked.allowed_days):
        yield fault("stopped_long", days=stopped.days, most=asked.allowed_days)


@control(
    "EC2.8",
    examples=[
        passes(Instance(http_tokens="required")),
        fails("tokens_optional", Instance(http_tokens="optional", managed=False)),
    ],
)
def requires_imdsv2(instance: Instance) -> Faults:
    """The instance metadata service answers only requests with a token (IMDSv2).

    AWS asks about HttpTokens alone: switching the metadata endpoint off does not make up for it.
    """
    if instance.http_tokens != "required":
        yield fault("tokens_optional")


INSIDE = Interface(association=None, private_ip_addresses=(PrivateIpAddress(association=None),))
PRIVATE = Instance(public_ip_address=None, network_interfaces=(INSIDE,))
ELASTIC = PublicAssociation(public_ip="198.51.100.7")
CARRIER = PublicAssociation(public_ip=None)


def _with_second(interface: Interface) -> Instance:
    return replace(PRIVATE, network_interfaces=(INSIDE, interface))


def _secondary(association: PublicAssociation) -> Interface:
    return replace(INSIDE, private_ip_addresses=(PrivateIpAddress(association=association),))


@control(
    "EC2.9",
    examples=[
        passes(PRIVATE),
        passes(replace(PRIVATE, network_interfaces=())),
        passes(_with_second(replace(INSIDE, association=CARRIER))),
        passes(_with_second(_secondary(CARRIER))),
        fails("public_address", replace(PRIVATE, public_ip_address="198.51.100.7")),
        fails("public_address", _with_second(replace(INSIDE, association=ELASTIC))),
        fails("public_address", _with_second(_secondary(ELASTIC))),
    ],
)
def has_no_public_address(instance: Instance) -> Faults:
    """The instance has no public IPv4 address, on none of its network interfaces. IPv6 does not count."""
    for address in dict.fromkeys(instance.public_addresses):
        yield fault("public_address", address=address)


@control(
    "EC2.17",
    examples=[
        passes(PRIVATE),
        passes(replace(PRIVATE, network_interfaces=())),
        fails("several_interfaces", _with_second(INSIDE)),
    ],
)
def has_one_interface(instance: Instance) -> Faults:
    """The instance has no more than one network interface, of whatever type. Stopped instances are judged, too."""
    if len(instance.network_interfaces) > 1:
        yield fault("several_interfaces", interfaces=len(instance.network_interfaces))


@control(
    "EC2.24",
    examples=[
        passes(Instance(virtualization_type="hvm")),
        fails("paravirtual", Instance(virtualization_type="paravirtual")),
    ],
)
def is_fully_virtual(instance: Instance) -> Faults:
    """The instance is of a type with hardware virtualization (HVM), not paravirtual."""
    if instance.virtualization_type == "paravirtual":
        yield fault("paravirtual")


# The types of interfaces that AWS names as managed by users; the rule is about no others.
USERS_OWN = ("interface", "branch", "efa", "lambda", "quicksight", "aws_codestar_connections_managed")
CHECKED = NetworkInterface(interface_type="interface", source_dest_check=True)


@control(
    "EC2.180",
    where=lambda interface: interface.interface_type in USERS_OWN,
    examples=[
        passes(CHECKED),
        fails("not_checked", replace(CHECKED, source_dest_check=False)),
        fails("not_checked", replace(CHECKED, interface_type="efa", source_dest_check=False)),
        ignores(replace(CHECKED, interface_type="nat_gateway", source_dest_check=False)),
        ignores(replace(CHECKED, interface_type="transit_gateway", source_dest_check=False)),
    ],
)
def checks_source_and_destination(interface: NetworkInterface) -> Faults:
    """A network interface that users manage takes and sends only what is addressed to it or comes from it."""
    if not interface.source_dest_check:
        yield fault("not_checked")


CONTROLS = (
    is_not_stopped_for_long,
    requires_imdsv2,
    has_no_public_address,
    has_one_interface,
    is_fully_virtual,
    checks_source_and_destination,
)
