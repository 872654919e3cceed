"""Private CA: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::ACMPCA::CertificateAuthority",
    listed_by=call("acm-pca", "ListCertificateAuthorities", ResourceOwner="SELF", MaxResults=100),
    # A deleted authority is shown until the time to restore it is over; until restored it does nothing.
    at="CertificateAuthorities[?Status!='DELETED']",
    id="{Arn}",
    name="{Arn!name}",
    owner="{Arn!account}",
)
class CertificateAuthority(Resource):
    """A private certificate authority."""

    type: str = member(values=("ROOT", "SUBORDINATE"))
    status: str = member(
        values=("CREATING", "PENDING_CERTIFICATE", "ACTIVE", "DISABLED", "EXPIRED", "FAILED")
    )
