"""Systems Manager: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource

SHARES = call("ssm", "DescribeDocumentPermission", Name="{Name}", PermissionType="Share", MaxResults=200)
SCRIPT_LOGS = "/ssm/automation/customer-script-log-destination"
PUBLIC_SHARING = "/ssm/documents/console/public-sharing-permission"


class Share(Value):
    """With whom a document is shared, and which version of it."""

    account_id: str
    shared_document_version: str | None = member(
        absent=None, why="ModifyDocumentPermission need not be told a version"
    )


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

    shared_with: tuple[str, ...] = facet(SHARES, at="AccountIds")
    shares: tuple[Share, ...] = facet(SHARES, at="AccountSharingInfoList")


@resource("AWS::::Account")
class SsmSettings(Resource):
    """Service settings of Systems Manager in the Region: each with its status, Default or Customized."""

    script_log_destination: str = facet(
        call("ssm", "GetServiceSetting", SettingId=SCRIPT_LOGS), at="ServiceSetting.SettingValue"
    )
    script_log_status: str = facet(
        call("ssm", "GetServiceSetting", SettingId=SCRIPT_LOGS), at="ServiceSetting.Status"
    )
    public_sharing: str = facet(
        call("ssm", "GetServiceSetting", SettingId=PUBLIC_SHARING), at="ServiceSetting.SettingValue"
    )
    public_sharing_status: str = facet(
        call("ssm", "GetServiceSetting", SettingId=PUBLIC_SHARING), at="ServiceSetting.Status"
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
