"""Kinesis: what is required."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ishigaki.core.control import Parameters, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.kinesis.resources import Stream

HOURS = r"^(2[4-9]|[3-9]\d|[1-9]\d{2}|[1-7]\d{3}|8[0-6]\d{2}|87[0-5]\d|8760)$"

GOOD = Stream(encryption_type="KMS", retention_period_hours=168)


@control("Kinesis.1", examples=[passes(GOOD), fails("not_encrypted", replace(GOOD, encryption_type="NONE"))])
def encrypts_at_rest(stream: Stream) -> Faults:
    """Data at rest is encrypted, with whatever key."""
    if stream.encryption_type != "KMS":
        yield fault("not_encrypted")


class Retention(Parameters, frozen=True):
    """What AWS lets an account set of Kinesis.3, in hours: 24 to 8760, which AWS takes as text."""

    minimum_backup_retention_period: Annotated[str, Meta(pattern=HOURS)] = "168"

    @property
    def hours(self) -> int:
        return int(self.minimum_backup_retention_period)


@control(
    "Kinesis.3",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, retention_period_hours=8760)),
        fails("short_retention", replace(GOOD, retention_period_hours=167)),
        fails("short_retention", replace(GOOD, retention_period_hours=24)),
        fails("short_retention", GOOD, asked=Retention(minimum_backup_retention_period="169")),
        passes(
            replace(GOOD, retention_period_hours=24), asked=Retention(minimum_backup_retention_period="24")
        ),
    ],
)
def keeps_records(stream: Stream, asked: Retention) -> Faults:
    """Records are kept long enough, by default for 168 hours (seven days)."""
    hours, least = stream.retention_period_hours, asked.hours
    if hours < least:
        yield fault("short_retention", hours=hours, least=least)


CONTROLS = (encrypts_at_rest, keeps_records)
