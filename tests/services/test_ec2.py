"""EC2: what AWS's answers amount to, and where two rules meet in one finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ishigaki.core.answer import Answer, Gap, Place
from ishigaki.core.evaluate import Question, View, evaluate
from ishigaki.core.finding import Finding, Status
from ishigaki.core.gather import Gathered, gather
from ishigaki.core.population import Population
from ishigaki.core.record import decode
from ishigaki.core.resource import Resource
from ishigaki.services import controls, reads
from ishigaki.services.ec2.connections.resources import TransitGateway
from ishigaki.services.ec2.instances.resources import Instance
from ishigaki.services.ec2.network_acls.resources import Entry, NetworkAcl
from ishigaki.services.ec2.security_groups.resources import (
    AwsPrefixList,
    IpPermission,
    PrefixList,
    SecurityGroup,
)
from ishigaki.services.ec2.storage.resources import EbsSnapshots, PublicSnapshot
from ishigaki.services.ec2.vpcs.resources import FlowLog, Subnet, Vpc, VpcEndpoint

TOKYO = Place("111122223333", "ap-northeast-1")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
Item = Mapping[str, Any]


def gathered(
    kind: type[Resource], answers: Mapping[str, Answer], wanted: Iterable[str] = ()
) -> tuple[Gathered, list[str]]:
    """What a type amounts to when AWS answers so by operation, and the operations that were asked."""
    asking = gather(kind, TOKYO, tuple(wanted))
    asked: list[str] = []
    try:
        calls = next(asking)
        while True:
            asked += [c.operation for c in calls]
            calls = asking.send([answers[c.operation] for c in calls])
    except StopIteration as done:
        found: Gathered = done.value
        return found, asked


def judged(id: str, kinds: Mapping[type[Any], Answer | Mapping[str, Answer]]) -> list[Finding]:
    """The findings of one control on what AWS answered, the members it is recorded to read collected."""
    control = controls()[id]
    here: dict[type[Resource], Population[Any]] = {}
    for kind, said in kinds.items():
        assert kind.listed_by is not None or isinstance(said, Mapping)
        operation = kind.listed_by.operation if kind.listed_by else ""
        answers = said if isinstance(said, Mapping) else {operation: said}
        wanted = {name for names in reads()[id].values() for name in names}
        here[kind] = gathered(kind, answers, wanted)[0].population
    return [f for f in evaluate(View(TOKYO, here), [Question(control)], now=NOW) if isinstance(f, Finding)]


NOBODY: Item = {}


def permission(
    protocol: str, first: int | None = None, last: int | None = None, *, sources: Item = NOBODY
) -> dict[str, Any]:
    """A rule as EC2 writes it."""
    ports = {} if first is None else {"FromPort": first, "ToPort": last if last is not None else first}
    empty: dict[str, Any] = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    return {"IpProtocol": protocol, **ports, **empty, **sources}


WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
WORLD6 = {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
LISTED = {"PrefixListIds": [{"PrefixListId": "pl-1"}]}


def groups(*permissions: Item, owner: str = "111122223333", name: str = "web") -> Answer:
    group = {
        "GroupId": "sg-1",
        "GroupName": name,
        "OwnerId": owner,
        "VpcId": "vpc-1",
        "IpPermissions": list(permissions),
        "IpPermissionsEgress": [],
    }
    return Answer(({"SecurityGroups": [group]},))


def prefix_lists(owner: str = "111122223333", *blocks: str, shown: bool = True) -> dict[str, Answer]:
    entry = {
        "PrefixListId": "pl-1",
        "PrefixListName": "offices",
        "PrefixListArn": f"arn:aws:ec2:ap-northeast-1:{owner}:prefix-list/pl-1",
        "OwnerId": owner,
    }
    return {
        "DescribeManagedPrefixLists": Answer(({"PrefixLists": [entry] if shown else []},)),
        "GetManagedPrefixListEntries": Answer(({"Entries": [{"Cidr": b} for b in blocks]},)),
    }


def on_group(id: str, said: Answer, lists: Mapping[str, Answer] | None = None) -> Finding:
    known = lists or prefix_lists(shown=False)
    (finding,) = judged(id, {SecurityGroup: said, PrefixList: known, AwsPrefixList: known})
    return finding


@pytest.mark.parametrize(
    ("protocol", "first", "last", "sources", "failing"),
    [
        ("tcp", 22, 22, WORLD, {"EC2.13", "EC2.19", "EC2.53", "EC2.18"}),
        ("tcp", 22, 22, WORLD6, {"EC2.13", "EC2.19", "EC2.54", "EC2.18"}),
        ("6", 22, 22, WORLD, {"EC2.13", "EC2.19", "EC2.53", "EC2.18"}),
        ("tcp", 3389, 3389, WORLD, {"EC2.14", "EC2.19", "EC2.53", "EC2.18"}),
        ("udp", 3389, 3389, WORLD, {"EC2.53", "EC2.18"}),
        ("17", 22, 22, WORLD6, {"EC2.54", "EC2.18"}),
        ("tcp", 0, 65535, WORLD, {"EC2.13", "EC2.14", "EC2.19", "EC2.53", "EC2.18"}),
        ("tcp", 23, 3388, WORLD, {"EC2.19", "EC2.18"}),
        ("tcp", 9300, 9300, WORLD, {"EC2.19", "EC2.18"}),
        ("tcp", 9301, 9999, WORLD, {"EC2.18"}),
        ("tcp", 443, 443, WORLD, set()),
        ("tcp", 80, 81, WORLD, {"EC2.18"}),
        ("-1", None, None, WORLD, {"EC2.13", "EC2.14", "EC2.19", "EC2.53", "EC2.18"}),
        ("-1", None, None, WORLD6, {"EC2.13", "EC2.14", "EC2.19", "EC2.54", "EC2.18"}),
        ("icmp", 22, 22, WORLD, set()),
        ("icmp", -1, -1, WORLD, set()),
        ("icmpv6", None, None, WORLD6, set()),
        ("50", None, None, WORLD, set()),
        ("tcp", None, None, WORLD, {"EC2.13", "EC2.14", "EC2.19", "EC2.53", "EC2.18"}),
    ],
)
def test_what_a_rule_from_the_world_fails(
    protocol: str, first: int | None, last: int | None, sources: dict[str, Any], failing: set[str]
) -> None:
    said = groups(permission(protocol, first, last, sources=sources))
    every = ("EC2.13", "EC2.14", "EC2.18", "EC2.19", "EC2.53", "EC2.54")
    found = {id: on_group(id, said).status for id in every}
    assert {id for id, status in found.items() if status is Status.FAILED} == failing
    assert {status for id, status in found.items() if id not in failing} <= {Status.PASSED}


def test_a_prefix_list_is_what_its_entries_are() -> None:
    said = groups(permission("tcp", 22, sources=LISTED))
    assert on_group("EC2.13", said, prefix_lists("111122223333", "192.0.2.0/24")).status is Status.PASSED
    assert (
        on_group("EC2.13", said, prefix_lists("111122223333", "192.0.2.0/24", "::/0")).status is Status.FAILED
    )
    assert on_group("EC2.13", said, prefix_lists("444455556666", "0.0.0.0/0")).status is Status.FAILED
    assert on_group("EC2.53", said, prefix_lists("111122223333", "::/0")).status is Status.PASSED
    assert on_group("EC2.13", said, prefix_lists("AWS")).status is Status.PASSED


def test_a_prefix_list_that_is_not_seen_never_passes() -> None:
    said = groups(permission("tcp", 22, sources=LISTED))
    gone = on_group("EC2.13", said, prefix_lists(shown=False))
    assert (gone.status, gone.reason and gone.reason.what) == (Status.NOT_AVAILABLE, "prefix list pl-1")
    denied = {**prefix_lists(), "GetManagedPrefixListEntries": Answer(error="UnauthorizedOperation")}
    assert on_group("EC2.13", said, denied).status is Status.NOT_AVAILABLE
    unlisted = {"DescribeManagedPrefixLists": Answer(error="UnauthorizedOperation")}
    assert on_group("EC2.13", said, unlisted).status is Status.NOT_AVAILABLE
    assert (
        on_group("EC2.13", groups(permission("tcp", 443, sources=LISTED)), unlisted).status is Status.PASSED
    )


def test_a_proven_rule_outweighs_a_prefix_list_that_is_not_seen() -> None:
    said = groups(permission("tcp", 22, sources=LISTED), permission("tcp", 0, 1024, sources=WORLD))
    finding = on_group("EC2.13", said, prefix_lists(shown=False))
    assert finding.status is Status.FAILED
    assert [f.facts["source"] for f in finding.faults] == ["0.0.0.0/0"]
    assert finding.reason is not None


def test_entries_are_asked_only_of_customer_managed_lists() -> None:
    assert gathered(PrefixList, prefix_lists("AWS"), ["blocks"])[1] == ["DescribeManagedPrefixLists"]
    assert "GetManagedPrefixListEntries" in gathered(PrefixList, prefix_lists(), ["blocks"])[1]


def test_a_group_that_another_account_shares_is_not_judged() -> None:
    shared = groups(permission("tcp", 22, sources=WORLD), owner="444455556666")
    lists = prefix_lists(shown=False)
    (finding,) = judged("EC2.13", {SecurityGroup: shared, PrefixList: lists, AwsPrefixList: lists})
    assert finding.resource_type == "AWS::::Account"


def test_only_groups_that_may_be_open_are_asked_for_authorized_ports() -> None:
    inside = groups(permission("tcp", 22, sources={"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}))
    assert on_group("EC2.18", inside).resource_type == "AWS::::Account"


def test_a_protocol_nobody_knows_is_unseen() -> None:
    assert on_group("EC2.13", groups(permission("quic", 22, sources=WORLD))).status is Status.NOT_AVAILABLE


def test_a_rule_that_is_not_seen_whole_does_not_hide_the_next() -> None:
    torn = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    finding = on_group("EC2.13", groups(torn, permission("tcp", 22, sources=WORLD)))
    assert finding.status is Status.FAILED
    assert on_group("EC2.13", groups(torn)).status is Status.NOT_AVAILABLE


@pytest.mark.parametrize(
    ("rule", "ports"),
    [
        (("tcp", 22, 22), range(22, 23)),
        (("tcp", 0, 65535), range(65536)),
        (("tcp", -1, -1), range(65536)),
        (("-1", None, None), range(65536)),
        (("udp", 53, 54), range(53, 55)),
    ],
)
def test_the_ports_of_a_rule(rule: tuple[str, int | None, int | None], ports: range) -> None:
    assert decode(IpPermission, permission(*rule)).ports == ports


def entry(**changes: Any) -> dict[str, Any]:
    plain = {
        "RuleNumber": 100,
        "Egress": False,
        "RuleAction": "allow",
        "Protocol": "6",
        "CidrBlock": "0.0.0.0/0",
    }
    return {**plain, "PortRange": {"From": 22, "To": 22}, **changes}


@pytest.mark.parametrize(
    ("changes", "reached"),
    [
        ({}, [22]),
        ({"Protocol": "17"}, [22]),
        ({"Protocol": "-1", "PortRange": None}, [22, 3389]),
        ({"Protocol": "1", "PortRange": None}, []),
        ({"Protocol": "58", "PortRange": None}, []),
        ({"PortRange": {"From": 0, "To": 65535}}, [22, 3389]),
        ({"PortRange": {"From": 23, "To": 3388}}, []),
    ],
)
def test_what_an_entry_of_a_network_acl_reaches(changes: dict[str, Any], reached: list[int]) -> None:
    made = decode(Entry, entry(**changes))
    assert [port for port in (22, 3389) if made.reaches(port)] == reached


def acls(*entries: Item, default: bool = False) -> Answer:
    acl = {"NetworkAclId": "acl-1", "OwnerId": "111122223333", "IsDefault": default}
    return Answer(({"NetworkAcls": [{**acl, "Entries": list(entries), "Associations": []}]},))


def test_default_network_acls_are_judged_by_the_edition_of_2022_alone() -> None:
    said = {NetworkAcl: acls(entry(), default=True)}
    assert judged("EC2.21", said)[0].status is Status.PASSED  # there is no ACL to judge
    assert judged("EC2.21", said)[0].resource_type == "AWS::::Account"
    assert judged("EC2.21@2022", said)[0].status is Status.FAILED


@pytest.mark.parametrize(
    ("default", "subnets", "status"),
    [(False, 1, Status.PASSED), (False, 0, Status.FAILED), (True, 1, Status.PASSED), (True, 0, None)],
)
def test_a_default_network_acl_is_judged_while_it_is_used(
    default: bool, subnets: int, status: Status | None
) -> None:
    said = acls(entry(), default=default)
    said.pages[0]["NetworkAcls"][0]["Associations"] = [{"SubnetId": f"subnet-{n}"} for n in range(subnets)]
    (finding,) = judged("EC2.16", {NetworkAcl: said})
    about_the_acl = finding.resource_type == "AWS::EC2::NetworkAcl"
    assert (finding.status if about_the_acl else None) is status


def test_every_entry_of_a_network_acl_is_told() -> None:
    said = {NetworkAcl: acls(entry(), entry(RuleNumber=110, CidrBlock=None, Ipv6CidrBlock="::/0"))}
    (finding,) = judged("EC2.21", said)
    assert [(f.facts["rule"], f.facts["source"]) for f in finding.faults] == [
        (100, "0.0.0.0/0"),
        (110, "::/0"),
    ]


VPCS = Answer(({"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111122223333"}]},))


def test_a_vpc_of_another_account_is_not_judged() -> None:
    shared = Answer(({"Vpcs": [{"VpcId": "vpc-9", "OwnerId": "444455556666"}]},))
    (finding,) = judged("EC2.6", {Vpc: shared, FlowLog: Answer(({"FlowLogs": []},))})
    assert finding.resource_type == "AWS::::Account"


def test_no_flow_logs_and_unseen_flow_logs_are_two_things() -> None:
    none = Answer(({"FlowLogs": []},))
    assert judged("EC2.6", {Vpc: VPCS, FlowLog: none})[0].status is Status.FAILED
    denied = Answer(error="UnauthorizedOperation")
    assert judged("EC2.6", {Vpc: VPCS, FlowLog: denied})[0].status is Status.NOT_AVAILABLE


@pytest.mark.parametrize(
    ("service", "passing"),
    [
        ("com.amazonaws.ap-northeast-1.ecr.api", {"EC2.55"}),
        ("com.amazonaws.ap-northeast-1.ecr.dkr", {"EC2.56"}),
        ("com.amazonaws.ap-northeast-1.ssm", {"EC2.57"}),
        ("com.amazonaws.ap-northeast-1.ssm-contacts", {"EC2.58"}),
        ("com.amazonaws.ap-northeast-1.ssm-incidents", {"EC2.60"}),
        ("com.amazonaws.ap-northeast-1.ssmmessages", set()),
        ("com.amazonaws.ap-northeast-1.ec2", {"EC2.10"}),
        ("com.amazonaws.ap-northeast-1.ec2-fips", {"EC2.10"}),
        ("com.amazonaws.ap-northeast-1.ec2messages", set()),
        ("cn.com.amazonaws.ap-northeast-1.ec2", {"EC2.10"}),
        ("com.amazonaws.us-east-1.ec2", set()),
    ],
)
def test_an_endpoint_is_for_one_service(service: str, passing: set[str]) -> None:
    endpoint = {
        "VpcEndpointId": "vpce-1",
        "VpcId": "vpc-1",
        "OwnerId": "111122223333",
        "VpcEndpointType": "Interface",
        "ServiceName": service,
        "State": "available",
    }
    said = {Vpc: VPCS, VpcEndpoint: Answer(({"VpcEndpoints": [endpoint]},))}
    every = ("EC2.10", "EC2.55", "EC2.56", "EC2.57", "EC2.58", "EC2.60")
    assert {id for id in every if judged(id, said)[0].status is Status.PASSED} == passing


def test_a_subnet_that_does_not_say_is_unseen() -> None:
    arn = "arn:aws:ec2:ap-northeast-1:111122223333:subnet/subnet-1"
    item = {"SubnetArn": arn, "SubnetId": "subnet-1", "OwnerId": "111122223333", "MapPublicIpOnLaunch": False}
    said = {Subnet: Answer(({"Subnets": [item]},))}
    assert judged("EC2.15", said)[0].status is Status.NOT_AVAILABLE


def test_what_is_terminated_is_no_instance() -> None:
    instances = [
        {"InstanceId": f"i-{state}", "State": {"Name": state}} for state in ("stopped", "terminated")
    ]
    said = Answer(({"Reservations": [{"Instances": instances[:1]}, {"Instances": instances[1:]}]},))
    found, _ = gathered(Instance, {"DescribeInstances": said})
    assert [i.id for i in found.population] == ["arn:aws:ec2:ap-northeast-1:111122223333:instance/i-stopped"]


def test_public_addresses_of_further_interfaces_count() -> None:
    elastic = {"PrivateIpAddress": "10.0.0.5", "Association": {"PublicIp": "198.51.100.8"}}
    item = {
        "InstanceId": "i-1",
        "State": {"Name": "running"},
        "PublicIpAddress": "198.51.100.7",
        "NetworkInterfaces": [
            {"PrivateIpAddresses": [{"Association": {"PublicIp": "198.51.100.7"}}]},
            {"PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.4"}, elastic]},
        ],
    }
    (finding,) = judged("EC2.9", {Instance: Answer(({"Reservations": [{"Instances": [item]}]},))})
    assert [f.facts["address"] for f in finding.faults] == ["198.51.100.7", "198.51.100.8"]


def test_transit_gateways_of_others_are_seen_and_not_ours() -> None:
    arn = "arn:aws:ec2:ap-northeast-1:444455556666:transit-gateway/tgw-1"
    gateway = {
        "TransitGatewayId": "tgw-1",
        "TransitGatewayArn": arn,
        "OwnerId": "444455556666",
        "State": "available",
    }
    said = Answer(({"TransitGateways": [gateway, {**gateway, "State": "deleted"}]},))
    found, _ = gathered(TransitGateway, {"DescribeTransitGateways": said})
    assert [(g.id, g.account) for g in found.population] == [(arn, "444455556666")]


SNAPSHOTS = Answer(
    (
        {"Snapshots": [{"SnapshotId": "snap-1", "OwnerId": "111122223333"}]},
        {"Snapshots": [{"SnapshotId": "snap-2", "OwnerId": "111122223333"}]},
    )
)
EVERYONE = Answer(({"CreateVolumePermissions": [{"UserId": "444455556666"}, {"Group": "all"}]},))
DENIED = Answer(error="UnauthorizedOperation")


@pytest.mark.parametrize(
    ("listed", "permission", "status", "snapshots"),
    [
        (SNAPSHOTS, EVERYONE, Status.FAILED, ["snap-1", "snap-2"]),
        # An endpoint that does not know the filter lists private snapshots, too.
        (SNAPSHOTS, Answer(({"CreateVolumePermissions": []},)), Status.PASSED, []),
        (SNAPSHOTS, Answer(({"CreateVolumePermissions": [{"UserId": "444455556666"}]},)), Status.PASSED, []),
        (SNAPSHOTS, DENIED, Status.NOT_AVAILABLE, []),
        (Answer(({"Snapshots": []},)), DENIED, Status.PASSED, []),
        (DENIED, EVERYONE, Status.NOT_AVAILABLE, []),
    ],
)
def test_public_snapshots_are_told_one_by_one_over_all_pages(
    listed: Answer, permission: Answer, status: Status, snapshots: list[str]
) -> None:
    answers = {"DescribeSnapshots": listed, "DescribeSnapshotAttribute": permission}
    (finding,) = judged("EC2.1", {EbsSnapshots: {}, PublicSnapshot: answers})
    assert finding.resource == "AWS::::Account:111122223333"
    assert finding.status is status
    assert [f.facts["snapshot"] for f in finding.faults] == snapshots


def test_an_incomplete_list_of_groups_says_so() -> None:
    gap = Gap(
        "AWS::EC2::SecurityGroup", "ec2:DescribeSecurityGroups", "", "UnauthorizedOperation", "ap-northeast-1"
    )
    view = View(TOKYO, {SecurityGroup: Population((), [gap])})
    (finding,) = evaluate(view, [Question(controls()["EC2.2"])], now=NOW)
    assert isinstance(finding, Finding)
    assert finding.status is Status.NOT_AVAILABLE
