"""DynamoDB: what is required."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from ishigaki.core.control import Parameters, cannot_tell, control, fails, passes
from ishigaki.core.fault import Fault, Faults, fault
from ishigaki.core.population import Given, every, some
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.dynamodb.resources import (
    AcceleratorCluster,
    ScalableTarget,
    ScalingPolicy,
    SecondaryIndex,
    Table,
)

TABLE = Table(
    name="orders",
    deletion_protection_enabled=True,
    billing_mode="PAY_PER_REQUEST",
    global_secondary_indexes=(),
    point_in_time_recovery="ENABLED",
)
PROVISIONED = replace(TABLE, billing_mode="PROVISIONED")
INDEXED = replace(PROVISIONED, global_secondary_indexes=(SecondaryIndex(index_name="by-day"),))
ON_TABLE, ON_INDEX = "table/orders", "table/orders/index/by-day"

Capacity = Annotated[int, Meta(ge=1, le=40000)]
Utilization = Annotated[int, Meta(ge=20, le=90)]


class Scaling(Parameters, frozen=True):
    """What AWS lets an account set of DynamoDB.1; nothing is asked of the levels unless it does."""

    min_provisioned_read_capacity: Capacity | None = None
    target_read_utilization: Utilization | None = None
    min_provisioned_write_capacity: Capacity | None = None
    target_write_utilization: Utilization | None = None

    def least(self, capacity: str) -> int | None:
        """The least capacity to scale down to, of reading or of writing."""
        return (
            self.min_provisioned_read_capacity if capacity == "Read" else self.min_provisioned_write_capacity
        )

    def most(self, capacity: str) -> int | None:
        """The highest utilization to aim at, of reading or of writing."""
        return self.target_read_utilization if capacity == "Read" else self.target_write_utilization


def policy(resource: str, capacity: str, value: float = 70.0) -> ScalingPolicy:
    """The policy of a table's or an index's reading or writing (for examples)."""
    return ScalingPolicy(
        id=f"{resource} {capacity} policy",
        resource_id=resource,
        scalable_dimension=dimension(resource, capacity),
        target_value=value,
    )


def target(resource: str, capacity: str, least: int = 5) -> ScalableTarget:
    """The bounds of a table's or an index's reading or writing (for examples)."""
    return ScalableTarget(
        id=f"{resource} {capacity} target",
        resource_id=resource,
        scalable_dimension=dimension(resource, capacity),
        min_capacity=least,
    )


def dimension(resource: str, capacity: str) -> str:
    """What Application Auto Scaling calls the reading or the writing of a table or an index."""
    return f"dynamodb:{'index' if '/index/' in resource else 'table'}:{capacity}CapacityUnits"


READ, WRITE = policy(ON_TABLE, "Read"), policy(ON_TABLE, "Write")
BOUNDS = (target(ON_TABLE, "Read"), target(ON_TABLE, "Write"))
OF_INDEX = (policy(ON_INDEX, "Read"), policy(ON_INDEX, "Write"))
UNEVEN = (READ, policy(ON_TABLE, "Write", 50.0), BOUNDS[0], target(ON_TABLE, "Write", 9))


@control(
    "DynamoDB.1",
    examples=[
        passes(TABLE),
        passes(PROVISIONED, READ, WRITE, *BOUNDS),
        passes(INDEXED, READ, WRITE, *OF_INDEX, *BOUNDS),
        fails("not_scaled", PROVISIONED, *BOUNDS),
        fails("not_scaled", PROVISIONED, READ, *BOUNDS),
        fails("not_scaled", PROVISIONED, WRITE, *BOUNDS),
        fails("not_scaled", INDEXED, READ, WRITE, *BOUNDS),
        fails("not_scaled", INDEXED, READ, WRITE, OF_INDEX[0], *BOUNDS),
        fails("not_scaled", replace(PROVISIONED, name="other"), READ, WRITE, *BOUNDS),
        passes(PROVISIONED, READ, WRITE, *BOUNDS, asked=Scaling(min_provisioned_read_capacity=5)),
        fails(
            "low_minimum", PROVISIONED, READ, WRITE, *BOUNDS, asked=Scaling(min_provisioned_read_capacity=6)
        ),
        fails(
            "low_minimum", PROVISIONED, READ, WRITE, *BOUNDS, asked=Scaling(min_provisioned_write_capacity=6)
        ),
        passes(PROVISIONED, READ, WRITE, *BOUNDS, asked=Scaling(target_read_utilization=70)),
        fails("high_target", PROVISIONED, READ, WRITE, *BOUNDS, asked=Scaling(target_read_utilization=69)),
        fails("high_target", PROVISIONED, READ, WRITE, *BOUNDS, asked=Scaling(target_write_utilization=69)),
        # Reading and writing are asked for apart.
        passes(PROVISIONED, *UNEVEN, asked=Scaling(min_provisioned_write_capacity=9)),
        fails("low_minimum", PROVISIONED, *UNEVEN, asked=Scaling(min_provisioned_read_capacity=9)),
        passes(PROVISIONED, *UNEVEN, asked=Scaling(target_write_utilization=50)),
        fails("high_target", PROVISIONED, *UNEVEN, asked=Scaling(target_read_utilization=50)),
    ],
)
def scales_with_demand(
    table: Table, policies: Given[ScalingPolicy], targets: Given[ScalableTarget], asked: Scaling
) -> Faults:
    """A table is on demand, or auto scaling is set on its reading and writing, and on those of its indexes.

    A minimum that the account asks for must be reached, a utilization that it asks for not be exceeded.
    """
    if table.billing_mode == "PAY_PER_REQUEST":
        return
    of_table = f"table/{table.name}"
    for resource in (of_table, *(f"{of_table}/index/{i.index_name}" for i in table.global_secondary_indexes)):
        for capacity in ("Read", "Write"):
            yield from _of_capacity(resource, capacity, policies, targets, asked)


def _of_capacity(
    resource: str,
    capacity: str,
    policies: Given[ScalingPolicy],
    targets: Given[ScalableTarget],
    asked: Scaling,
) -> Iterator[Fault]:
    """The faults of the reading or the writing of a table or an index."""
    scaled, facts = (
        dimension(resource, capacity),
        {"resource": resource, "capacity": f"{capacity}CapacityUnits"},
    )
    own = policies.by("resource_id")[resource]
    if not some(own, lambda each: each.scalable_dimension == scaled):
        yield fault("not_scaled", **facts)
        return
    most, least = asked.most(capacity), asked.least(capacity)
    if most is not None and not every(
        own, lambda each: each.scalable_dimension != scaled or each.target_value <= most
    ):
        yield fault("high_target", **facts, most=most)
    if least is not None and not some(
        targets.by("resource_id")[resource],
        lambda each: each.scalable_dimension == scaled and each.min_capacity >= least,
    ):
        yield fault("low_minimum", **facts, least=least)


@control(
    "DynamoDB.2",
    examples=[
        passes(TABLE),
        fails("no_recovery", replace(TABLE, point_in_time_recovery="DISABLED")),
        cannot_tell(replace(TABLE, point_in_time_recovery="ENABLING")),
    ],
)
def can_go_back(table: Table) -> Faults:
    """A table can be restored to any point in time; for how many days back is not asked."""
    if table.point_in_time_recovery == "DISABLED":
        yield fault("no_recovery")
    elif table.point_in_time_recovery != "ENABLED":
        raise Unseen("Table.point_in_time_recovery", UNKNOWN_VALUE)


ACCELERATOR = AcceleratorCluster(encryption_at_rest="ENABLED", cluster_endpoint_encryption_type="TLS")


@control(
    "DynamoDB.3",
    examples=[
        passes(ACCELERATOR),
        *(
            fails("not_encrypted", replace(ACCELERATOR, encryption_at_rest=status))
            for status in ("DISABLED", "ENABLING", "DISABLING")
        ),
    ],
)
def is_encrypted(cluster: AcceleratorCluster) -> Faults:
    """A cluster of DynamoDB Accelerator is encrypted at rest; only ENABLED counts."""
    if cluster.encryption_at_rest != "ENABLED":
        yield fault("not_encrypted", status=cluster.encryption_at_rest)


@control(
    "DynamoDB.6",
    examples=[passes(TABLE), fails("unprotected", replace(TABLE, deletion_protection_enabled=False))],
)
def is_protected_from_deletion(table: Table) -> Faults:
    """A table cannot be deleted before its deletion protection is taken off."""
    if not table.deletion_protection_enabled:
        yield fault("unprotected")


@control(
    "DynamoDB.7",
    examples=[
        passes(ACCELERATOR),
        fails("no_tls", replace(ACCELERATOR, cluster_endpoint_encryption_type="NONE")),
    ],
)
def connects_by_tls(cluster: AcceleratorCluster) -> Faults:
    """The endpoint of a cluster of DynamoDB Accelerator takes connections by TLS alone."""
    if cluster.cluster_endpoint_encryption_type == "NONE":
        yield fault("no_tls")


CONTROLS = (
    scales_with_demand,
    can_go_back,
    is_encrypted,
    is_protected_from_deletion,
    connects_by_tls,
)
