"""Server certificates in IAM: what is required."""

from __future__ import annotations

from datetime import datetime, timedelta

from ishigaki.core.control import EXAMPLE_NOW, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.iam.certificates.resources import ServerCertificate


@control(
    "IAM.26",
    examples=[
        passes(ServerCertificate(expiration=EXAMPLE_NOW + timedelta(seconds=1))),
        fails("expired", ServerCertificate(expiration=EXAMPLE_NOW)),
        fails("expired", ServerCertificate(expiration=EXAMPLE_NOW - timedelta(days=400))),
    ],
)
def has_not_expired(certificate: ServerCertificate, now: datetime) -> Faults:
    """The certificate has not expired, in use or not."""
    if certificate.expiration <= now:
        yield fault("expired", date=certificate.expiration.date().isoformat())


CONTROLS = (has_not_expired,)
