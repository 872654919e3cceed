"""Network ACLs: what is required."""

from __future__ import annotations

from collections.abc import Callable

from ishigaki.core.control import Control, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen
from ishigaki.core.record import replace
from ishigaki.services.ec2.network_acls.resources import Association, Entry, NetworkAcl, PortRange

ADMINISTRATION = (22, 3389)

INTERNAL = Entry(
    rule_number=100,
    egress=False,
    rule_action="allow",
    protocol="6",
    cidr_block="10.0.0.0/8",
    ipv6_cidr_block=None,
    port_range=PortRange(from_=22, to=22),
)
FROM_IPV4 = replace(INTERNAL, cidr_block="0.0.0.0/0")
FROM_IPV6 = replace(INTERNAL, cidr_block=None, ipv6_cidr_block="::/0")
DENY_ALL = replace(FROM_IPV4, rule_number=32767, rule_action="deny", protocol="-1", port_range=None)
CUSTOM = NetworkAcl(
    is_default=False, entries=(INTERNAL, DENY_ALL), associations=(Association(subnet_id="subnet-1"),)
)


def _with(*entries: Entry) -> NetworkAcl:
    return replace(CUSTOM, entries=entries)


def _to(entry: Entry, first: int, last: int) -> Entry:
    return replace(entry, port_range=PortRange(from_=first, to=last))


@control(
    "EC2.16",
    where=lambda acl: not (acl.is_default and not acl.associations),
    examples=[
        passes(CUSTOM),
        passes(replace(CUSTOM, is_default=True)),
        fails("unused", replace(CUSTOM, associations=())),
        ignores(replace(CUSTOM, is_default=True, associations=())),
    ],
)
def is_used(acl: NetworkAcl) -> Faults:
    """A network ACL is associated with a subnet. A VPC's default is judged only while it is."""
    if not acl.associations:
        yield fault("unused")


def lets_the_world_in(entry: Entry) -> bool:
    return (
        not entry.egress
        and entry.rule_action == "allow"
        and entry.block.endswith("/0")
        and any(entry.reaches(port) for port in ADMINISTRATION)
    )


def blocks_administration(id: str, *, where: Callable[[NetworkAcl], bool] | None, doc: str) -> Control:
    """A control that no inbound entry allows SSH or RDP from the whole internet."""

    def keeps_closed(acl: NetworkAcl) -> Faults:
        for entry in chosen(acl.entries, lets_the_world_in):
            reached = ", ".join(str(port) for port in ADMINISTRATION if entry.reaches(port))
            yield fault("world_open", rule=entry.rule_number, source=entry.block, reached=reached)

    default = replace(_with(FROM_IPV4), is_default=True)
    return control(
        id,
        where=where,
        examples=[
            passes(CUSTOM),
            passes(_with(DENY_ALL)),
            passes(_with(_to(FROM_IPV4, 443, 443), _to(FROM_IPV4, 1024, 3388))),
            passes(_with(replace(FROM_IPV4, egress=True))),
            passes(_with(replace(FROM_IPV4, protocol="1", port_range=None))),
            fails("world_open", _with(FROM_IPV4)),
            fails("world_open", _with(FROM_IPV6)),
            fails("world_open", _with(replace(FROM_IPV4, protocol="17"))),
            fails("world_open", _with(_to(FROM_IPV4, 3389, 3389))),
            fails("world_open", _with(_to(FROM_IPV4, 0, 65535))),
            fails("world_open", _with(replace(FROM_IPV4, protocol="-1", port_range=None))),
            # An earlier deny does not make up for an entry: AWS asks about each entry.
            fails("world_open", _with(replace(DENY_ALL, rule_number=1), FROM_IPV4)),
            ignores(default) if where else fails("world_open", default),
        ],
        doc=doc,
    )(keeps_closed)


EVERY_ENTRY = (
    "No inbound ALLOW entry from 0.0.0.0/0 or ::/0 covers port 22 or 3389 of TCP or UDP; each entry counts."
)

CONTROLS = (
    is_used,
    blocks_administration("EC2.21", where=lambda acl: not acl.is_default, doc=EVERY_ENTRY),
    # The FSBP of July 2022 found default network ACLs, too.
    blocks_administration("EC2.21@2022", where=None, doc=EVERY_ENTRY),
)
