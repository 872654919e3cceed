"""Systems Manager: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.services.ec2.instances.resources import Instance

SHARES = call("ssm", "DescribeDocumentPermission", Name="{Name}", PermissionType="Share", MaxResults=200)
SCRIPT_LOGS = "/ssm/automation/customer-script-log-destination"
PUBLIC_SHARING = "/ssm/documents/console/public-sharing-permission"
COMPLIANCE = ("COMPLIANT", "NON_COMPLIANT")
INFORMATION = "AWS:InstanceInformation"
INVENTORY = "arn:{{partition}}:ssm:{{region}}:{{account}}:managed-instance-inventory/{}"


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
    id=INVENTORY.format("{ResourceId}"),
    name="{ResourceId}",
)
class PatchCompliance(Resource):
    """How a managed node stands to its patch baseline."""

    status: str = member(values=COMPLIANCE)


@resource(
    "AWS::SSM::AssociationCompliance",
    listed_by=call(
        "ssm",
        "ListResourceComplianceSummaries",
        Filters=[{"Key": "ComplianceType", "Values": ["Association"], "Type": "EQUAL"}],
        MaxResults=50,
    ),
    at="ResourceComplianceSummaryItems",
    id=INVENTORY.format("{ResourceId}"),
    name="{ResourceId}",
)
class AssociationCompliance(Resource):
    """How a managed node stands to its State Manager associations."""

    status: str = member(values=COMPLIANCE)


@resource(
    "AWS::SSM::ManagedInstanceInventory",
    listed_by=call(
        "ssm",
        "DescribeInstanceInformation",
        MaxResults=50,
        secret=("InstanceInformationList[].IPAddress",),
    ),
    at="InstanceInformationList",
    id=INVENTORY.format("{InstanceId}"),
    name="{InstanceId}",
)
class ManagedNode(Resource):
    """A node that Systems Manager manages, an EC2 instance or another machine; stopped ones are not shown."""

    instance_id: str
    ping_status: str


@resource(
    "AWS::SSM::ManagedInstanceInventory",
    listed_by=call(
        "ssm",
        "GetInventory",
        Filters=[{"Key": f"{INFORMATION}.InstanceStatus", "Values": ["Stopped"], "Type": "Equal"}],
        ResultAttributes=[{"TypeName": INFORMATION}],
        MaxResults=50,
        secret=("Entities[].Data.*.Content[].*",),
    ),
    at="Entities",
    id=INVENTORY.format("{Id}"),
    name="{Id}",
)
class StoppedNode(Resource):
    """A node that Systems Manager manages and that is stopped."""

    node_id: str = member(at="Id")


@resource(
    Instance.aws,
    listed_by=Instance.listed_by,
    at=Instance.items,
    id=Instance.identity["id"],
    name=Instance.identity["name"],
    tags=Instance.identity["tags"],
)
class Machine(Resource):
    """An EC2 instance, as far as Systems Manager has to do with it."""

    instance_id: str
    state: str = member(
        at="State.Name",
        values=("pending", "running", "shutting-down", "terminated", "stopping", "stopped"),
    )
