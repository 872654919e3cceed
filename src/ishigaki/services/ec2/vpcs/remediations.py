"""VPCs: what can be put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace as replace_struct
from typing import Any

import msgspec

from ishigaki.core.call import Call, call
from ishigaki.core.change import (
    Change,
    Changes,
    Disruption,
    Ref,
    Step,
    Until,
    alters,
    change,
    creates,
    note,
    skip,
    step,
)
from ishigaki.core.population import AccountWide, Given, chosen, none
from ishigaki.core.record import replace
from ishigaki.core.remediation import EXAMPLE_AROUND, Around, Wanted, leaves, mends, remediation
from ishigaki.core.resource import Source
from ishigaki.core.verbatim import new, said
from ishigaki.services.ec2.security_groups.resources import SecurityGroup
from ishigaki.services.ec2.vpcs.controls import PRIVATE, REJECTS, VPC, records_rejects
from ishigaki.services.ec2.vpcs.resources import (
    CidrBlockAssociation,
    CidrBlockState,
    FlowLog,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from ishigaki.services.kms.making import TAG
from ishigaki.services.kms.resources import Key
from ishigaki.services.s3.buckets.making import (
    LOGS,
    LogStore,
    access_logs,
    bucket_arn,
    log_bucket_name,
    log_key,
    log_store,
    put_policy,
)
from ishigaki.services.s3.buckets.resources import Bucket
from ishigaki.services.s3.buckets.statements import deny_plain_http, merged

NOT_YET = "new"  # opens what stands for an id until AWS has given it
ELSEWHERE = msgspec.structs.replace(EXAMPLE_AROUND, archive="222233334444")
LOG_KEY = Key(key_state="Enabled", tags={TAG: LOGS})
STORE = Bucket(
    id=f"arn:aws:s3:::{log_bucket_name(EXAMPLE_AROUND)}",
    name=log_bucket_name(EXAMPLE_AROUND),
    policy=merged(None, deny_plain_http(f"arn:aws:s3:::{log_bucket_name(EXAMPLE_AROUND)}")),
)


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(VPC, STORE),
        mends(VPC, replace(STORE, policy=None)),
        mends(VPC),
        mends(VPC, LOG_KEY),
        mends(VPC, replace(LOG_KEY, tags={})),
        mends(VPC, around=ELSEWHERE),
        mends(VPC, replace(REJECTS, traffic_type="ACCEPT"), STORE),
        leaves(VPC, REJECTS),
        leaves(VPC, replace(REJECTS, traffic_type="ALL")),
    ],
)
def log_rejected_traffic(
    vpc: Vpc,
    logs: Given[FlowLog],
    buckets: AccountWide[Bucket],
    keys: AccountWide[Key],
    around: Around,
    wanted: LogStore,
) -> Changes:
    """Records what a VPC turns away (REJECT) in the estate's log bucket.

    In the log archive account the bucket is made where it is not there. Flow logs that stand stay as they are.
    """
    if not none(logs.by("resource_id")[vpc.vpc_id], records_rejects):
        return
    name = log_bucket_name(around)
    store: Bucket | None = None
    if around.is_log_archive:
        store = next(chosen(buckets, lambda bucket: bucket.name == name), None)
        if store is None:
            yield from access_logs(vpc, region=around.home, buckets=buckets, days=wanted.days)
            key = log_key(keys, region=around.home)
            made = log_store(vpc, around, wanted, key=key, access_logs=True)
            yield made
            store = next(e.resource for e in made.effects if isinstance(e.resource, Bucket))
    yield _flow_log(vpc, bucket_arn(name, partition=vpc.partition), around, store=store)


def _flow_log(vpc: Vpc, destination: str, around: Around, *, store: Bucket | None) -> Change:
    """A flow log, in the log store of this account (`store`) or of another."""
    kind = {"TrafficType": "REJECT", "LogDestinationType": "s3", "LogDestination": destination}
    item = {"FlowLogId": f"{NOT_YET}-{vpc.vpc_id}", "ResourceId": vpc.vpc_id, "FlowLogStatus": "ACTIVE"}
    again = tuple(_policy_again(store))
    kept = [alters(store, policy=said(store, "policy"))] if store is not None and again else []
    return change(
        creates(new(FlowLog, near=vpc, item={**item, **kind})),
        *kept,
        steps=[_create(vpc, destination, kind), *again],
        notes=(
            note("flow_log_delivered", destination=destination, account=around.log_archive),
            *((note("bucket_policy_said_again"),) if again else ()),
        ),
        needs=(destination,),
        costs={"flow_log_s3": 1},
    )


def _create(vpc: Vpc, destination: str, kind: Mapping[str, Any]) -> Step:
    """Make a flow log. CreateFlowLogs answers without an error even where it made none, so it is looked for.

    Without a folder the logs come to lie under AWSLogs/ and the account, where the bucket's policy lets them.
    """
    of_vpc = call("ec2", "DescribeFlowLogs", Filter=_filters({"resource-id": vpc.vpc_id}))
    ours = f"FlowLogs[?LogDestination=='{destination}' && TrafficType=='REJECT'] | [0]"
    made = call(
        "ec2",
        "CreateFlowLogs",
        permission=("ec2:CreateFlowLogs", "logs:CreateLogDelivery"),
        ResourceType="VPC",
        ResourceIds=[vpc.vpc_id],
        **kind,
    )
    gone = call(
        "ec2",
        "DeleteFlowLogs",
        permission=("ec2:DeleteFlowLogs", "logs:DeleteLogDelivery"),
        FlowLogIds=[Ref("create", "FlowLogIds[0]")],
    )
    return step(
        "create",
        made,
        undo=gone,
        found=Source(of_vpc, f"{ours}.{{FlowLogIds: [FlowLogId]}}"),
        until=Until(of_vpc, f"{ours}.FlowLogStatus", ("ACTIVE",), seconds=60),
    )


def _policy_again(store: Bucket | None) -> Iterator[Step]:
    """Set the policy of the log store once more: in the bucket's own account CreateFlowLogs puts a policy of its
    own in its place, so AWS documents, which would end the delivery of everybody else's logs."""
    document = said(store, "policy") if store is not None else None
    if store is not None and document is not None:
        again = replace_struct(put_policy(store.name, document), region=store.region)
        yield step("policy", again, undo=again)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(PRIVATE, map_public_ip_on_launch=True)),
        mends(replace(PRIVATE, assign_ipv6_address_on_creation=True)),
        mends(replace(PRIVATE, map_public_ip_on_launch=True, assign_ipv6_address_on_creation=True)),
        leaves(PRIVATE),
    ],
)
def stop_public_addresses(subnet: Subnet) -> Changes:
    """Stops a subnet from giving new network interfaces public IPv4 and IPv6 addresses by itself.

    What runs keeps its addresses, NAT gateways and load balancers among it: only launches are concerned.
    """
    settings = {
        "map_public_ip_on_launch": ("MapPublicIpOnLaunch", subnet.map_public_ip_on_launch),
        "assign_ipv6_address_on_creation": (
            "AssignIpv6AddressOnCreation",
            subnet.assign_ipv6_address_on_creation,
        ),
    }
    on = {member: setting for member, (setting, is_on) in settings.items() if is_on}
    if not on:
        return
    yield change(
        alters(subnet, **dict.fromkeys(on, False)),
        steps=[
            step(setting, _set(subnet, setting, to=False), undo=_set(subnet, setting, to=True))
            for setting in on.values()  # AWS changes one attribute at a time
        ],
        notes=(note("addresses_kept"), note("reach_aws_privately")),
    )


