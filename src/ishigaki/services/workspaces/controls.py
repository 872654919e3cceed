"""WorkSpaces: what is required."""

from __future__ import annotations

from ishigaki.core.control import Control, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.workspaces.resources import Workspace

ENCRYPTED = Workspace(user_volume_encryption_enabled=True, root_volume_encryption_enabled=True)
VOLUMES = {"WorkSpaces.1": "user_volume_encryption_enabled", "WorkSpaces.2": "root_volume_encryption_enabled"}


def encrypts(id: str, setting: str) -> Control:
    """The control of one of a WorkSpace's two volumes."""
    (other,) = set(VOLUMES.values()) - {setting}

    @control(
        id,
        examples=[
            passes(ENCRYPTED),
            passes(replace(ENCRYPTED, **{other: False})),
            fails("not_encrypted", replace(ENCRYPTED, **{setting: False})),
        ],
    )
    def volume_is_encrypted(workspace: Workspace) -> Faults:
        """The volume of the WorkSpace is encrypted, with whatever KMS key."""
        if not getattr(workspace, setting):
            yield fault("not_encrypted")

    return volume_is_encrypted


CONTROLS = tuple(encrypts(id, setting) for id, setting in VOLUMES.items())
