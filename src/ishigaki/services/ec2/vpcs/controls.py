"""VPCs: what is required."""

from __future__ import annotations

from ishigaki.core.control import Control, Parameters, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, none
from ishigaki.core.record import replace
from ishigaki.services.ec2.vpcs.resources import FlowLog, Subnet, Vpc, VpcEndpoint

VPC = Vpc(vpc_id="vpc-1")
REJECTS = FlowLog(resource_id="vpc-1", flow_log_status="ACTIVE", traffic_type="REJECT")


def records_rejects(log: FlowLog) -> bool:
    return log.flow_log_status == "ACTIVE" and log.traffic_type in ("REJECT", "ALL")


@control(
    "EC2.6",
    examples=[
        passes(VPC, REJECTS),
        passes(VPC, replace(REJECTS, traffic_type="ALL")),
        passes(VPC, replace(REJECTS, traffic_type="ACCEPT"), REJECTS),
        fails("no_flow_log", VPC),
        fails("no_flow_log", VPC, replace(REJECTS, traffic_type="ACCEPT")),
        fails("no_flow_log", VPC, replace(REJECTS, flow_log_status="INACTIVE")),
        fails("no_flow_log", VPC, replace(REJECTS, resource_id="vpc-2")),
        fails("no_flow_log", VPC, replace(REJECTS, resource_id="subnet-1")),
    ],
)
def logs_rejected_traffic(vpc: Vpc, logs: Given[FlowLog]) -> Faults:
    """An active flow log of the VPC itself records rejected traffic (REJECT or ALL).

    Flow logs of single subnets or interfaces do not make up for it, nor do those of Security Lake. Whether the
    logs arrive (DeliverLogsStatus) is not asked.
    """
    if none(logs.by("resource_id")[vpc.vpc_id], records_rejects):
        yield fault("no_flow_log")


PRIVATE = Subnet(map_public_ip_on_launch=False, assign_ipv6_address_on_creation=False)


@control(
    "EC2.15",
    examples=[
        passes(PRIVATE),
        fails("assigns_ipv4", replace(PRIVATE, map_public_ip_on_launch=True)),
        fails("assigns_ipv6", replace(PRIVATE, assign_ipv6_address_on_creation=True)),
    ],
)
def assigns_no_public_address(subnet: Subnet) -> Faults:
    """The subnet gives new network interfaces neither a public IPv4 nor an IPv6 address by itself."""
    if subnet.map_public_ip_on_launch:
        yield fault("assigns_ipv4")
    if subnet.assign_ipv6_address_on_creation:
        yield fault("assigns_ipv6")


class ChosenVpcs(Parameters, frozen=True):
    """What AWS lets an account set of EC2.55 to EC2.60: the only VPCs that need the endpoint."""

    vpc_ids: tuple[str, ...] | None = None

    def leave_out(self, vpc: Vpc) -> bool:
        return self.vpc_ids is not None and vpc.vpc_id not in self.vpc_ids


ELSEWHERE = ChosenVpcs(vpc_ids=("vpc-9",))


def has_endpoint_where_asked(id: str, service: str) -> Control:
    """The same, of the VPCs that an account sets, or else of every one."""
    plain = has_endpoint(id, service)

    def concerned(vpc: Vpc, asked: ChosenVpcs, **_: object) -> bool:
        return not asked.leave_out(vpc)

    def reaches_privately(vpc: Vpc, endpoints: Given[VpcEndpoint], asked: ChosenVpcs) -> Faults:
        yield from plain.test(vpc, endpoints)

    examples = [
        *plain.examples,
        ignores(VPC, asked=ELSEWHERE),
        fails("no_endpoint", VPC, asked=ChosenVpcs(vpc_ids=(VPC.vpc_id,))),
    ]
    return control(id, where=concerned, examples=examples, doc=plain.doc)(reaches_privately)


def has_endpoint(id: str, *services: str) -> Control:
    """A control that the VPC has an available interface endpoint for one of the services, in its own Region."""

    def reaches_privately(vpc: Vpc, endpoints: Given[VpcEndpoint]) -> Faults:
        names = tuple(f".{vpc.region}.{service}" for service in services)

        def serves(endpoint: VpcEndpoint) -> bool:
            return (
                endpoint.vpc_endpoint_type == "Interface"
                and endpoint.service_name.endswith(names)
                and endpoint.state.lower() == "available"  # the API says `available`, its model `Available`
            )

        if none(endpoints.by("vpc_id")[vpc.vpc_id], serves):
            yield fault("no_endpoint", service=services[0])

    good = VpcEndpoint(
        vpc_id="vpc-1",
        vpc_endpoint_type="Interface",
        service_name=f"com.amazonaws.ap-northeast-1.{services[0]}",
        state="available",
    )
    return control(
        id,
        examples=[
            *(passes(VPC, replace(good, service_name=f"com.amazonaws.ap-northeast-1.{s}")) for s in services),
            passes(VPC, replace(good, vpc_id="vpc-2"), good),
            fails("no_endpoint", VPC),
            fails("no_endpoint", VPC, replace(good, vpc_id="vpc-2")),
            fails("no_endpoint", VPC, replace(good, vpc_endpoint_type="Gateway")),
            fails("no_endpoint", VPC, replace(good, state="pendingAcceptance")),
            fails("no_endpoint", VPC, replace(good, service_name="com.amazonaws.ap-northeast-1.s3")),
            fails("no_endpoint", VPC, replace(good, service_name=f"com.amazonaws.us-east-1.{services[0]}")),
        ],
        doc=f"The VPC has an available interface endpoint for {' or '.join(services)} of its own Region.",
    )(reaches_privately)


CONTROLS = (
    logs_rejected_traffic,
    assigns_no_public_address,
    has_endpoint("EC2.10", "ec2", "ec2-fips"),  # AWS accepts the FIPS endpoint since July 2026
    has_endpoint_where_asked("EC2.55", "ecr.api"),
    has_endpoint_where_asked("EC2.56", "ecr.dkr"),
    has_endpoint_where_asked("EC2.57", "ssm"),
    has_endpoint_where_asked("EC2.58", "ssm-contacts"),
    has_endpoint_where_asked("EC2.60", "ssm-incidents"),
)
