"""EFS: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Until, alters, change, step
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.efs.resources import FileSystem

MINUTES = 10  # how long AWS may take to switch backups on or off


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(FileSystem(backup_policy="DISABLED")),
        mends(FileSystem(backup_policy=None)),
        leaves(FileSystem(backup_policy="ENABLED")),
        leaves(FileSystem(backup_policy="ENABLING")),
        leaves(FileSystem(backup_policy="DISABLING")),
    ],
)
def back_up_daily(system: FileSystem) -> Changes:
    """Switches on automatic backups: AWS Backup takes one a day and keeps it for 35 days, by its default plan.

    While AWS is still switching them on or off the file system is left alone.
    """
    if system.backup_policy in ("ENABLED", "ENABLING", "DISABLING"):
        return
    yield change(
        alters(system, backup_policy="ENABLED"),
        steps=[
            step(
                "back up",
                _put(system, "ENABLED"),
                undo=_put(system, "DISABLED"),
                until=Until(_shown(system), "BackupPolicy.Status", ("ENABLED",), seconds=MINUTES * 60),
            )
        ],
    )


def _shown(system: FileSystem) -> Call:
    return call("efs", "DescribeBackupPolicy", FileSystemId=system.name)


def _put(system: FileSystem, status: str) -> Call:
    return call("efs", "PutBackupPolicy", FileSystemId=system.name, BackupPolicy={"Status": status})


REMEDIATIONS = {"EFS.2": back_up_daily, "EFS.7": back_up_daily}
