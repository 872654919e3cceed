"""CloudTrail: calls that change a trail, and what is to be known before."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Note, Ref, Step, note, step
from ishigaki.core.verbatim import said_of
from ishigaki.services.cloudtrail.resources import Trail


def update(trail: Trail, *permissions: str, **values: Any) -> Call:
    """CloudTrail takes it in the trail's home Region only, which is where a trail lies."""
    allowed = ("cloudtrail:UpdateTrail", *permissions)
    return call("cloudtrail", "UpdateTrail", permission=allowed, Name=trail.id, **values)


def widen(trail: Trail) -> Step:
    """Over all Regions, which CloudTrail allows only together with the events of global services."""
    before = said_of(trail).item.get("IncludeGlobalServiceEvents", True)
    return step(
        "widen",
        update(trail, IsMultiRegionTrail=True, IncludeGlobalServiceEvents=True),
        undo=update(trail, IsMultiRegionTrail=False, IncludeGlobalServiceEvents=before),
    )


def start(trail: Trail) -> Step:
    on, off = (call("cloudtrail", name, Name=trail.id) for name in ("StartLogging", "StopLogging"))
    return step("start", on, undo=off)


def encrypt(trail: Trail, key: str | Ref) -> Step:
    return step("encrypt", update(trail, KmsKeyId=key), undo=update(trail, KmsKeyId=""))


def reach(trail: Trail) -> tuple[Note, ...]:
    """Whom a change of the trail concerns beside its own account."""
    return (note("trail_of_organization", trail=trail.name),) if trail.is_organization_trail else ()