def _set(subnet: Subnet, setting: str, *, to: bool) -> Call:
    chosen: dict[str, Any] = {setting: {"Value": to}}
    return call("ec2", "ModifySubnetAttribute", SubnetId=subnet.name, **chosen)


class BoughtEndpoints(Wanted, frozen=True):
    """The services that VPCs reach by interface endpoints, and in how many Availability Zones.

    None by itself: each costs by the hour and zone (from about USD 7 a month), which somebody decides (R18). What
    FSBP asks for is ec2 (R69), ecr.api, ecr.dkr, ssm, ssm-contacts and ssm-incidents.
    """

    services: tuple[str, ...] = ()
    zones: int = 2


ALL_BOUGHT = BoughtEndpoints(services=("ec2", "ecr.api", "ecr.dkr", "ssm", "ssm-contacts", "ssm-incidents"))
EC2_BOUGHT = BoughtEndpoints(services=("ec2",))
GONE = ("deleting", "deleted", "rejected", "failed", "expired")
# AWS accepts the FIPS endpoint in the place of the other.
EQUALS: Mapping[str, tuple[str, ...]] = {"ec2": ("ec2", "ec2-fips")}
BLOCK = CidrBlockAssociation(cidr_block="10.0.0.0/16", cidr_block_state=CidrBlockState(state="associated"))
LEFT_BLOCK = CidrBlockAssociation(
    cidr_block="10.1.0.0/16", cidr_block_state=CidrBlockState(state="disassociated")
)
HOUSE = replace(VPC, cidr_block_association_set=(BLOCK, LEFT_BLOCK), dns_support=True, dns_hostnames=True)
ROOM = replace(
    PRIVATE,
    id="arn:aws:ec2:ap-northeast-1:111122223333:subnet/subnet-1",
    name="subnet-1",
    vpc_id="vpc-1",
    availability_zone="ap-northeast-1a",
)
SECOND_ROOM = replace(ROOM, id="arn:aws:ec2:ap-northeast-1:111122223333:subnet/subnet-2", name="subnet-2")
ENDPOINT = VpcEndpoint(
    vpc_id="vpc-1",
    vpc_endpoint_type="Interface",
    service_name="com.amazonaws.ap-northeast-1.ec2-fips",
    state="available",
)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(HOUSE, ROOM, SECOND_ROOM, wanted=ALL_BOUGHT),
        mends(HOUSE, ROOM, SECOND_ROOM, wanted=EC2_BOUGHT),
        mends(HOUSE, ROOM, replace(ENDPOINT, state="failed"), wanted=EC2_BOUGHT),
        mends(HOUSE, ROOM, wanted=BoughtEndpoints(services=("ec2", "ssm"))),
        leaves(HOUSE, ROOM),
        leaves(HOUSE, ROOM, ENDPOINT, wanted=EC2_BOUGHT),
        leaves(HOUSE, ROOM, replace(ENDPOINT, state="pending"), wanted=EC2_BOUGHT),
        leaves(HOUSE, wanted=EC2_BOUGHT, skip="no_subnets"),
        leaves(replace(HOUSE, dns_hostnames=False), ROOM, wanted=EC2_BOUGHT, skip="private_dns_off"),
    ],
)
def open_interface_endpoints(
    vpc: Vpc,
    endpoints: Given[VpcEndpoint],
    subnets: Given[Subnet],
    wanted: BoughtEndpoints,
) -> Changes:
    """Makes the interface endpoints that were decided to be paid for, each with a security group that admits
    HTTPS from the VPC and nothing else."""
    there = endpoints.by("vpc_id")[vpc.vpc_id]
    missing = [service for service in wanted.services if none(there, _serving(service, vpc))]
    if not missing:
        return
    zones: dict[str, str] = {}
    for subnet in sorted(subnets.by("vpc_id")[vpc.vpc_id], key=lambda s: (s.availability_zone, s.name)):
        zones.setdefault(subnet.availability_zone, subnet.name)
    if not zones:
        yield skip("no_subnets")
        return
    if not (vpc.dns_support and vpc.dns_hostnames):
        yield skip("private_dns_off")
        return
    for service in missing:
        yield _endpoint(vpc, service, [*zones.values()][: wanted.zones])


