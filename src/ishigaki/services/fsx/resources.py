"""FSx: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource

DEFAULT = "AWS: this value defaults to false"
SINGLE = ("SINGLE_AZ_1", "SINGLE_AZ_2")
MULTIPLE = ("MULTI_AZ_1", "MULTI_AZ_2")


class OpenZfs(Value):
    copy_tags_to_backups: bool = member(absent=False, why=DEFAULT)
    copy_tags_to_volumes: bool = member(absent=False, why=DEFAULT)
    deployment_type: str = member(values=(*SINGLE, "SINGLE_AZ_HA_1", "SINGLE_AZ_HA_2", "MULTI_AZ_1"))


class Lustre(Value):
    copy_tags_to_backups: bool = member(absent=False, why=DEFAULT)


class Ontap(Value):
    deployment_type: str = member(values=(*SINGLE, *MULTIPLE))


class Windows(Value):
    deployment_type: str = member(values=(*SINGLE, "MULTI_AZ_1"))


@resource(
    "AWS::FSx::FileSystem",
    listed_by=call(
        "fsx", "DescribeFileSystems", secret=("FileSystems[].OntapConfiguration.FsxAdminPassword",)
    ),
    at="FileSystems",
    id="{ResourceARN}",
    name="{FileSystemId}",
    owner="{OwnerId}",
    tags="Tags",
)
class FileSystem(Resource):
    """A file system: Windows, Lustre, ONTAP or OpenZFS. It has the configuration of its own type only."""

    file_system_type: str = member(values=("WINDOWS", "LUSTRE", "ONTAP", "OPENZFS"))
    open_zfs_configuration: OpenZfs
    lustre_configuration: Lustre
    ontap_configuration: Ontap
    windows_configuration: Windows
