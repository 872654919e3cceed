"""FSx: what is required."""

from __future__ import annotations

from typing import Literal

from ishigaki.core.control import Parameters, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.fsx.resources import FileSystem, Lustre, Ontap, OpenZfs, Windows

TAGGING = OpenZfs(copy_tags_to_backups=True, copy_tags_to_volumes=True, deployment_type="MULTI_AZ_1")
OPENZFS = FileSystem(file_system_type="OPENZFS", open_zfs_configuration=TAGGING)
LUSTRE = FileSystem(file_system_type="LUSTRE", lustre_configuration=Lustre(copy_tags_to_backups=True))
ONTAP = FileSystem(file_system_type="ONTAP", ontap_configuration=Ontap(deployment_type="MULTI_AZ_1"))
WINDOWS = FileSystem(file_system_type="WINDOWS", windows_configuration=Windows(deployment_type="MULTI_AZ_1"))


@control(
    "FSx.1",
    where=lambda system: system.file_system_type == "OPENZFS",
    examples=[
        passes(OPENZFS),
        fails(
            "not_to_backups",
            replace(OPENZFS, open_zfs_configuration=replace(TAGGING, copy_tags_to_backups=False)),
        ),
        fails(
            "not_to_volumes",
            replace(OPENZFS, open_zfs_configuration=replace(TAGGING, copy_tags_to_volumes=False)),
        ),
        ignores(LUSTRE),
    ],
)
def copies_tags(system: FileSystem) -> Faults:
    """An OpenZFS file system copies its tags to its backups and to its volumes."""
    if not system.open_zfs_configuration.copy_tags_to_backups:
        yield fault("not_to_backups")
    if not system.open_zfs_configuration.copy_tags_to_volumes:
        yield fault("not_to_volumes")


@control(
    "FSx.2",
    where=lambda system: system.file_system_type == "LUSTRE",
    examples=[
        passes(LUSTRE),
        fails("not_to_backups", replace(LUSTRE, lustre_configuration=Lustre(copy_tags_to_backups=False))),
        ignores(OPENZFS),
    ],
)
def copies_tags_to_backups(system: FileSystem) -> Faults:
    """A Lustre file system copies its tags to its backups.

    AWS makes no exception of scratch file systems, which cannot be backed up.
    """
    if not system.lustre_configuration.copy_tags_to_backups:
        yield fault("not_to_backups")


@control(
    "FSx.3",
    where=lambda system: system.file_system_type == "OPENZFS",
    examples=[
        passes(OPENZFS),
        fails(
            "one_zone",
            replace(OPENZFS, open_zfs_configuration=replace(TAGGING, deployment_type="SINGLE_AZ_HA_2")),
        ),
        ignores(WINDOWS),
    ],
)
def openzfs_outlives_a_zone(system: FileSystem) -> Faults:
    """An OpenZFS file system is deployed as MULTI_AZ_1. A pair of servers in one zone (SINGLE_AZ_HA) is not."""
    deployment = system.open_zfs_configuration.deployment_type
    if deployment != "MULTI_AZ_1":
        yield fault("one_zone", deployment=deployment)


class OntapDeployments(Parameters, frozen=True):
    """What AWS lets an account set of FSx.4."""

    deployment_types: tuple[Literal["MULTI_AZ_1", "MULTI_AZ_2"], ...] = ("MULTI_AZ_1", "MULTI_AZ_2")


SECOND = replace(ONTAP, ontap_configuration=Ontap(deployment_type="MULTI_AZ_2"))


@control(
    "FSx.4",
    where=lambda system: system.file_system_type == "ONTAP",
    examples=[
        passes(ONTAP),
        passes(SECOND),
        passes(SECOND, asked=OntapDeployments(deployment_types=("MULTI_AZ_2",))),
        fails("not_deployed_so", ONTAP, asked=OntapDeployments(deployment_types=("MULTI_AZ_2",))),
        fails("not_deployed_so", replace(ONTAP, ontap_configuration=Ontap(deployment_type="SINGLE_AZ_2"))),
        ignores(WINDOWS),
    ],
)
def ontap_outlives_a_zone(system: FileSystem, asked: OntapDeployments) -> Faults:
    """An ONTAP file system is deployed in several Availability Zones, in one of the ways that are asked for."""
    deployment = system.ontap_configuration.deployment_type
    if deployment not in asked.deployment_types:
        yield fault("not_deployed_so", deployment=deployment, wanted=", ".join(asked.deployment_types))


@control(
    "FSx.5",
    where=lambda system: system.file_system_type == "WINDOWS",
    examples=[
        passes(WINDOWS),
        fails("one_zone", replace(WINDOWS, windows_configuration=Windows(deployment_type="SINGLE_AZ_2"))),
        ignores(ONTAP),
    ],
)
def windows_outlives_a_zone(system: FileSystem) -> Faults:
    """A file system for Windows is deployed as MULTI_AZ_1."""
    deployment = system.windows_configuration.deployment_type
    if deployment != "MULTI_AZ_1":
        yield fault("one_zone", deployment=deployment)


CONTROLS = (
    copies_tags,
    copies_tags_to_backups,
    openzfs_outlives_a_zone,
    ontap_outlives_a_zone,
    windows_outlives_a_zone,
)
