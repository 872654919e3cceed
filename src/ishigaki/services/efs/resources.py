"""EFS: what is collected."""

from __future__ import annotations

from collections.abc import Mapping

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, Source, facet, resource


class MountTarget(Value):
    """A file system's network interface in a subnet."""

    mount_target_id: str
    subnet_id: str


@resource(
    "AWS::EFS::FileSystem",
    listed_by=call("efs", "DescribeFileSystems"),
    at="FileSystems",
    id="{FileSystemArn}",
    name="{FileSystemId}",
    owner="{OwnerId}",
    tags="Tags",
)
class FileSystem(Resource):
    """A file system."""

    encrypted: bool
    backup_policy: str | None = facet(
        call("efs", "DescribeBackupPolicy", FileSystemId="{FileSystemId}"),
        at="BackupPolicy.Status",
        absent={"PolicyNotFound": None},
        why="DescribeBackupPolicy answers PolicyNotFound where no backup is specified",
    )
    mount_targets: tuple[MountTarget, ...] = facet(
        call("efs", "DescribeMountTargets", FileSystemId="{FileSystemId}"),
        at="MountTargets",
    )


class PosixUser(Value):
    """Whom the files are used as, whoever the client says it is."""

    uid: int


@resource(
    "AWS::EFS::AccessPoint",
    listed_by=call("efs", "DescribeAccessPoints"),
    at="AccessPoints",
    id="{AccessPointArn}",
    name="{AccessPointId}",
    owner="{OwnerId}",
    tags="Tags",
)
class AccessPoint(Resource):
    """An application's way into a file system."""

    root: str = member(
        at="RootDirectory.Path",
        absent="/",
        why="by default an access point exposes the root directory of the file system",
    )
    posix_user: PosixUser | None = member(
        absent=None, why="PosixUser is the identity used for all file operations through the access point"
    )


class TagValue(Value):
    """A tag's key and what it is compared with."""

    condition_key: str
    condition_value: str


NO_CONDITION = "Backup selects by the conditions, tags and resources that are specified"


def _tests() -> tuple[TagValue, ...]:
    return member(absent=(), why=NO_CONDITION)


class Conditions(Value):
    """All of them must hold."""

    string_equals: tuple[TagValue, ...] = _tests()
    string_not_equals: tuple[TagValue, ...] = _tests()
    string_like: tuple[TagValue, ...] = _tests()
    string_not_like: tuple[TagValue, ...] = _tests()


@resource(
    "AWS::Backup::BackupPlan",
    listed_by=call("backup", "ListBackupPlans", MaxResults=1000),
    at="BackupPlansList",
    id="{BackupPlanArn}",
    name="{BackupPlanName}",
)
class BackupPlan(Resource):
    """When backups are taken; of what, its selections say."""


@resource(
    "AWS::Backup::BackupSelection",
    listed_by=call("backup", "ListBackupSelections", BackupPlanId="{BackupPlanId}", MaxResults=1000),
    at="BackupSelectionsList",
    id="{BackupPlanId}_{SelectionId}",
    name="{SelectionName}",
    over=BackupPlan,
    detail=Source(
        call("backup", "GetBackupSelection", BackupPlanId="{BackupPlanId}", SelectionId="{SelectionId}"),
        at="BackupSelection",
    ),
)
class BackupSelection(Resource):
    """What a backup plan backs up."""

    resources: tuple[str, ...] = member(absent=(), why=NO_CONDITION)
    not_resources: tuple[str, ...] = member(absent=(), why=NO_CONDITION)
    list_of_tags: tuple[TagValue, ...] = _tests()
    conditions: Conditions | None = member(absent=None, why=NO_CONDITION)
    # The same question for every selection of a Region, so it is asked once.
    services: Mapping[str, bool] = facet(
        call("backup", "DescribeRegionSettings"), at="ResourceTypeOptInPreference"
    )
