"""Security groups: what can be put right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Note, Step, alters, change, note, skip, step
from ishigaki.core.population import Given, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import Wanted, aiming, leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.ec2.instances.resources import GroupIdentifier, NetworkInterface
from ishigaki.services.ec2.security_groups.controls import (
    AWS_LIST,
    EMPTY,
    FROM_IPV4,
    FROM_IPV6,
    FROM_LIST,
    HIGH_RISK,
    INTERNAL,
    OFFICES,
    RDP,
    SSH,
    WITH_8443,
    AuthorizedPorts,
    any_ipv4,
    any_ipv6,
    anywhere,
    blocks_of,
    facts_of,
)
from ishigaki.services.ec2.security_groups.resources import (
    ALL_PROTOCOLS,
    TCP,
    UDP,
    AwsPrefixList,
    IpPermission,
    IpRange,
    PrefixList,
    SecurityGroup,
    SecurityGroupRule,
    UserIdGroupPair,
)

Permission = Mapping[str, Any]  # as AWS writes it
Lists = tuple[Given[PrefixList], Given[AwsPrefixList]]
# Where a permission names its sources, and by what.
SOURCES = {"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6", "PrefixListIds": "PrefixListId"}
PAIRS = "UserIdGroupPairs"
# What a request takes of a group that a rule names; the answer says more of peered VPCs.
PAIR = ("Description", "UserId", "GroupId")

DEFAULT = replace(
    EMPTY,
    group_name="default",
    ip_permissions=(
        replace(INTERNAL, ip_ranges=(), user_id_group_pairs=(UserIdGroupPair(group_id="sg-1"),)),
    ),
    ip_permissions_egress=(replace(FROM_IPV4, ip_protocol="-1", from_port=None, to_port=None),),
)
MEMBER = NetworkInterface(
    id="arn:aws:ec2:ap-northeast-1:111122223333:network-interface/eni-1",
    groups=(GroupIdentifier(group_id="sg-1"),),
)
FRIEND = replace(
    DEFAULT,
    id="arn:aws:ec2:ap-northeast-1:111122223333:security-group/sg-2",
    name="app",
    group_id="sg-2",
    group_name="app",
)
RULE = SecurityGroupRule(
    id="arn:aws:ec2:ap-northeast-1:111122223333:security-group-rule/sgr-1",
    name="sgr-1",
    group_id="sg-1",
    is_egress=False,
    tags={},
)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(DEFAULT, RULE),
        mends(replace(DEFAULT, ip_permissions=()), replace(RULE, tags={"Owner": "web"})),
        mends(replace(DEFAULT, ip_permissions_egress=()), replace(MEMBER, groups=())),
        mends(DEFAULT, FRIEND, RULE),
        leaves(DEFAULT, MEMBER, skip="group_in_use"),
        leaves(replace(DEFAULT, ip_permissions=(), ip_permissions_egress=())),
        leaves(FRIEND),
    ],
)
def empty_default_security_group(
    group: SecurityGroup,
    interfaces: Given[NetworkInterface],
    groups: Given[SecurityGroup],
    rules: Given[SecurityGroupRule],
) -> Changes:
    """Removes every rule of a VPC's default security group, inbound and outbound.

    Not of one that a network interface uses: what hangs on it would be cut off at once. One that other groups
    admit looks meant for use.
    """
    if group.group_name != "default" or not (group.ip_permissions or group.ip_permissions_egress):
        return
    if members := _members(group, interfaces):
        yield skip("group_in_use", interfaces=members)
        return
    friends = sorted(g.name for g in groups if g.id != group.id and _admits(g, group))
    inbound, outbound = said(group, "ip_permissions"), said(group, "ip_permissions_egress")
    steps = [_revoke(group, inbound, way="Ingress")] if inbound else []
    steps += [_revoke(group, outbound, way="Egress")] if outbound else []
    emptied = {"ip_permissions": inbound, "ip_permissions_egress": outbound}
    tags = _tags(group, rules)
    yield change(
        alters(group, **{way: [] for way, before in emptied.items() if before}),
        steps=steps,
        disruption=Disruption.HIGH if friends else None,
        notes=(*_referred(friends), *_lost(tags)),
        for_good=bool(tags),
    )


def _members(group: SecurityGroup, interfaces: Given[NetworkInterface]) -> int:
    """How many network interfaces use a group: in any VPC, for a group can be associated with others of its Region."""
    return sum(any(g.group_id == group.group_id for g in member.groups) for member in interfaces)


def _admits(group: SecurityGroup, other: SecurityGroup) -> bool:
    """Whether a group's rules name another group."""
    rules = (*group.ip_permissions, *group.ip_permissions_egress)
    return some(rules, lambda r: some(r.user_id_group_pairs, lambda p: p.group_id == other.group_id))