def _serving(service: str, vpc: Vpc) -> Callable[[VpcEndpoint], bool]:
    """Whether an endpoint is one for the service, or is about to be."""
    names = tuple(f".{vpc.region}.{name}" for name in EQUALS.get(service, (service,)))
    return lambda endpoint: (
        endpoint.vpc_endpoint_type == "Interface"
        and endpoint.service_name.endswith(names)
        and endpoint.state.lower() not in GONE
    )


def _filters(values: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": [value]} for name, value in values.items()]


def _sources(vpc: Vpc) -> list[dict[str, str]]:
    associated = (b for b in vpc.cidr_block_association_set if b.cidr_block_state.state == "associated")
    return [{"CidrIp": block.cidr_block} for block in associated]


GROUP = Ref("group", "GroupId")
# An endpoint with a private DNS name brings a hosted zone, which is associated with the VPC.
MAKING_ENDPOINTS = ("ec2:CreateVpcEndpoint", "route53:AssociateVPCWithHostedZone")


def _endpoint(vpc: Vpc, service: str, subnets: Sequence[str]) -> Change:
    name = f"com.amazonaws.{vpc.region}.{service}"
    item = {
        "VpcEndpointId": f"{NOT_YET}-{service}-{vpc.vpc_id}",
        "VpcEndpointType": "Interface",
        "VpcId": vpc.vpc_id,
        "ServiceName": name,
        "State": "available",
        "OwnerId": vpc.account,
    }
    filters = {"vpc-id": vpc.vpc_id, "service-name": name, "vpc-endpoint-type": "Interface"}
    like = call("ec2", "DescribeVpcEndpoints", Filters=_filters(filters))
    made = call(
        "ec2",
        "CreateVpcEndpoint",
        permission=MAKING_ENDPOINTS,
        VpcEndpointType="Interface",
        VpcId=vpc.vpc_id,
        ServiceName=name,
        SubnetIds=list(subnets),
        SecurityGroupIds=[GROUP],
        PrivateDnsEnabled=True,
    )
    gone = call("ec2", "DeleteVpcEndpoints", VpcEndpointIds=[Ref("endpoint", "VpcEndpoint.VpcEndpointId")])
    group, steps = _group(vpc, service)
    live = "VpcEndpoints[?contains(['available', 'Available', 'pending', 'Pending'], State)] | [0]"
    found = Source(like, f"{live}.{{VpcEndpoint: {{VpcEndpointId: VpcEndpointId}}}}")
    until = Until(like, f"{live}.State", ("available", "Available"), seconds=300)
    return change(
        creates(new(VpcEndpoint, near=vpc, item=item)),
        creates(group),
        steps=[*steps, step("endpoint", made, undo=gone, found=found, until=until)],
        notes=(note("endpoint_costs", service=service, zones=len(subnets)),),
        costs={"interface_endpoint_az": len(subnets)},
    )


def _group(vpc: Vpc, service: str) -> tuple[SecurityGroup, tuple[Step, ...]]:
    """The security group of an endpoint, as AWS will list it, and the steps that make it."""
    name, about = f"ishigaki-endpoint-{service}", f"Interface endpoint for {service}"
    nothing: dict[str, list[Any]] = {"Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": _sources(vpc)}
    everywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], **nothing}
    item = {
        "GroupId": f"{NOT_YET}-{service}-{vpc.vpc_id}",
        "GroupName": name,
        "Description": about,
        "VpcId": vpc.vpc_id,
        "OwnerId": vpc.account,
        "IpPermissions": [{**https, **nothing}],
        "IpPermissionsEgress": [everywhere],
    }
    filters = {"group-name": name, "vpc-id": vpc.vpc_id}
    like = call("ec2", "DescribeSecurityGroups", Filters=_filters(filters))
    made = call("ec2", "CreateSecurityGroup", GroupName=name, Description=about, VpcId=vpc.vpc_id)

    def https_from_vpc(verb: str) -> Call:
        return call("ec2", f"{verb}SecurityGroupIngress", GroupId=GROUP, IpPermissions=[https])

    return new(SecurityGroup, near=vpc, item=item), (
        step(
            "group",
            made,
            undo=call("ec2", "DeleteSecurityGroup", GroupId=GROUP),
            found=Source(like, "SecurityGroups[0].{GroupId: GroupId}"),
        ),
        step(
            "https",
            https_from_vpc("Authorize"),
            undo=https_from_vpc("Revoke"),
        ),
    )


REMEDIATIONS = {
    "EC2.6": log_rejected_traffic,
    "EC2.15": stop_public_addresses,
    **dict.fromkeys(
        ("EC2.10", "EC2.55", "EC2.56", "EC2.57", "EC2.58", "EC2.60"), open_interface_endpoints
    ),  # nothing is planned until somebody buys them
}
