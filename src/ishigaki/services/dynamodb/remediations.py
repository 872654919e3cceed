"""DynamoDB: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, Until, alters, change, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.dynamodb.controls import TABLE
from ishigaki.services.dynamodb.resources import Table


@remediation(
    disruption=Disruption.LOW,
    examples=[mends(replace(TABLE, point_in_time_recovery="DISABLED")), leaves(TABLE)],
)
def keep_points_in_time(table: Table) -> Changes:
    """Switches point-in-time recovery on; how far back it reaches is AWS's default of 35 days."""
    if table.point_in_time_recovery == "DISABLED":
        on, off = (
            call(
                "dynamodb",
                "UpdateContinuousBackups",
                TableName=table.name,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": enabled},
            )
            for enabled in (True, False)
        )
        yield change(alters(table, point_in_time_recovery="ENABLED"), steps=[step("enable", on, undo=off)])


@remediation(
    disruption=Disruption.NONE,
    examples=[mends(replace(TABLE, deletion_protection_enabled=False)), leaves(TABLE)],
)
def protect_table(table: Table) -> Changes:
    """Switches deletion protection on."""
    if not table.deletion_protection_enabled:
        on, off = (
            call("dynamodb", "UpdateTable", TableName=table.name, DeletionProtectionEnabled=enabled)
            for enabled in (True, False)
        )
        look = call("dynamodb", "DescribeTable", TableName=table.name)
        ready = Until(look, "Table.[TableStatus, DeletionProtectionEnabled]", (["ACTIVE", True],))
        yield change(
            alters(table, deletion_protection_enabled=True),
            steps=[step("protect", on, undo=off, until=ready)],
        )


REMEDIATIONS = {"DynamoDB.2": keep_points_in_time, "DynamoDB.6": protect_table}
