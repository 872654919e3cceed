"""RDS: whom databases and their snapshots may be open to."""

from __future__ import annotations

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, Population, chosen
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, UNKNOWN_VALUE, Unseen
from ishigaki.services.rds.exposure.resources import Association, Route, RouteTable
from ishigaki.services.rds.resources import (
    DBClusterSnapshot,
    DBInstance,
    DBSnapshot,
    GroupedSubnet,
    InstanceSnapshotAttributes,
    SnapshotAttribute,
    SnapshotAttributes,
)

EVERYONE = "all"


def restorable_by(*accounts: str) -> SnapshotAttributes:
    """As AWS shows a snapshot of a cluster that these may restore (for examples)."""
    restore = SnapshotAttribute(attribute_name="restore", attribute_values=accounts)
    return SnapshotAttributes(db_cluster_snapshot_attributes=(restore,))


def restorable_instance(*accounts: str) -> InstanceSnapshotAttributes:
    """As AWS shows a snapshot of an instance that these may restore (for examples)."""
    restore = SnapshotAttribute(attribute_name="restore", attribute_values=accounts)
    return InstanceSnapshotAttributes(db_snapshot_attributes=(restore,))


PARTNER = "444455556666"
SNAPSHOT = DBSnapshot(snapshot_type="manual", attributes=restorable_instance(PARTNER))
CLUSTER_SNAPSHOT = DBClusterSnapshot(snapshot_type="manual", attributes=restorable_by(PARTNER))


@control(
    "RDS.1",
    examples=[
        passes(SNAPSHOT),
        passes(CLUSTER_SNAPSHOT),
        passes(replace(SNAPSHOT, attributes=restorable_instance())),
        passes(DBSnapshot(snapshot_type="automated")),
        passes(DBClusterSnapshot(snapshot_type="awsbackup")),
        fails("public", replace(SNAPSHOT, attributes=restorable_instance(PARTNER, EVERYONE))),
        fails("public", replace(CLUSTER_SNAPSHOT, attributes=restorable_by(EVERYONE))),
    ],
)
def is_not_shared_with_everyone(snapshot: DBSnapshot | DBClusterSnapshot) -> Faults:
    """A snapshot cannot be restored by everyone. Only manual ones can be shared: all others pass."""
    if snapshot.snapshot_type == "manual" and EVERYONE in snapshot.attributes.restorable_by:
        yield fault("public")


INTERNAL = DBInstance(publicly_accessible=False)


@control(
    "RDS.2",
    examples=[passes(INTERNAL), fails("public", replace(INTERNAL, publicly_accessible=True))],
)
def has_no_public_address(instance: DBInstance) -> Faults:
    """An instance of any engine has no public address, whatever its security groups let through."""
    if instance.publicly_accessible:
        yield fault("public")


# The port that an engine takes where none is asked for.
PORTS = {
    "aurora": 3306,
    "custom-oracle": 1521,
    "custom-sqlserver": 1433,
    "db2": 50000,
    "mariadb": 3306,
    "mysql": 3306,
    "oracle": 1521,
    "postgres": 5432,
    "sqlserver": 1433,
}
MOVED = DBInstance(engine="mysql", db_cluster_identifier=None, port=13306)


@control(
    "RDS.23",
    where=lambda instance: instance.is_alone,
    examples=[
        passes(MOVED),
        passes(replace(MOVED, port=5432)),
        fails("default_port", replace(MOVED, port=3306)),
        fails("default_port", replace(MOVED, engine="mariadb", port=3306)),
        fails("default_port", replace(MOVED, engine="postgres", port=5432)),
        fails("default_port", replace(MOVED, engine="oracle-ee-cdb", port=1521)),
        fails("default_port", replace(MOVED, engine="sqlserver-ex", port=1433)),
        fails("default_port", replace(MOVED, engine="db2-se", port=50000)),
        fails("default_port", replace(MOVED, engine="custom-oracle-ee", port=1521)),
        fails("default_port", replace(MOVED, engine="custom-sqlserver-ee", port=1433)),
        fails("default_port", replace(MOVED, engine="aurora", port=3306)),
        cannot_tell(replace(MOVED, engine="engine-of-the-future")),
        ignores(replace(MOVED, db_cluster_identifier="cluster", port=3306)),
    ],
)
def avoids_default_port(instance: DBInstance) -> Faults:
    """An instance that is no member of a cluster listens on another port than its engine's usual one."""
    engine = next((engine for engine in PORTS if instance.engine.startswith(engine)), None)
    if engine is None:
        raise Unseen("DBInstance.engine", UNKNOWN_VALUE)
    if instance.port == PORTS[engine]:
        yield fault("default_port", port=instance.port)


