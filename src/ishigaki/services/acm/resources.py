"""ACM: what is collected."""

from __future__ import annotations

from datetime import datetime

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, resource

# Without the filters AWS shows neither certificates of other key types nor those issued over ACME.
KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
ORIGINS = ["AWS_MANAGED", "ACME", "CUSTOMER_PROVIDED"]

UNISSUED = ("PENDING_VALIDATION", "VALIDATION_TIMED_OUT", "FAILED")  # a request that came to no certificate
STATUSES = (*UNISSUED, "ISSUED", "INACTIVE", "EXPIRED", "REVOKED")


@resource(
    "AWS::ACM::Certificate",
    listed_by=call(
        "acm",
        "ListCertificates",
        Includes={"keyTypes": KEY_TYPES},
        CertificateKeyPairOrigins=ORIGINS,
        MaxItems=1000,
    ),
    at="CertificateSummaryList",
    id="{CertificateArn}",
    name="{CertificateArn!name}",
)
class Certificate(Resource):
    """A certificate issued by ACM or imported into it."""

    key_algorithm: str
    status: str = member(values=STATUSES)
    not_after: datetime
