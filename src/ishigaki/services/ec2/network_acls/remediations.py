"""Network ACLs: what can be put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Note, Step, alters, change, deletes, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.ec2.network_acls.controls import (
    ADMINISTRATION,
    CUSTOM,
    DENY_ALL,
    FROM_IPV4,
    FROM_IPV6,
    INTERNAL,
    lets_the_world_in,
)
from ishigaki.services.ec2.network_acls.resources import ALL_PROTOCOLS, TCP, UDP, Entry, NetworkAcl, PortRange

EntryItem = Mapping[str, Any]  # as AWS writes it
Key = tuple[bool, int]  # direction and number
Part = Mapping[str, Any]  # a protocol and what of it
ICMP, ICMPV6 = "1", "58"
ALL_PORTS = PortRange(from_=0, to=65535)
LAST_NUMBER = 32766  # what comes after is AWS's own: the final deny
QUOTA = 20  # inbound entries of a network ACL, the final denies among them; AWS raises it to 40 on request

UNUSED = replace(CUSTOM, associations=())


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(UNUSED),
        leaves(CUSTOM),
        leaves(replace(UNUSED, is_default=True)),
    ],
)
def delete_unused_network_acl(acl: NetworkAcl) -> Changes:
    """Deletes a network ACL that no subnet uses. A VPC's default cannot be deleted."""
    if acl.is_default or acl.associations:
        return
    yield change(
        deletes(acl),
        steps=[step("delete", call("ec2", "DeleteNetworkAcl", NetworkAclId=acl.name))],
        notes=(note("network_acl_gone"),),
    )


ALLOW_ALL = replace(FROM_IPV4, protocol=ALL_PROTOCOLS, port_range=None)
ALLOW_ALL_6 = replace(ALLOW_ALL, rule_number=101, cidr_block=None, ipv6_cidr_block="::/0")
DENY_SOME = replace(DENY_ALL, rule_number=110, cidr_block="192.0.2.0/24")


def _with(*entries: Entry) -> NetworkAcl:
    return replace(CUSTOM, entries=(*entries, DENY_ALL))


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_with(FROM_IPV4)),
        mends(_with(replace(ALLOW_ALL, egress=True), ALLOW_ALL, ALLOW_ALL_6)),
        mends(replace(_with(ALLOW_ALL), is_default=True, associations=())),
        mends(_with(replace(FROM_IPV6, port_range=PortRange(from_=1024, to=65535)), DENY_SOME)),
        mends(_with(ALLOW_ALL, replace(DENY_SOME, rule_number=120))),
        leaves(_with(ALLOW_ALL, replace(DENY_SOME, rule_number=104)), skip="no_free_rule_numbers"),
        leaves(
            _with(ALLOW_ALL, *(replace(INTERNAL, rule_number=200 + n) for n in range(15))),
            skip="too_many_entries",
        ),
        leaves(_with(INTERNAL)),
    ],
)
def keep_administration_ports_closed(acl: NetworkAcl) -> Changes:
    """Narrows the inbound entries that let the whole internet reach SSH or RDP, so that they leave out 22 and 3389.

    An entry is replaced by entries for the rest of what it allowed, made before it goes, on the same side of
    every deny; one for nothing but these ports goes. A deny in front would not do: AWS asks about each entry.
    """
    open_entries = [entry for entry in acl.entries if lets_the_world_in(entry)]
    if not open_entries:
        return
    items = dict(zip(map(_key, acl.entries), said(acl, "entries"), strict=True))
    steps: list[Step] = []
    after = dict(items)
    for entry in open_entries:
        parts = list(_parts(entry))
        numbers = list(islice(_free(acl, entry, taken=after), len(parts)))
        if len(numbers) < len(parts):
            yield skip("no_free_rule_numbers", rule=entry.rule_number, needed=len(parts))
            return
        before = items[_key(entry)]
        made = [_narrowed(before, number, part) for number, part in zip(numbers, parts, strict=True)]
        steps += [_create(acl, item) for item in made]
        steps.append(_delete(acl, before))
        after = _in_place(after, _key(entry), made)
    inbound = sum(not egress for egress, _ in after)
    if inbound + 1 > max(QUOTA, sum(not e.egress for e in acl.entries)):  # made before the old one goes
        yield skip("too_many_entries", entries=inbound, most=QUOTA)
        return
    yield change(
        alters(acl, entries=list(after.values())),
        steps=steps,
        disruption=None if acl.associations else Disruption.LOW,
        notes=tuple(_notes(acl, open_entries)),
    )


