"""Route 53: what is collected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


def zones(page: Mapping[str, Any]) -> list[Any]:
    """The hosted zones of a page by their bare id: AWS writes `/hostedzone/Z…` here and `Z…` elsewhere."""
    return [{**zone, "Id": zone["Id"].removeprefix("/hostedzone/")} for zone in page.get("HostedZones", ())]


@resource(
    "AWS::Route53::HostedZone",
    listed_by=call("route53", "ListHostedZones"),
    at=zones,
    id="arn:{partition}:route53:::hostedzone/{Id}",
    name="{Name}",
    scope="global",
)
class HostedZone(Resource):
    """A hosted zone, public or private."""