SUBNET, OTHER = GroupedSubnet(subnet_identifier="subnet-1"), GroupedSubnet(subnet_identifier="subnet-2")
PLACED = DBInstance(vpc_id="vpc-1", subnets=(SUBNET, OTHER))
LOCAL = Route(destination_cidr_block="10.0.0.0/16", destination_ipv6_cidr_block=None, gateway_id="local")
OUT = Route(destination_cidr_block="0.0.0.0/0", destination_ipv6_cidr_block=None, gateway_id="igw-1")
OUT_IPV6 = Route(destination_cidr_block=None, destination_ipv6_cidr_block="::/0", gateway_id="igw-1")
MAIN = RouteTable(
    id="arn:aws:ec2:ap-northeast-1:111122223333:route-table/rtb-main",
    name="rtb-main",
    vpc_id="vpc-1",
    routes=(LOCAL,),
    associations=(Association(main=True, subnet_id=None),),
)
OWN = replace(
    MAIN,
    id="arn:aws:ec2:ap-northeast-1:111122223333:route-table/rtb-own",
    name="rtb-own",
    routes=(LOCAL, OUT),
    associations=(Association(main=False, subnet_id="subnet-1"),),
)
PRIVATE = replace(OWN, routes=(LOCAL,))


@control(
    "RDS.46",
    examples=[
        passes(PLACED, MAIN),
        passes(PLACED, MAIN, PRIVATE),
        passes(PLACED, MAIN, replace(PRIVATE, routes=(replace(OUT, gateway_id=None),))),
        passes(PLACED, MAIN, replace(PRIVATE, routes=(replace(OUT, gateway_id="vgw-1"),))),
        passes(PLACED, MAIN, replace(PRIVATE, routes=(replace(OUT, destination_cidr_block="192.0.2.0/24"),))),
        passes(PLACED, MAIN, replace(OWN, associations=(Association(main=False, subnet_id="subnet-3"),))),
        passes(PLACED, MAIN, replace(MAIN, id="rtb-other", vpc_id="vpc-2", routes=(OUT,))),
        passes(replace(PLACED, subnets=(SUBNET,)), PRIVATE, replace(MAIN, routes=(OUT,))),
        fails("public_subnet", PLACED, MAIN, OWN),
        fails("public_subnet", PLACED, MAIN, replace(OWN, routes=(OUT_IPV6,))),
        fails("public_subnet", PLACED, replace(MAIN, routes=(LOCAL, OUT)), PRIVATE),
        cannot_tell(replace(PLACED, subnets=()), MAIN),
        cannot_tell(PLACED, PRIVATE),  # the other subnet goes by a main table that is not shown
    ],
)
def lies_in_private_subnets(instance: DBInstance, tables: Given[RouteTable]) -> Faults:
    """No subnet that the instance may lie in has a route for all addresses to an internet gateway.

    AWS does not show which subnet of its group an instance lies in, and may move it to any of them: all count. A
    route whose gateway is gone counts, too.
    """
    if not instance.subnets:
        raise Unseen("DBInstance.subnets", NOT_IN_ANSWER)
    near = tables.by("vpc_id")[instance.vpc_id]
    for subnet in chosen(instance.subnets, lambda each: _is_public(each.subnet_identifier, near)):
        yield fault("public_subnet", subnet=subnet.subnet_identifier)


def _is_public(subnet: str, tables: Population[RouteTable]) -> bool:
    own = next(chosen(tables, lambda table: table.is_of(subnet)), None)
    table = own or next(chosen(tables, lambda each: each.is_main), None)
    if table is None:  # of a VPC that another account shares
        raise Unseen(f"RouteTable of {subnet}", NOT_IN_ANSWER)
    return any(route.leads_to_internet for route in table.routes)


CONTROLS = (is_not_shared_with_everyone, has_no_public_address, avoids_default_port, lies_in_private_subnets)