def _tags(group: SecurityGroup, rules: Given[SecurityGroupRule], *, inbound: bool = False) -> list[str]:
    """The tags of a group's single rules, which a rule that is made anew does not have."""
    own = [r for r in rules.by("group_id")[group.group_id] if not (inbound and r.is_egress)]
    return sorted({f"{key}={value}" for rule in own for key, value in rule.tags.items()})


def _referred(friends: Sequence[str]) -> tuple[Note, ...]:
    return (note("group_referred_by", groups=", ".join(friends)),) if friends else ()


def _lost(tags: Sequence[str]) -> tuple[Note, ...]:
    return (note("rule_tags_lost", tags=", ".join(tags)),) if tags else ()


def _revoke(group: SecurityGroup, permissions: Sequence[Permission], *, way: str) -> Step:
    """Revoke permissions as AWS says them; authorized again they have their descriptions, and new rule ids."""
    sent = [_sent(p) for p in permissions]

    def asked(verb: str) -> Call:
        return call("ec2", f"{verb}SecurityGroup{way}", GroupId=group.group_id, IpPermissions=sent)

    return step(f"revoke_{way.lower()}", asked("Revoke"), undo=asked("Authorize"))


def _sent(permission: Permission) -> Permission:
    pairs = [{k: p[k] for k in PAIR if k in p} for p in permission.get(PAIRS, ())]
    return {**permission, PAIRS: pairs}


class ClosedPorts(Wanted, frozen=True):
    """Which ports the whole internet must not reach, by which protocols. Source: R43 (SSH and RDP)."""

    ports: tuple[int, ...] = (SSH, RDP)
    protocols: tuple[str, ...] = (*TCP, *UDP)
    ipv4: bool = True
    ipv6: bool = True

    def admits(self, rule: IpPermission) -> bool:
        return rule.ip_protocol in (*self.protocols, ALL_PROTOCOLS) and any(
            p in rule.ports for p in self.ports
        )

    def world(self, block: str) -> bool:
        return (self.ipv4 and any_ipv4(block)) or (self.ipv6 and any_ipv6(block))


def _with(*rules: IpPermission) -> SecurityGroup:
    return replace(EMPTY, ip_permissions=rules)


OPEN_SSH = replace(FROM_IPV4, from_port=SSH, to_port=SSH)
OPEN_SSH_6 = replace(FROM_IPV6, from_port=SSH, to_port=SSH)
OFFICE_TOO = replace(OPEN_SSH, ip_ranges=(IpRange(cidr_ip="192.0.2.0/24"), *OPEN_SSH.ip_ranges))
EVERYTHING = replace(FROM_IPV4, ip_protocol="-1", from_port=None, to_port=None)
OPEN_LIST = replace(FROM_LIST, from_port=SSH, to_port=SSH)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_with(OPEN_SSH), MEMBER, RULE),
        mends(_with(OFFICE_TOO, OPEN_SSH_6, FROM_IPV4)),
        mends(_with(EVERYTHING), replace(RULE, tags={"Owner": "web"})),
        mends(_with(OPEN_LIST), replace(OFFICES, blocks=("192.0.2.0/24", "::/0"))),
        mends(_with(replace(FROM_IPV4, from_port=3306, to_port=3306)), wanted=ClosedPorts(ports=HIGH_RISK)),
        leaves(_with(OPEN_SSH_6), wanted=ClosedPorts(ipv6=False)),
        leaves(_with(OPEN_LIST), OFFICES),
        leaves(_with(OPEN_LIST), AWS_LIST),
        leaves(_with(FROM_IPV4, FROM_IPV6, replace(INTERNAL, from_port=SSH, to_port=SSH))),
    ],
)
def close_ports(
    group: SecurityGroup,
    lists: Given[PrefixList],
    aws_lists: Given[AwsPrefixList],
    interfaces: Given[NetworkInterface],
    rules: Given[SecurityGroupRule],
    wanted: ClosedPorts,
) -> Changes:
    """Takes the whole internet out of the inbound rules that reach ports it must not reach.

    Other sources of the same rule stay. A rule is not split: whatever else it opened to the internet closes, too.
    """
    cut = _cut(group, (lists, aws_lists), admits=wanted.admits, world=wanted.world)
    if cut.revoked:
        yield _closing(group, cut, interfaces, rules)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_with(replace(FROM_IPV4, from_port=8443, to_port=8443)), MEMBER, RULE),
        mends(_with(EVERYTHING, FROM_IPV6)),
        leaves(_with(FROM_IPV4, replace(FROM_IPV6, from_port=80, to_port=80))),
        leaves(_with(replace(FROM_IPV4, from_port=8443, to_port=8443)), asked=WITH_8443),
        leaves(_with(OPEN_LIST), OFFICES),
    ],
)
def close_unauthorized_ports(
    group: SecurityGroup,
    lists: Given[PrefixList],
    aws_lists: Given[AwsPrefixList],
    interfaces: Given[NetworkInterface],
    rules: Given[SecurityGroupRule],
    asked: AuthorizedPorts,
) -> Changes:
    """Takes the whole internet out of the inbound rules that open anything but the authorized ports: TCP 80 and 443,
    unless an account sets others.

    Other sources of the same rule stay. A rule is not split: whatever else it opened to the internet closes, too.
    """
    cut = _cut(group, (lists, aws_lists), admits=asked.leaves_out, world=anywhere)
    if cut.revoked:
        yield _closing(group, cut, interfaces, rules)


