"""Redshift: what is required."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from ishigaki.core.control import Parameters, cannot_tell, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.services.ec2.security_groups.controls import (
    EMPTY,
    FROM_IPV4,
    FROM_IPV6,
    FROM_LIST,
    INTERNAL,
    OFFICES,
    unrestricted,
)
from ishigaki.services.ec2.security_groups.resources import (
    ALL_PROTOCOLS,
    TCP,
    AwsPrefixList,
    IpPermission,
    PrefixList,
    SecurityGroup,
)
from ishigaki.services.redshift.resources import (
    AppliedParameterGroup,
    Cluster,
    Parameter,
    ParameterStatus,
    UsedParameterGroup,
    VpcSecurityGroup,
)

PORT = 5439
DEFAULT_ADMINISTRATOR = "awsuser"
SSL = "require_ssl"

GROUP = AppliedParameterGroup(parameter_group_name="analytics", cluster_parameter_status_list=())
GOOD = Cluster(
    publicly_accessible=False,
    elastic_ip=None,
    port=PORT,
    vpc_security_groups=(VpcSecurityGroup(vpc_security_group_id="sg-1"),),
    cluster_parameter_groups=(GROUP,),
    automated_snapshot_retention_period=7,
    allow_version_upgrade=True,
    enhanced_vpc_routing=True,
    master_username="dwh_admin",
    encrypted=True,
    multi_az="Enabled",
    logged=True,
)
REQUIRING = UsedParameterGroup(
    id="arn:aws:redshift:ap-northeast-1:111122223333:parametergroup:analytics",
    name="analytics",
    parameter_group_name="analytics",
    ssl=(Parameter(parameter_value="true"),),
)
NOT_REQUIRING = replace(REQUIRING, ssl=(Parameter(parameter_value="false"),))


@control(
    "Redshift.1",
    examples=[passes(GOOD), fails("public", replace(GOOD, publicly_accessible=True))],
)
def is_not_public(cluster: Cluster) -> Faults:
    """The cluster has no address that can be reached from outside its VPC."""
    if cluster.publicly_accessible:
        yield fault("public")


def _with(parameter: str, status: str) -> Cluster:
    statuses = (ParameterStatus(parameter_name=parameter, parameter_apply_status=status),)
    return replace(GOOD, cluster_parameter_groups=(replace(GROUP, cluster_parameter_status_list=statuses),))


@control(
    "Redshift.2",
    examples=[
        passes(GOOD, REQUIRING),
        passes(_with("wlm_json_configuration", "pending-reboot"), REQUIRING),
        passes(_with(SSL, "in-sync"), REQUIRING),
        passes(GOOD, replace(REQUIRING, ssl=(Parameter(parameter_value="True"),))),
        passes(GOOD, REQUIRING, replace(NOT_REQUIRING, id="other", parameter_group_name="other")),
        fails("ssl_not_required", GOOD, NOT_REQUIRING),
        fails("reboot_pending", _with(SSL, "pending-reboot"), REQUIRING),
        cannot_tell(GOOD),
        cannot_tell(GOOD, replace(REQUIRING, ssl=(Parameter(parameter_value="maybe"),))),
        cannot_tell(replace(GOOD, cluster_parameter_groups=()), REQUIRING),
    ],
)
def requires_ssl(cluster: Cluster, groups: Given[UsedParameterGroup]) -> Faults:
    """Connections must be encrypted: require_ssl is true in the cluster's parameter group, and in effect.

    AWS asks what the cluster's parameter is. A group that was changed makes no difference to a cluster before it
    is rebooted: until then the cluster's parameter is the old one.
    """
    if not cluster.cluster_parameter_groups:  # every cluster has one
        raise Unseen("Cluster.cluster_parameter_groups", NOT_IN_ANSWER)
    for applied in cluster.cluster_parameter_groups:
        group = next(iter(groups.by("parameter_group_name")[applied.parameter_group_name]), None)
        if group is None:
            raise Unseen(f"parameter group {applied.parameter_group_name}", NOT_IN_ANSWER)
        if not group.requires_ssl:
            yield fault("ssl_not_required", group=applied.parameter_group_name)
        elif some(applied.cluster_parameter_status_list, _waits):
            yield fault("reboot_pending", group=applied.parameter_group_name)


def _waits(status: ParameterStatus) -> bool:
    return status.parameter_name == SSL and status.parameter_apply_status != "in-sync"


class SnapshotRetention(Parameters, frozen=True, rename="pascal"):
    """What AWS lets an account set of Redshift.3."""

    min_retention_period: Annotated[int, Meta(ge=7, le=35)] = 7


@control(
    "Redshift.3",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, automated_snapshot_retention_period=35)),
        fails("short_retention", replace(GOOD, automated_snapshot_retention_period=6)),
        fails("snapshots_off", replace(GOOD, automated_snapshot_retention_period=0)),
        fails("short_retention", GOOD, asked=SnapshotRetention(min_retention_period=8)),
    ],
)
def keeps_snapshots(cluster: Cluster, asked: SnapshotRetention) -> Faults:
    """Automated snapshots are on and kept long enough, by default for seven days."""
    days, least = cluster.automated_snapshot_retention_period, asked.min_retention_period
    if days == 0:
        yield fault("snapshots_off", least=least)
    elif days < least:
        yield fault("short_retention", days=days, least=least)


@control(
    "Redshift.4",
    examples=[passes(GOOD), fails("not_logged", replace(GOOD, logged=False))],
)
def logs_audit_events(cluster: Cluster) -> Faults:
    """Audit logging is on, to S3 or to CloudWatch Logs."""
    if not cluster.logged:
        yield fault("not_logged")


@control(
    "Redshift.6", examples=[passes(GOOD), fails("upgrades_off", replace(GOOD, allow_version_upgrade=False))]
)
def upgrades_by_itself(cluster: Cluster) -> Faults:
    """Major versions are installed by themselves in the maintenance window."""
    if not cluster.allow_version_upgrade:
        yield fault("upgrades_off")


@control(
    "Redshift.7", examples=[passes(GOOD), fails("routing_off", replace(GOOD, enhanced_vpc_routing=False))]
)
def routes_through_its_vpc(cluster: Cluster) -> Faults:
    """Enhanced VPC routing is on: COPY and UNLOAD go through the VPC."""
    if not cluster.enhanced_vpc_routing:
        yield fault("routing_off")


@control(
    "Redshift.8",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, master_username="awsuser1")),
        fails("default_administrator", replace(GOOD, master_username=DEFAULT_ADMINISTRATOR)),
    ],
)
def renames_its_administrator(cluster: Cluster) -> Faults:
    """The administrator of the cluster is not called awsuser, as AWS proposes."""
    if cluster.master_username == DEFAULT_ADMINISTRATOR:
        yield fault("default_administrator", name=cluster.master_username)


@control("Redshift.10", examples=[passes(GOOD), fails("not_encrypted", replace(GOOD, encrypted=False))])
def encrypts_at_rest(cluster: Cluster) -> Faults:
    """Data at rest is encrypted, with whatever key: Security Hub gives the rule no list of keys."""
    if not cluster.encrypted:
        yield fault("not_encrypted")


def _open(rule: IpPermission, port: int = PORT, last: int = 0) -> SecurityGroup:
    return replace(EMPTY, ip_permissions=(replace(rule, from_port=port, to_port=last or port),))


ALL = replace(FROM_IPV4, ip_protocol=ALL_PROTOCOLS, from_port=None, to_port=None)
TWO = replace(
    GOOD, vpc_security_groups=(*GOOD.vpc_security_groups, VpcSecurityGroup(vpc_security_group_id="sg-2"))
)
SECOND = {"id": "arn:aws:ec2:ap-northeast-1:111122223333:security-group/sg-2", "group_id": "sg-2"}


@control(
    "Redshift.15",
    examples=[
        passes(GOOD, EMPTY),
        passes(GOOD, _open(INTERNAL)),
        passes(GOOD, _open(FROM_IPV4, 443)),
        passes(GOOD, _open(FROM_IPV4, PORT + 1)),
        passes(replace(GOOD, port=5440), _open(FROM_IPV4)),
        passes(GOOD, _open(replace(FROM_IPV4, ip_protocol="udp"))),
        passes(GOOD, _open(FROM_LIST), OFFICES),
        passes(GOOD, EMPTY, replace(_open(FROM_IPV4), **SECOND)),
        fails("world_open", GOOD, _open(FROM_IPV4)),
        fails("world_open", GOOD, _open(FROM_IPV6)),
        fails("world_open", GOOD, _open(FROM_IPV4, 0, 65535)),
        fails("world_open", replace(GOOD, port=5440), _open(FROM_IPV4, 5440)),
        fails("world_open", GOOD, replace(EMPTY, ip_permissions=(ALL,))),
        fails("world_open", GOOD, _open(FROM_LIST), replace(OFFICES, blocks=("0.0.0.0/0",))),
        fails("world_open", TWO, EMPTY, replace(_open(FROM_IPV4), **SECOND)),
    ],
)
def closes_its_port_to_the_world(
    cluster: Cluster,
    groups: Given[SecurityGroup],
    lists: Given[PrefixList],
    aws_lists: Given[AwsPrefixList],
) -> Faults:
    """No security group of the cluster lets 0.0.0.0/0 or ::/0 reach the port that the cluster listens on.

    Whether the cluster has a public address is Redshift.1's question.
    """

    def admits(rule: IpPermission) -> bool:
        return rule.ip_protocol in (*TCP, ALL_PROTOCOLS) and cluster.port in rule.ports

    def is_open(used: VpcSecurityGroup) -> bool:
        group = _group(groups, used.vpc_security_group_id)
        return some(unrestricted(group, lists, aws_lists, admits=admits), lambda _: True)

    for used in chosen(cluster.vpc_security_groups, is_open):
        yield fault("world_open", group=used.vpc_security_group_id, port=cluster.port)


def _group(groups: Given[SecurityGroup], id: str) -> SecurityGroup:
    found: Iterator[SecurityGroup] = iter(groups.by("group_id")[id])
    for group in found:
        return group
    raise Unseen(f"security group {id}", NOT_IN_ANSWER)


@control(
    "Redshift.18",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, multi_az="enabled")),
        passes(replace(GOOD, multi_az="true")),
        fails("one_zone", replace(GOOD, multi_az="Disabled")),
        fails("one_zone", replace(GOOD, multi_az="false")),
    ],
)
def lies_in_two_zones(cluster: Cluster) -> Faults:
    """The cluster runs in two Availability Zones (Multi-AZ)."""
    if cluster.multi_az.lower() not in ("enabled", "true"):
        yield fault("one_zone")


CONTROLS = (
    is_not_public,
    requires_ssl,
    keeps_snapshots,
    logs_audit_events,
    upgrades_by_itself,
    routes_through_its_vpc,
    renames_its_administrator,
    encrypts_at_rest,
    closes_its_port_to_the_world,
    lies_in_two_zones,
)
