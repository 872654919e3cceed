"""Systems Manager: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


class PublicSharing(Value):
    setting_value: str = member(values=("Enable", "Disable"))


@resource(
    "AWS::SSM::Document",
    listed_by=call("ssm", "ListDocuments", Filters=[{"Key": "Owner", "Values": ["Self"]}], MaxResults=50),
    at="DocumentIdentifiers",
    id="arn:{partition}:ssm:{region}:{account}:document/{Name}",
    name="{Name}",
    tags="Tags",
)
class Document(Resource):
    """A document that the account owns."""

    shared_with: tuple[str, ...] = facet(
        call("ssm", "DescribeDocumentPermission", Name="{Name}", PermissionType="Share", MaxResults=200),
        at="AccountIds",
    )


@resource("AWS::::Account")
class SsmSettings(Resource):
    """Service settings of Systems Manager in the Region."""

    script_log_destination: str = facet(
        call("ssm", "GetServiceSetting", SettingId="/ssm/automation/customer-script-log-destination"),
        at="ServiceSetting.SettingValue",
    )
    public_sharing: PublicSharing = facet(
        call("ssm", "GetServiceSetting", SettingId="/ssm/documents/console/public-sharing-permission"),
        at="ServiceSetting",
    )


@resource(
    "AWS::SSM::PatchCompliance",
    listed_by=call(
        "ssm",
        "ListResourceComplianceSummaries",
        Filters=[{"Key": "ComplianceType", "Values": ["Patch"], "Type": "EQUAL"}],
        MaxResults=50,
    ),
    at="ResourceComplianceSummaryItems",
    id="arn:{partition}:ssm:{region}:{account}:managed-instance-inventory/{ResourceId}",
    name="{ResourceId}",
)
class PatchCompliance(Resource):
    """How a managed node stands to its patch baseline."""


@resource(
    "AWS::SSM::AssociationCompliance",
    listed_by=call(
        "ssm",
        "ListResourceComplianceSummaries",
        Filters=[{"Key": "ComplianceType", "Values": ["Association"], "Type": "EQUAL"}],
        MaxResults=50,
    ),
    at="ResourceComplianceSummaryItems",
    id="arn:{partition}:ssm:{region}:{account}:managed-instance-inventory/{ResourceId}",
    name="{ResourceId}",
)
class AssociationCompliance(Resource):
    """How a managed node stands to its State Manager associations."""
