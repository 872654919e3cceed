"""Route 53: what is collected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


def zones(page: Mapping[str, Any]) -> list[Any]:
    """The hosted zones of a page by their bare id: AWS writes `/hostedzone/Z…` here and `Z…` elsewhere."""
    return [
        {
            **zone,
            "Id": zone["Id"].removeprefix("/hostedzone/"),
            "Private": zone.get("Config", {}).get("PrivateZone"),
        }
        for zone in page.get("HostedZones", ())
    ]


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

    private: bool


@resource(
    "AWS::Route53::HostedZone",
    listed_by=call("route53", "ListQueryLoggingConfigs", MaxResults="100"),
    at="QueryLoggingConfigs",
    id="arn:{partition}:route53:::hostedzone/{HostedZoneId}",
    name="{HostedZoneId}",
    scope="global",
)
class QueryLog(Resource):
    """A hosted zone as one whose DNS queries are logged; it has the zone's id."""

    cloud_watch_logs_log_group_arn: str


@resource(
    "AWS::Logs::ResourcePolicy",
    listed_by=call("logs", "DescribeResourcePolicies"),
    at="resourcePolicies",
    id="arn:{partition}:logs:us-east-1:{account}:resource-policy:{policyName}",
    name="{policyName}",
    scope="global",
)
class LogPolicy(Resource):
    """What lets a service write to log groups in us-east-1, where Route 53 logs."""

    policy_document: str
