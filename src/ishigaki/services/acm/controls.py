"""ACM: what is required."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta

from ishigaki.core.control import EXAMPLE_NOW, Parameters, cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.acm.resources import UNISSUED, Certificate

LEAST_BITS = 2048
GOOD = Certificate(key_algorithm="RSA_2048", status="ISSUED", not_after=EXAMPLE_NOW + timedelta(days=90))


class Renewal(Parameters, frozen=True):
    """What AWS lets an account set of ACM.1: how long before it expires a certificate must be renewed."""

    days_to_expiration: Annotated[int, Meta(ge=14, le=365)] = 30


def _for(days: float) -> Certificate:
    return replace(GOOD, not_after=EXAMPLE_NOW + timedelta(days=days))


@control(
    "ACM.1",
    where=lambda certificate: certificate.status not in UNISSUED,
    examples=[
        passes(GOOD),
        passes(_for(31)),
        passes(_for(20), asked=Renewal(days_to_expiration=14)),
        fails("expires_soon", _for(30)),
        fails("expires_soon", _for(20)),
        fails("expires_soon", GOOD, asked=Renewal(days_to_expiration=365)),
        fails("expired", replace(_for(-1), status="EXPIRED")),
        ignores(Certificate(status="PENDING_VALIDATION")),
        ignores(Certificate(status="VALIDATION_TIMED_OUT")),
    ],
)
def is_renewed_in_time(certificate: Certificate, asked: Renewal, now: datetime) -> Faults:
    """The certificate does not expire within the days asked for, whether it is in use or not, and who renews it.

    A request that has not come to a certificate has no day on which it expires: it is not judged.
    """
    left = certificate.not_after - now
    if left < timedelta():
        yield fault("expired", on=f"{certificate.not_after:%Y-%m-%d}")
    elif left <= timedelta(days=asked.days_to_expiration):
        yield fault("expires_soon", on=f"{certificate.not_after:%Y-%m-%d}", days=asked.days_to_expiration)


@control(
    "ACM.2",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, key_algorithm="RSA_4096")),
        passes(replace(GOOD, key_algorithm="RSA-2048")),
        passes(replace(GOOD, key_algorithm="EC_prime256v1")),
        passes(replace(GOOD, key_algorithm="EC-secp384r1")),
        fails("short_key", replace(GOOD, key_algorithm="RSA_1024")),
        fails("short_key", replace(GOOD, key_algorithm="RSA-1024")),
        cannot_tell(replace(GOOD, key_algorithm="DSA_1024")),
        cannot_tell(replace(GOOD, key_algorithm="RSA_PSS")),
    ],
)
def has_long_key(certificate: Certificate) -> Faults:
    """The key of an RSA certificate has at least 2048 bits. Elliptic-curve keys are shorter by nature.

    ACM writes RSA_2048 in its model, and answers RSA-2048, too.
    """
    kind, _, size = certificate.key_algorithm.replace("-", "_").partition("_")
    if kind == "EC":
        return
    if kind != "RSA" or not size.isdigit():
        raise Unseen("Certificate.key_algorithm", UNKNOWN_VALUE)
    if int(size) < LEAST_BITS:
        yield fault("short_key", bits=int(size))


CONTROLS = (is_renewed_in_time, has_long_key)
