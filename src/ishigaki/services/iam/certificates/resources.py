"""Server certificates in IAM: what is collected."""

from __future__ import annotations

from datetime import datetime

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::IAM::ServerCertificate",
    listed_by=call("iam", "ListServerCertificates", MaxItems=1000),
    at="ServerCertificateMetadataList",
    id="{Arn}",
    name="{ServerCertificateName}",
    scope="global",
)
class ServerCertificate(Resource):
    """An SSL/TLS certificate that was uploaded to IAM."""

    expiration: datetime
