"""Scenes of detection: Security Hub."""

from __future__ import annotations

from collections.abc import Mapping

from tests.journeys.scenes.started import made
from tests.journeys.workshop import Furnish, Workshop


def hub(workshop: Workshop) -> None:
    """Security Hub without any standard: its controls have AWS's own parameters."""
    made(workshop, "securityhub:EnableSecurityHub", EnableDefaultStandards=False)


SCENES: Mapping[str, Furnish] = {"tune_control": hub}
CANNOT: Mapping[str, str] = {}
