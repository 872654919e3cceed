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
        fails("tokens_optional", Instance(http_tokens="optional")),
    ],
)
def requires_imdsv2(instance: Instance) -> Faults:
    """The instance metadata service answers only requests with a token (IMDSv2).

    AWS asks about HttpTokens alone: switching the metadata endpoint off does not make up for it.
    """
    if instance.http_tokens != "required":
        yield fault("tokens_optional")


PRIVATE = Instance(
    public_ip_address=None,
    network_interfaces=(Interface(private_ip_addresses=(PrivateIpAddress(association=None),)),),
)
ELASTIC = PrivateIpAddress(association=PublicAssociation(public_ip="198.51.100.7"))
CARRIER = PrivateIpAddress(association=PublicAssociation(public_ip=None))


@control(
    "EC2.9",
    examples=[
        passes(PRIVATE),
        passes(replace(PRIVATE, network_interfaces=())),
        passes(replace(PRIVATE, network_interfaces=(Interface(private_ip_addresses=(CARRIER,)),))),
        fails("public_address", replace(PRIVATE, public_ip_address="198.51.100.7")),
        fails(
            "public_address",
            replace(
                PRIVATE,
                network_interfaces=(*PRIVATE.network_interfaces, Interface(private_ip_addresses=(ELASTIC,))),
            ),
        ),
    ],
)
def has_no_public_address(instance: Instance) -> Faults:
    """The instance has no public IPv4 address, on none of its network interfaces. IPv6 does not count."""
    for address in dict.fromkeys(instance.public_addresses):
        yield fault("public_address", address=address)


CONTROLS = (requires_imdsv2, has_no_public_address)
