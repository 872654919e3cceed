"""Security groups: what is required."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any

from msgspec import Meta

from ishigaki.core.control import Control, Example, Parameters, cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.services.ec2.security_groups.resources import (
    ALL_PROTOCOLS,
    TCP,
    UDP,
    AwsPrefixList,
    IpPermission,
    IpRange,
    Ipv6Range,
    PrefixList,
    PrefixListId,
    SecurityGroup,
)

SSH, RDP = 22, 3389
# Fixed by AWS in EC2.19.
HIGH_RISK = (
    *(20, 21, SSH, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, RDP, 4333, 5000, 5432, 5500, 5601),
    *(8080, 8088, 8888, 9200, 9300),
)

World = Callable[[str], bool]


def anywhere(block: str) -> bool:
    return block.endswith("/0")


def any_ipv4(block: str) -> bool:
    return anywhere(block) and ":" not in block


def any_ipv6(block: str) -> bool:
    return anywhere(block) and ":" in block


def unrestricted(
    group: SecurityGroup,
    lists: Given[PrefixList],
    aws_lists: Given[AwsPrefixList],
    *,
    admits: Callable[[IpPermission], bool],
    world: World = anywhere,
) -> Iterator[tuple[IpPermission, str]]:
    """Each inbound rule that admits what is asked about, with each of its sources that is the whole internet."""
    return chosen(
        _named(chosen(group.ip_permissions, admits)),
        lambda pair: some(blocks_of(pair[1], lists, aws_lists), world),
    )


def _named(rules: Iterable[IpPermission]) -> Iterator[tuple[IpPermission, str]]:
    """Each rule with each of its sources; one whose sources are not all seen does not hide the next."""
    blind: Unseen | None = None
    for rule in rules:
        try:
            yield from ((rule, source) for source in rule.sources)
        except Unseen as unseen:
            blind = blind or unseen
    if blind:
        raise blind


def blocks_of(source: str, lists: Given[PrefixList], aws_lists: Given[AwsPrefixList]) -> Iterable[str]:
    """The address blocks of a source. A prefix list that is no longer shared still works, unseen by its user."""
    if "/" in source:
        return (source,)
    for known in lists.by("prefix_list_id")[source]:
        return known.blocks
    if aws_lists.by("prefix_list_id")[source]:
        return ()
    raise Unseen(f"prefix list {source}", NOT_IN_ANSWER)


def _reached(rule: IpPermission, ports: Iterable[int]) -> list[int]:
    span = rule.ports
    return [port for port in ports if port in span]


def facts_of(rule: IpPermission, source: str) -> dict[str, str]:
    protocol = "ALL" if rule.ip_protocol == ALL_PROTOCOLS else rule.ip_protocol.upper()
    first, last = rule.ports[0], rule.ports[-1]
    return {
        "source": source,
        "protocol": protocol,
        "ports": str(first) if first == last else f"{first}-{last}",
    }


EMPTY = SecurityGroup(
    group_id="sg-1", group_name="web", vpc_id="vpc-1", ip_permissions=(), ip_permissions_egress=()
)
INTERNAL = IpPermission(
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    ip_ranges=(IpRange(cidr_ip="10.0.0.0/8"),),
    ipv6_ranges=(),
    prefix_list_ids=(),
    user_id_group_pairs=(),
)
FROM_IPV4 = replace(INTERNAL, ip_ranges=(IpRange(cidr_ip="0.0.0.0/0"),))
FROM_IPV6 = replace(INTERNAL, ip_ranges=(), ipv6_ranges=(Ipv6Range(cidr_ipv6="::/0"),))
FROM_LIST = replace(INTERNAL, ip_ranges=(), prefix_list_ids=(PrefixListId(prefix_list_id="pl-1"),))
OFFICES = PrefixList(prefix_list_id="pl-1", blocks=("192.0.2.0/24", "2001:db8::/32"))
AWS_LIST = AwsPrefixList(prefix_list_id="pl-1")


def _with(*rules: IpPermission) -> SecurityGroup:
    return replace(EMPTY, ip_permissions=rules)


def _to(rule: IpPermission, port: int, last: int | None = None, **changes: Any) -> IpPermission:
    return replace(rule, from_port=port, to_port=last or port, **changes)


@control(
    "EC2.2",
    where=lambda group: group.group_name == "default",
    examples=[
        passes(replace(EMPTY, group_name="default")),
        fails("allows_inbound", replace(_with(INTERNAL), group_name="default")),
        fails("allows_outbound", replace(EMPTY, group_name="default", ip_permissions_egress=(INTERNAL,))),
        ignores(_with(INTERNAL)),
    ],
)
def default_group_is_closed(group: SecurityGroup) -> Faults:
    """The default security group of a VPC has no inbound and no outbound rule, whatever its source."""
    if group.ip_permissions:
        yield fault("allows_inbound", rules=len(group.ip_permissions))
    if group.ip_permissions_egress:
        yield fault("allows_outbound", rules=len(group.ip_permissions_egress))


def _names_the_world(group: SecurityGroup) -> bool:
    return some(group.ip_permissions, lambda rule: some(rule.sources, lambda s: anywhere(s) or "/" not in s))


Ports = Annotated[tuple[Annotated[int, Meta(ge=1, le=65535)], ...], Meta(min_length=1, max_length=32)]


class AuthorizedPorts(Parameters, frozen=True):
    """What AWS lets an account set of EC2.18: the ports that may be open to the whole internet."""

    authorized_tcp_ports: Ports = (80, 443)
    authorized_udp_ports: Ports | None = None

    def leaves_out(self, rule: IpPermission) -> bool:
        """Whether a rule opens a port that is not authorized."""
        if rule.ip_protocol in TCP:
            return not all(port in self.authorized_tcp_ports for port in rule.ports)
        if rule.ip_protocol in UDP:
            return not all(port in (self.authorized_udp_ports or ()) for port in rule.ports)
        return rule.ip_protocol == ALL_PROTOCOLS


WITH_8443 = AuthorizedPorts(authorized_tcp_ports=(443, 8443))
WITH_DNS = AuthorizedPorts(authorized_udp_ports=(53,))


@control(
    "EC2.18",
    where=_names_the_world,
    examples=[
        passes(_with(FROM_IPV4, _to(FROM_IPV6, 80))),
        passes(_with(FROM_IPV4, _to(INTERNAL, SSH))),
        passes(_with(_to(FROM_IPV4, 8, ip_protocol="icmp"))),
        passes(_with(_to(FROM_LIST, SSH)), OFFICES),
        passes(_with(_to(FROM_LIST, SSH)), AWS_LIST),
        cannot_tell(_with(_to(FROM_LIST, SSH))),
        fails("unauthorized_port", _with(_to(FROM_IPV4, 8443))),
        fails("unauthorized_port", _with(_to(FROM_IPV6, 8443))),
        fails("unauthorized_port", _with(_to(FROM_IPV4, 80, 443))),
        fails("unauthorized_port", _with(_to(FROM_IPV4, 0, 65535))),
        fails("unauthorized_port", _with(replace(FROM_IPV4, ip_protocol="udp"))),
        fails("unauthorized_port", _with(replace(FROM_IPV4, ip_protocol="-1", from_port=None, to_port=None))),
        fails("unauthorized_port", _with(_to(FROM_LIST, SSH)), replace(OFFICES, blocks=("0.0.0.0/0",))),
        passes(_with(_to(FROM_IPV4, 8443)), asked=WITH_8443),
        passes(_with(_to(FROM_IPV6, 53, ip_protocol="udp")), asked=WITH_DNS),
        passes(_with(_to(FROM_IPV4, 80)), asked=WITH_DNS),
        fails("unauthorized_port", _with(_to(FROM_IPV4, 80)), asked=WITH_8443),
        fails("unauthorized_port", _with(_to(FROM_IPV6, 53, 54, ip_protocol="udp")), asked=WITH_DNS),
        fails("unauthorized_port", _with(_to(FROM_IPV4, 53)), asked=WITH_DNS),
        ignores(_with(_to(INTERNAL, SSH))),
        ignores(EMPTY),
    ],
)
def opens_only_authorized_ports(
    group: SecurityGroup,
    lists: Given[PrefixList],
    aws_lists: Given[AwsPrefixList],
    asked: AuthorizedPorts,
) -> Faults:
    """To the whole internet only TCP 80 and 443 are open, and no UDP port, unless an account sets others.

    AWS's rule asks about TCP and UDP: ICMP and other protocols without ports do not count, all protocols do.
    It is not about groups that name neither 0.0.0.0/0 nor ::/0; one with a prefix list may do so, and is judged.
    """
    for rule, source in unrestricted(group, lists, aws_lists, admits=asked.leaves_out):
        yield fault("unauthorized_port", **facts_of(rule, source))


def blocks_ports(
    id: str, *, ports: tuple[int, ...], protocols: tuple[str, ...], world: World = anywhere, doc: str
) -> Control:
    """A control that the whole internet (`world`) reaches none of the ports by one of the protocols."""
    carrying = (*protocols, ALL_PROTOCOLS)

    def admits(rule: IpPermission) -> bool:
        return rule.ip_protocol in carrying and bool(_reached(rule, ports))

    def keeps_closed(
        group: SecurityGroup, lists: Given[PrefixList], aws_lists: Given[AwsPrefixList]
    ) -> Faults:
        for rule, source in unrestricted(group, lists, aws_lists, admits=admits, world=world):
            reached = ", ".join(map(str, _reached(rule, ports)))
            yield fault("world_open", reached=reached, **facts_of(rule, source))

    return control(
        id, examples=[*_closed(ports, protocols, world), *_open(ports, protocols, world)], doc=doc
    )(keeps_closed)


def _closed(ports: tuple[int, ...], protocols: tuple[str, ...], world: World) -> Iterator[Example]:
    yield passes(EMPTY)
    yield passes(_with(_to(INTERNAL, ports[0])))
    yield passes(_with(FROM_IPV4, FROM_IPV6))
    yield passes(_with(_to(FROM_IPV4, ports[0], ip_protocol="icmp")))
    yield passes(_with(_to(FROM_LIST, ports[0])), OFFICES)
    yield passes(_with(_to(FROM_LIST, ports[0])), AWS_LIST)
    if "udp" not in protocols:
        yield passes(_with(_to(FROM_IPV4, ports[0], ip_protocol="udp")))
    if world is any_ipv4:
        yield passes(_with(_to(FROM_IPV6, ports[0])))
    if world is any_ipv6:
        yield passes(_with(_to(FROM_IPV4, ports[0])))


def _open(ports: tuple[int, ...], protocols: tuple[str, ...], world: World) -> Iterator[Example]:
    for rule, block in ((FROM_IPV4, "0.0.0.0/0"), (FROM_IPV6, "::/0")):
        if not world(block):
            continue
        for port in ports:
            yield fails("world_open", _with(_to(rule, port)))
        for protocol in protocols:
            yield fails("world_open", _with(_to(rule, ports[0], ip_protocol=protocol)))
        yield fails("world_open", _with(INTERNAL, _to(rule, ports[0] - 1, ports[0] + 1)))
        yield fails("world_open", _with(replace(rule, ip_protocol="-1", from_port=None, to_port=None)))
        yield fails("world_open", _with(_to(FROM_LIST, ports[0])), replace(OFFICES, blocks=(block,)))


FAMILY = (
    blocks_ports(
        "EC2.13",
        ports=(SSH,),
        protocols=TCP,
        doc="No inbound rule from 0.0.0.0/0 or ::/0, named or in a prefix list, covers TCP port 22.",
    ),
    blocks_ports(
        "EC2.14",
        ports=(RDP,),
        protocols=TCP,
        doc="No inbound rule from 0.0.0.0/0 or ::/0, named or in a prefix list, covers TCP port 3389.",
    ),
    blocks_ports(
        "EC2.19",
        ports=HIGH_RISK,
        protocols=TCP,
        doc="No inbound rule from 0.0.0.0/0 or ::/0, named or in a prefix list, covers a TCP port of high risk.",
    ),
    blocks_ports(
        "EC2.53",
        ports=(SSH, RDP),
        protocols=(*TCP, *UDP),
        world=any_ipv4,
        doc="No inbound rule from 0.0.0.0/0 covers port 22 or 3389 of TCP or UDP.",
    ),
    blocks_ports(
        "EC2.54",
        ports=(SSH, RDP),
        protocols=(*TCP, *UDP),
        world=any_ipv6,
        doc="No inbound rule from ::/0 covers port 22 or 3389 of TCP or UDP.",
    ),
)

CONTROLS = (default_group_is_closed, opens_only_authorized_ports, *FAMILY)
