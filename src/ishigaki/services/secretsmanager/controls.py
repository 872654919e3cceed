"""Secrets Manager: what is required."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta

from ishigaki.core.control import EXAMPLE_NOW, Parameters, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.secretsmanager.resources import Secret


class Frequency(Parameters, frozen=True):
    """What AWS lets an account set of SecretsManager.1: how many days may lie between rotations, if that matters."""

    maximum_allowed_rotation_frequency: Annotated[int, Meta(ge=1, le=365)] | None = None


class Usage(Parameters, frozen=True):
    """What AWS lets an account set of SecretsManager.3."""

    unused_for_days: Annotated[int, Meta(ge=1, le=365)] = 90


class Rotation(Parameters, frozen=True):
    """What AWS lets an account set of SecretsManager.4."""

    max_days_since_rotation: Annotated[int, Meta(ge=1, le=180)] = 90


def ago(days: int, *, seconds: int = 0) -> datetime:
    """So long before the moment of the examples."""
    return EXAMPLE_NOW - timedelta(days=days, seconds=seconds)


ROTATED = Secret(
    created_date=ago(400),
    rotation_enabled=True,
    automatically_after_days=30,
    last_rotated_date=ago(90),
    next_rotation_date=EXAMPLE_NOW,
    last_accessed_date=ago(90),
)
STATIC = Secret(created_date=ago(90), rotation_enabled=False, last_rotated_date=None, last_accessed_date=None)
MONTHLY, WEEKLY = (Frequency(maximum_allowed_rotation_frequency=days) for days in (30, 7))


@control(
    "SecretsManager.1",
    examples=[
        passes(ROTATED),
        passes(Secret(rotation_enabled=True)),
        passes(ROTATED, asked=MONTHLY),
        fails("not_rotated", STATIC),
        fails("not_rotated", STATIC, asked=MONTHLY),
        fails("too_seldom", ROTATED, asked=WEEKLY),
    ],
)
def rotates_automatically(secret: Secret, asked: Frequency) -> Faults:
    """The secret is configured to be rotated automatically; where a frequency is asked for, at least so often.

    AWS does not except secrets that a service owns, nor replicas: each is judged by what AWS shows of it.
    """
    if not secret.rotation_enabled:
        yield fault("not_rotated")
        return
    most = asked.maximum_allowed_rotation_frequency
    if most is not None and secret.automatically_after_days > most:
        yield fault("too_seldom", days=secret.automatically_after_days, most=most)


@control(
    "SecretsManager.2",
    where=lambda secret: secret.rotation_enabled,
    examples=[
        passes(ROTATED),
        ignores(STATIC),
        ignores(replace(ROTATED, rotation_enabled=False, next_rotation_date=ago(1))),
        fails("overdue", replace(ROTATED, next_rotation_date=ago(0, seconds=1))),
        fails("overdue", replace(ROTATED, next_rotation_date=ago(40), last_rotated_date=None)),
    ],
)
def rotates_as_scheduled(secret: Secret, now: datetime) -> Faults:
    """The secret, where it is rotated, is rotated on time.

    AWS's RotationOccurringAsScheduled is shown by AWS Config alone. AWS says of the date on or before which the next
    rotation is scheduled: if rotation is unsuccessful, it may be in the past. So a date in the past is the failure.
    """
    if secret.next_rotation_date < now:
        yield fault("overdue", due=f"{secret.next_rotation_date:%Y-%m-%d}")


@control(
    "SecretsManager.3",
    examples=[
        passes(ROTATED),
        passes(STATIC),
        passes(replace(STATIC, created_date=ago(400), last_accessed_date=ago(1))),
        passes(replace(ROTATED, last_accessed_date=ago(200)), asked=Usage(unused_for_days=200)),
        fails("unused", replace(ROTATED, last_accessed_date=ago(90, seconds=1))),
        fails("unused", replace(ROTATED, last_accessed_date=ago(2)), asked=Usage(unused_for_days=1)),
        fails("never_used", replace(STATIC, created_date=ago(90, seconds=1))),
    ],
)
def is_used(secret: Secret, asked: Usage, now: datetime) -> Faults:
    """The secret was retrieved within the last days that are asked for; one that never was has so many days from its
    creation on."""
    last = secret.last_accessed_date
    if now - (last or secret.created_date) <= timedelta(days=asked.unused_for_days):
        return
    if last is None:
        yield fault("never_used", created=f"{secret.created_date:%Y-%m-%d}", most=asked.unused_for_days)
    else:
        yield fault("unused", since=f"{last:%Y-%m-%d}", most=asked.unused_for_days)


@control(
    "SecretsManager.4",
    examples=[
        passes(ROTATED),
        passes(STATIC),
        passes(replace(ROTATED, last_rotated_date=ago(180)), asked=Rotation(max_days_since_rotation=180)),
        fails("old", replace(ROTATED, last_rotated_date=ago(90, seconds=1))),
        fails("old", replace(ROTATED, last_rotated_date=ago(2)), asked=Rotation(max_days_since_rotation=1)),
        fails("never_rotated", replace(STATIC, created_date=ago(90, seconds=1))),
        fails("never_rotated", replace(ROTATED, last_rotated_date=None)),
    ],
)
def was_rotated(secret: Secret, asked: Rotation, now: datetime) -> Faults:
    """The secret was rotated within the last days that are asked for; one that never was has so many days from its
    creation on. Values that somebody stored by hand are no rotation that AWS shows the date of."""
    last = secret.last_rotated_date
    if now - (last or secret.created_date) <= timedelta(days=asked.max_days_since_rotation):
        return
    most = asked.max_days_since_rotation
    if last is None:
        yield fault("never_rotated", created=f"{secret.created_date:%Y-%m-%d}", most=most)
    else:
        yield fault("old", since=f"{last:%Y-%m-%d}", most=most)


CONTROLS = (rotates_automatically, rotates_as_scheduled, is_used, was_rotated)