@dataclass(frozen=True)
class _Cut:
    """A group's inbound permissions in two: what is revoked and what stays, and the notes of what closes."""

    revoked: list[Permission]
    kept: list[Permission]
    notes: list[Note]


def _cut(
    group: SecurityGroup,
    lists: Lists,
    *,
    admits: Callable[[IpPermission], bool],
    world: Callable[[str], bool],
) -> _Cut:
    cut = _Cut([], [], [])
    for rule, verbatim in zip(group.ip_permissions, said(group, "ip_permissions"), strict=True):
        named = list(rule.sources) if admits(rule) else []
        closing = {source for source in named if some(blocks_of(source, *lists), world)}
        if not closing:
            cut.kept.append(verbatim)
            continue
        revoked, rest = _split(verbatim, closing)
        cut.revoked.append(revoked)
        cut.notes.extend(_closed(rule, verbatim, sorted(closing)))
        if any(rest.get(where) for where in (*SOURCES, PAIRS)):
            cut.kept.append(rest)
    return cut


def _split(permission: Permission, closing: Collection[str]) -> tuple[Permission, Permission]:
    """A permission for some of its address blocks and prefix lists, and for all its other sources."""
    revoked = {**permission, PAIRS: []}
    rest = {**permission}
    for where, name in SOURCES.items():
        named = permission.get(where, ())
        revoked[where] = [source for source in named if source[name] in closing]
        rest[where] = [source for source in named if source[name] not in closing]
    return revoked, rest


def _closed(rule: IpPermission, permission: Permission, sources: Sequence[str]) -> Iterator[Note]:
    """What closes, one note for each source: with the words that somebody wrote on the rule."""
    words = {
        s[name]: s["Description"]
        for where, name in SOURCES.items()
        for s in permission.get(where, ())
        if s.get("Description")
    }
    for source in sources:
        facts = facts_of(rule, source)
        text = f"{facts['protocol']} {facts['ports']}, {source}"
        yield note("closes_rule", rule=f'{text} "{words[source]}"' if source in words else text)


def _closing(
    group: SecurityGroup, cut: _Cut, interfaces: Given[NetworkInterface], rules: Given[SecurityGroupRule]
) -> Change:
    tags = _tags(group, rules, inbound=True)
    return change(
        alters(group, ip_permissions=cut.kept),
        steps=[_revoke(group, cut.revoked, way="Ingress")],
        notes=(*cut.notes, note("group_used_by", interfaces=_members(group, interfaces)), *_lost(tags)),
        for_good=bool(tags),
    )


REMEDIATIONS = {
    "EC2.2": empty_default_security_group,
    "EC2.13": aiming(close_ports, ClosedPorts(ports=(SSH,), protocols=TCP)),
    "EC2.14": aiming(close_ports, ClosedPorts(ports=(RDP,), protocols=TCP)),
    "EC2.18": close_unauthorized_ports,
    "EC2.19": aiming(close_ports, ClosedPorts(ports=HIGH_RISK, protocols=TCP)),
    "EC2.53": aiming(close_ports, ClosedPorts(ipv6=False)),
    "EC2.54": aiming(close_ports, ClosedPorts(ipv4=False)),
}
