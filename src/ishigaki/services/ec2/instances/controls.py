"""Instances: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.ec2.instances.resources import Instance, Interface, PrivateIpAddress, PublicAssociation


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


CONTROLS = (requires_imdsv2, has_no_public_address)
