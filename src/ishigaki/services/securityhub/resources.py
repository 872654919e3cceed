"""Security Hub: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER

NOT_ENABLED = "InvalidAccessException: is not subscribed"  # the code alone may also mean a missing permission
NOT_ADMINISTRATOR = "InvalidAccessException: is not an administrator"


class Hub(Value):
    """How Security Hub is set in one Region."""

    auto_enable_controls: bool
    control_finding_generator: str = member(values=("STANDARD_CONTROL", "SECURITY_CONTROL"))


@resource("AWS::::Account")
class Posture(Resource):
    """How the account is judged by Security Hub in one Region, and who decides on it."""

    hub: Hub | None = facet(
        call("securityhub", "DescribeHub"),
        absent={NOT_ENABLED: None},
        why="AWS answers so where Security Hub is not enabled",
    )
    administrator: str | None = facet(
        call("securityhub", "GetAdministratorAccount"),
        at="Administrator.AccountId",
        absent={NOT_ENABLED: None, NOT_IN_ANSWER: None},
        why="only an account that is a member has an administrator account to show",
    )
    organization_configuration: str | None = facet(
        call("securityhub", "DescribeOrganizationConfiguration"),
        at="OrganizationConfiguration.ConfigurationType",
        absent={NOT_ENABLED: None, NOT_ADMINISTRATOR: None, NOT_IN_ANSWER: None},
        why="Only the Security Hub administrator account can invoke this operation",
    )
    management_account: str | None = facet(
        call("organizations", "DescribeOrganization", secret=("Organization.MasterAccountEmail",)),
        at="Organization.MasterAccountId",
        absent={"AWSOrganizationsNotInUseException": None},
        why="Your account isn't a member of an organization",
    )


@resource(
    "AWS::SecurityHub::Standard",
    listed_by=call("securityhub", "GetEnabledStandards"),
    at="StandardsSubscriptions",
    nothing=(NOT_ENABLED,),
    id="{StandardsSubscriptionArn}",
    name="{StandardsArn}",
)
class Standard(Resource):
    """A standard that is on in one Region."""

    standards_status: str = member(values=("PENDING", "READY", "FAILED", "DELETING", "INCOMPLETE"))


@resource(
    "AWS::SecurityHub::StandardsControl",
    listed_by=call(
        "securityhub", "DescribeStandardsControls", StandardsSubscriptionArn="{StandardsSubscriptionArn}"
    ),
    at="Controls",
    over=Standard,
    id="{StandardsControlArn}",
    name="{ControlId}",
)
class StandardControl(Resource):
    """A control as one standard has it."""

    control_status: str = member(values=("ENABLED", "DISABLED"))