def _key(entry: Entry) -> Key:
    """Each direction counts its entries by itself."""
    return entry.egress, entry.rule_number


def _parts(entry: Entry) -> Iterator[Part]:
    """What is left of an entry without the administration ports: protocol and ports, as AWS writes them."""
    everything = entry.protocol == ALL_PROTOCOLS
    for protocol in (TCP, UDP) if everything else (entry.protocol,):
        for first, last in _left_of(entry.port_range or ALL_PORTS):
            yield {"Protocol": protocol, "PortRange": {"From": first, "To": last}}
    if everything:
        yield {
            "Protocol": ICMP if entry.cidr_block else ICMPV6,
            "IcmpTypeCode": {"Type": -1, "Code": -1},
        }


def _left_of(ports: PortRange) -> Iterator[tuple[int, int]]:
    first = ports.from_
    for port in (*ADMINISTRATION, ports.to + 1):
        if port < first:
            continue
        last = min(port - 1, ports.to)
        if first <= last:
            yield first, last
        first = port + 1


def _free(acl: NetworkAcl, entry: Entry, *, taken: Mapping[Key, EntryItem]) -> Iterator[int]:
    """Free numbers behind an entry and before the next deny that it stands in front of. Among allows, and between
    IPv4 and IPv6, order does not matter."""
    denies = (
        e.rule_number
        for e in acl.entries
        if not e.egress
        and e.rule_action == "deny"
        and (e.cidr_block is None) == (entry.cidr_block is None)
        and e.rule_number > entry.rule_number
    )
    end = min(denies, default=LAST_NUMBER + 1)
    return (
        n for n in range(entry.rule_number + 1, min(end, LAST_NUMBER + 1)) if (entry.egress, n) not in taken
    )


def _narrowed(before: EntryItem, number: int, part: Part) -> EntryItem:
    kept = {k: v for k, v in before.items() if k not in ("Protocol", "PortRange", "IcmpTypeCode")}
    return {**kept, "RuleNumber": number, **part}


def _in_place(
    entries: Mapping[Key, EntryItem], replaced: Key, made: Sequence[EntryItem]
) -> dict[Key, EntryItem]:
    found: dict[Key, EntryItem] = {}
    for key, item in entries.items():
        found |= {(key[0], m["RuleNumber"]): m for m in made} if key == replaced else {key: item}
    return found


def _create(acl: NetworkAcl, item: EntryItem) -> Step:
    return step(f"allow_{item['RuleNumber']}", _made(acl, item), undo=_unmade(acl, item))


def _delete(acl: NetworkAcl, item: EntryItem) -> Step:
    return step(f"remove_{item['RuleNumber']}", _unmade(acl, item), undo=_made(acl, item))


def _made(acl: NetworkAcl, item: EntryItem) -> Call:
    return call("ec2", "CreateNetworkAclEntry", NetworkAclId=acl.name, **item)


def _unmade(acl: NetworkAcl, item: EntryItem) -> Call:
    return call(
        "ec2",
        "DeleteNetworkAclEntry",
        NetworkAclId=acl.name,
        RuleNumber=item["RuleNumber"],
        Egress=item["Egress"],
    )


def _notes(acl: NetworkAcl, narrowed: Sequence[Entry]) -> Iterator[Note]:
    if acl.associations:
        yield note("subnets_concerned", subnets=", ".join(sorted(a.subnet_id for a in acl.associations)))
        yield note("answers_to_3389")
    if any(entry.protocol == ALL_PROTOCOLS for entry in narrowed):
        yield note("other_protocols_stop")


REMEDIATIONS = {
    "EC2.16": delete_unused_network_acl,
    "EC2.21": keep_administration_ports_closed,
    "EC2.21@2022": keep_administration_ports_closed,
}
