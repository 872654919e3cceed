"""CloudFront: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::CloudFront::Distribution",
    listed_by=call(
        "cloudfront",
        "ListDistributions",
        # A header that CloudFront adds is often the shared secret by which an origin knows it.
        secret=(
            "DistributionList.Items[].Comment",
            "DistributionList.Items[].Origins.Items[].CustomHeaders.Items[].HeaderValue",
        ),
    ),
    at="DistributionList.Items",
    id="{ARN}",
    name="{Id}",
    scope="global",
)
class Distribution(Resource):
    """A distribution."""
