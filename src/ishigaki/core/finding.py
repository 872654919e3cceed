"""A finding: what one control says of one resource."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from ishigaki.core.fault import Fault


class Status(StrEnum):
    """`Compliance.Status` of Security Hub."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    WARNING = "WARNING"
    NOT_AVAILABLE = "NOT_AVAILABLE"


class Severity(StrEnum):
    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)  # worst first


class Reason(msgspec.Struct, frozen=True):
    """Why a finding is what it is beyond its faults: a code (AWS's where there is one) and what it is about."""

    code: str
    what: str = ""


EMPTY = Reason("CONFIG_EVALUATIONS_EMPTY")  # AWS's code for "there is no such resource here"


class Finding(msgspec.Struct, frozen=True):
    """Identity is account, Region, resource and control (with its variant: `EC2.21@2022`).

    `region` is `aws-global` for global things. `reason` says why nothing could be judged, what was not seen
    beside proven faults, or that there is no such resource. `parameters` are those of the control that were set
    otherwise than Security Hub does. `workflow` and `record` are Security Hub's.
    """

    control: str
    account: str
    region: str
    resource_type: str
    resource: str
    status: Status
    faults: tuple[Fault, ...] = ()
    reason: Reason | None = None
    name: str = ""
    workflow: str = "NEW"
    record: str = "ACTIVE"
    parameters: dict[str, Any] = {}

    @property
    def identity(self) -> tuple[str, str, str, str]:
        return self.account, self.region, self.resource, self.control


class Unjudged(msgspec.Struct, frozen=True):
    """Resources that a control is about while the control is not implemented: coverage, not blindness."""

    control: str
    account: str
    region: str
    resources: int
