"""Server certificates in IAM: what can be put right."""

from __future__ import annotations

from datetime import datetime, timedelta

from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, change, deletes, note, step
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.iam.certificates.resources import ServerCertificate


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(ServerCertificate(expiration=EXAMPLE_NOW - timedelta(days=400))),
        mends(ServerCertificate(expiration=EXAMPLE_NOW)),
        leaves(ServerCertificate(expiration=EXAMPLE_NOW + timedelta(seconds=1))),
    ],
)
def delete_expired_certificate(certificate: ServerCertificate, now: datetime) -> Changes:
    """Deletes a server certificate that has expired. IAM never shows the private key, so nothing brings it back."""
    if certificate.expiration > now:
        return
    yield change(
        deletes(certificate),
        steps=[
            step("delete", call("iam", "DeleteServerCertificate", ServerCertificateName=certificate.name))
        ],
        notes=(note("certificate_is_gone", date=certificate.expiration.date().isoformat()),),
    )


REMEDIATIONS = {"IAM.26": delete_expired_certificate}
