"""FSx: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.fsx.resources import FileSystem, Lustre, OpenZfs

BARE = OpenZfs(copy_tags_to_backups=False, copy_tags_to_volumes=False, deployment_type="SINGLE_AZ_HA_2")
OPENZFS = FileSystem(name="fs-0123456789abcdef0", file_system_type="OPENZFS", open_zfs_configuration=BARE)
COPIES = ("CopyTagsToBackups", "CopyTagsToVolumes")


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(OPENZFS),
        mends(replace(OPENZFS, open_zfs_configuration=replace(BARE, copy_tags_to_backups=True))),
        mends(replace(OPENZFS, open_zfs_configuration=replace(BARE, copy_tags_to_volumes=True))),
        leaves(
            replace(
                OPENZFS,
                open_zfs_configuration=replace(BARE, copy_tags_to_backups=True, copy_tags_to_volumes=True),
            )
        ),
        leaves(
            FileSystem(file_system_type="LUSTRE", lustre_configuration=Lustre(copy_tags_to_backups=False))
        ),
    ],
)
def copy_tags_of_openzfs(system: FileSystem) -> Changes:
    """Has an OpenZFS file system copy its tags to new backups, and to new volumes that are given none.

    Of a Lustre file system it cannot be changed once it is there.
    """
    if system.file_system_type != "OPENZFS":
        return
    known = system.open_zfs_configuration
    if known.copy_tags_to_backups and known.copy_tags_to_volumes:
        return
    before = said(system, "open_zfs_configuration")
    was = {name: before.get(name, False) for name in COPIES}
    yield change(
        alters(system, open_zfs_configuration={**before, **dict.fromkeys(COPIES, True)}),
        steps=[step("copy tags", _set(system, dict.fromkeys(COPIES, True)), undo=_set(system, was))],
    )


def _set(system: FileSystem, copies: dict[str, bool]) -> Call:
    return call(
        "fsx",
        "UpdateFileSystem",
        FileSystemId=system.name,
        OpenZFSConfiguration=copies,
        secret=("FileSystem.OntapConfiguration.FsxAdminPassword",),
    )


REMEDIATIONS = {"FSx.1": copy_tags_of_openzfs}
