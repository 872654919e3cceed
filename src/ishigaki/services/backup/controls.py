"""Backup: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.backup.resources import RecoveryPoint

ENCRYPTED = RecoveryPoint(is_encrypted=True)


@control(
    "Backup.1",
    examples=[passes(ENCRYPTED), fails("not_encrypted", replace(ENCRYPTED, is_encrypted=False))],
)
def is_encrypted(point: RecoveryPoint) -> Faults:
    """A recovery point is encrypted, whatever it is a backup of and whether the vault has a key or not."""
    if not point.is_encrypted:
        yield fault("not_encrypted")


CONTROLS = (is_encrypted,)
