"""EFS: what is required."""

from __future__ import annotations

from collections.abc import Callable

from ishigaki.core.control import Control, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.services.ec2.vpcs.resources import Subnet
from ishigaki.services.efs.backups import selects
from ishigaki.services.efs.resources import (
    AccessPoint,
    BackupSelection,
    FileSystem,
    MountTarget,
    PosixUser,
    TagValue,
)


def is_encrypted(id: str) -> Control:
    """EFS.1 and EFS.8 ask the same: the one periodically, the other whenever the file system changes."""

    @control(
        id,
        examples=[
            passes(FileSystem(encrypted=True)),
            fails("not_encrypted", FileSystem(encrypted=False)),
        ],
    )
    def encrypts(system: FileSystem) -> Faults:
        """The file system is encrypted, with whatever KMS key."""
        if not system.encrypted:
            yield fault("not_encrypted")

    return encrypts


PLAIN = FileSystem(
    id="arn:aws:elasticfilesystem:ap-northeast-1:111122223333:file-system/fs-0123456789abcdef0",
    tags={"backup": "daily"},
    backup_policy="DISABLED",
)
DAILY = BackupSelection(
    resources=(),
    not_resources=(),
    list_of_tags=(TagValue(condition_key="backup", condition_value="daily"),),
    conditions=None,
    services={"EFS": True},
)
NAMED = replace(DAILY, resources=(PLAIN.id,), list_of_tags=(), services={"EFS": False})


@control(
    "EFS.2",
    examples=[
        passes(replace(PLAIN, backup_policy="ENABLED")),
        passes(PLAIN, DAILY),
        passes(PLAIN, NAMED),
        passes(PLAIN, replace(NAMED, not_resources=(PLAIN.id,)), DAILY),
        fails("in_no_plan", PLAIN),
        fails("in_no_plan", replace(PLAIN, backup_policy=None)),
        fails("in_no_plan", replace(PLAIN, tags={}), DAILY),
        fails("in_no_plan", PLAIN, replace(DAILY, services={"EFS": False})),
        fails("in_no_plan", PLAIN, replace(NAMED, not_resources=(PLAIN.id,))),
        fails("in_no_plan", PLAIN, replace(NAMED, resources=(f"{PLAIN.id}1",))),
    ],
)
def is_in_backup_plan(system: FileSystem, selections: Given[BackupSelection]) -> Faults:
    """Some backup plan of the Region includes the file system: AWS's own of automatic backups, or another whose
    selection chooses it. Whether a backup has been taken is not asked."""
    ways: tuple[Callable[[], bool], ...] = (
        lambda: system.backup_policy == "ENABLED",
        lambda: some(selections, lambda each: selects(each, system)),
    )
    if not some(ways, lambda way: way()):
        yield fault("in_no_plan")


OWN = AccessPoint(root="/app", posix_user=PosixUser(uid=1000))


@control(
    "EFS.3",
    examples=[
        passes(OWN),
        passes(replace(OWN, root="/a", posix_user=None)),
        fails("root_of_file_system", replace(OWN, root="/")),
    ],
)
def has_own_root(point: AccessPoint) -> Faults:
    """The access point opens a directory of its own, not the file system's root."""
    if point.root == "/":
        yield fault("root_of_file_system")


@control(
    "EFS.4",
    examples=[
        passes(OWN),
        passes(replace(OWN, posix_user=PosixUser(uid=0))),
        fails("no_user", replace(OWN, posix_user=None)),
    ],
)
def has_own_user(point: AccessPoint) -> Faults:
    """The access point sets the POSIX user. AWS does not ask which: root is one, too."""
    if point.posix_user is None:
        yield fault("no_user")


PRIVATE = Subnet(name="subnet-1", map_public_ip_on_launch=False, assign_ipv6_address_on_creation=False)
MOUNTED = FileSystem(mount_targets=(MountTarget(mount_target_id="fsmt-1", subnet_id="subnet-1"),))
ELSEWHERE = MountTarget(mount_target_id="fsmt-2", subnet_id="subnet-2")


@control(
    "EFS.6",
    examples=[
        passes(MOUNTED, PRIVATE),
        passes(MOUNTED, PRIVATE, replace(PRIVATE, name="subnet-2", map_public_ip_on_launch=True)),
        passes(replace(MOUNTED, mount_targets=())),
        fails("public_subnet", MOUNTED, replace(PRIVATE, map_public_ip_on_launch=True)),
        fails("public_subnet", MOUNTED, replace(PRIVATE, assign_ipv6_address_on_creation=True)),
        fails(
            "public_subnet",
            replace(MOUNTED, mount_targets=(*MOUNTED.mount_targets, ELSEWHERE)),
            PRIVATE,
            replace(PRIVATE, name="subnet-2", map_public_ip_on_launch=True),
        ),
    ],
)
def is_mounted_privately(system: FileSystem, subnets: Given[Subnet]) -> Faults:
    """No mount target lies in a subnet that assigns public IPv4 addresses at launch, or IPv6 addresses on creation.

    A file system without mount targets passes. A subnet that the account does not see is not judged.
    """
    for target in chosen(system.mount_targets, lambda each: _assigns_addresses(each, subnets)):
        yield fault("public_subnet", target=target.mount_target_id, subnet=target.subnet_id)


def _assigns_addresses(target: MountTarget, subnets: Given[Subnet]) -> bool:
    for subnet in subnets.by("name")[target.subnet_id]:
        return subnet.map_public_ip_on_launch or subnet.assign_ipv6_address_on_creation
    raise Unseen(f"Subnet {target.subnet_id}", NOT_IN_ANSWER)


@control(
    "EFS.7",
    examples=[
        passes(FileSystem(backup_policy="ENABLED")),
        fails("no_backups", FileSystem(backup_policy="DISABLED")),
        fails("no_backups", FileSystem(backup_policy="DISABLING")),
        fails("no_backups", FileSystem(backup_policy="ENABLING")),
        fails("no_backups", FileSystem(backup_policy=None)),
    ],
)
def is_backed_up_daily(system: FileSystem) -> Faults:
    """Automatic backups are on: the status of the backup policy is ENABLED, not merely on its way there."""
    if system.backup_policy != "ENABLED":
        yield fault("no_backups")


CONTROLS = (
    is_encrypted("EFS.1"),
    is_in_backup_plan,
    has_own_root,
    has_own_user,
    is_mounted_privately,
    is_backed_up_daily,
    is_encrypted("EFS.8"),
)
