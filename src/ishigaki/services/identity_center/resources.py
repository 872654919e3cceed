"""IAM Identity Center: what is collected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.policy import grants_all
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, Source, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER
from ishigaki.services import policies

RESERVED = (
    "/aws-reserved/sso.amazonaws.com/"  # the path of the roles that a permission set becomes in an account
)
OURS = "ishigaki"  # the tag that tells the permission sets that ishigaki made
# What the directory says of people beside who they are: none of it is kept.
PRIVATE = (
    *(f"Users[].ExternalIds[].{n}" for n in ("Issuer", "Id")),
    *(
        f"Users[].Name.{n}"
        for n in (
            "Formatted",
            "FamilyName",
            "GivenName",
            "MiddleName",
            "HonorificPrefix",
            "HonorificSuffix",
        )
    ),
    *(f"Users[].{n}" for n in ("NickName", "ProfileUrl", "UserType", "Title", "PreferredLanguage", "Locale")),
    *(f"Users[].{n}" for n in ("Timezone", "Website", "Birthdate")),
    "Users[].Emails[].Type",
    *(
        f"Users[].Addresses[].{n}"
        for n in ("StreetAddress", "Locality", "Region", "PostalCode", "Country", "Formatted", "Type")
    ),
    *(f"Users[].{part}[].{n}" for part in ("PhoneNumbers", "Photos", "Roles") for n in ("Value", "Type")),
    "Users[].Photos[].Display",
)


@resource("AWS::::Account")
class Center(Resource):
    """The account in the Region of IAM Identity Center, as far as it says who gets into which account."""


@resource(
    "AWS::SSO::Instance",
    listed_by=call("sso-admin", "ListInstances"),
    at="Instances",
    id="{InstanceArn}",
    name="{IdentityStoreId}",
)
class Instance(Resource):
    """An instance of IAM Identity Center. A delegated administrator is shown that of the management account."""

    owner_account_id: str
    identity_store_id: str


def _of_set(operation: str, **more: Any) -> Call:
    return call("sso-admin", operation, InstanceArn="{parent.InstanceArn}", PermissionSetArn="{}", **more)


class ManagedPolicy(Value):
    """A managed policy of AWS in a permission set."""

    name: str
    arn: str


class Reference(Value):
    """A customer managed policy, which has to exist under this name in every account."""

    name: str
    path: str = member(absent="/", why="the documented default of Path")


class Boundary(Value):
    """A permissions boundary: of AWS's, or a customer managed policy."""

    managed_policy_arn: str = member(absent="", why="a boundary has either of the two members")
    customer_managed_policy_reference: Reference | None = member(
        absent=None, why="a boundary has either of the two members"
    )


class Label(Value):
    """A tag of a permission set, which the API that lists the tags of most things does not list."""

    key: str
    value: str


@resource(
    "AWS::SSO::PermissionSet",
    listed_by=call("sso-admin", "ListPermissionSets", InstanceArn="{InstanceArn}"),
    at="PermissionSets",
    id="{}",
    name="{!name}",
    over=Instance,
    detail=Source(_of_set("DescribePermissionSet"), "PermissionSet"),
)
class PermissionSet(Resource):
    """A permission set. Its listing shows the ARN alone; people know it by its `title`."""

    title: str = member(at="Name")
    description: str = member(absent="", why="a permission set may be without a description")
    session_duration: str = member(absent="PT1H", why="the documented default of SessionDuration")
    relay_state: str = member(absent="", why="a permission set may be without a relay state")
    managed_policies: tuple[ManagedPolicy, ...] = facet(
        _of_set("ListManagedPoliciesInPermissionSet"), at="AttachedManagedPolicies"
    )
    inline_policy: str = facet(
        _of_set("GetInlinePolicyForPermissionSet"),
        at="InlinePolicy",
        absent={NOT_IN_ANSWER: ""},
        why="a permission set may be without an inline policy",
    )
    boundary: Boundary | None = facet(
        _of_set("GetPermissionsBoundaryForPermissionSet"),
        at="PermissionsBoundary",
        absent={"ResourceNotFoundException": None, NOT_IN_ANSWER: None},
        why="GetPermissionsBoundaryForPermissionSet answers ResourceNotFoundException where none is set",
    )
    accounts: tuple[str, ...] = facet(
        _of_set("ListAccountsForProvisionedPermissionSet"),
        at="AccountIds",
        absent={NOT_IN_ANSWER: ()},
        why="an answer may leave out a list that is empty",
    )
    outdated: tuple[str, ...] = facet(
        _of_set(
            "ListAccountsForProvisionedPermissionSet",
            ProvisioningStatus="LATEST_PERMISSION_SET_NOT_PROVISIONED",
        ),
        at="AccountIds",
        absent={NOT_IN_ANSWER: ()},
        why="an answer may leave out a list that is empty",
    )

    labels: tuple[Label, ...] = facet(
        call("sso-admin", "ListTagsForResource", InstanceArn="{parent.InstanceArn}", ResourceArn="{}"),
        at="Tags",
        absent={NOT_IN_ANSWER: ()},
        why="an answer may leave out a list that is empty",
    )

    @property
    def makes_administrators(self) -> bool:
        """Whether AWS's AdministratorAccess is in it, or a policy of its own that allows everything."""
        if any(p.arn.endswith(":aws:policy/AdministratorAccess") for p in self.managed_policies):
            return True
        own = self.inline_policy
        return bool(own) and grants_all(policies.read(own, "inline policy")).is_true

    @property
    def is_ours(self) -> bool:
        """Whether ishigaki made it."""
        return any(label.key == OURS for label in self.labels)


class Principal(Value):
    """A user or a group that a permission set is assigned to."""

    principal_type: str = member(values=("USER", "GROUP"))
    principal_id: str


@resource(
    "AWS::SSO::Assignment",
    listed_by=_of_set("ListAccountsForProvisionedPermissionSet"),
    at="AccountIds",
    id="{parent.}/{}",
    name="{}",
    over=PermissionSet,
)
class Assigned(Resource):
    """A permission set in one account, with all to whom it is assigned there."""

    principals: tuple[Principal, ...] = facet(
        call(
            "sso-admin",
            "ListAccountAssignments",
            InstanceArn="{parent.parent.InstanceArn}",
            AccountId="{}",
            PermissionSetArn="{parent.}",
        ),
        at="AccountAssignments[].{PrincipalType: PrincipalType, PrincipalId: PrincipalId}",
    )

    @property
    def permission_set(self) -> str:
        """The ARN of the permission set."""
        return self.id.rpartition("/")[0]

    @property
    def target(self) -> str:
        """The account that people get into."""
        return self.id.rpartition("/")[2]


class Person(Value):
    user_id: str


class Member(Value):
    """That somebody is in a group."""

    member_id: Person


@resource(
    "AWS::IdentityStore::Group",
    listed_by=call(
        "identitystore",
        "ListGroups",
        IdentityStoreId="{IdentityStoreId}",
        secret=("Groups[].ExternalIds[].Issuer", "Groups[].ExternalIds[].Id", "Groups[].Description"),
    ),
    at="Groups",
    id="arn:{partition}:identitystore:::group/{GroupId}",
    name="{DisplayName}",
    over=Instance,
)
class Group(Resource):
    """A group of the directory behind IAM Identity Center."""

    group_id: str
    memberships: tuple[Member, ...] = facet(
        call(
            "identitystore",
            "ListGroupMemberships",
            IdentityStoreId="{IdentityStoreId}",
            GroupId="{GroupId}",
        ),
        at="GroupMemberships",
    )


class Email(Value):
    value: str = member(absent="", why="an address may be left out of an entry")


@resource(
    "AWS::IdentityStore::User",
    listed_by=call("identitystore", "ListUsers", IdentityStoreId="{IdentityStoreId}", secret=PRIVATE),
    at="Users",
    id="arn:{partition}:identitystore:::user/{UserId}",
    name="{UserName}",
    over=Instance,
)
class User(Resource):
    """Somebody in the directory behind IAM Identity Center."""

    user_id: str
    display_name: str = member(absent="", why="DisplayName is not required of a user")
    user_status: str = member(
        absent="ENABLED", why="directories that do not tell hold users that can sign in"
    )
    emails: tuple[Email, ...] = member(absent=(), why="Emails is not required of a user")


@resource(
    "AWS::IAM::Role",
    listed_by=call("iam", "ListRoles", PathPrefix=RESERVED, MaxItems=1000),
    at="Roles",
    id="{Arn}",
    name="{RoleName}",
    scope="global",
    detail=Source(call("iam", "GetRole", RoleName="{RoleName}"), "Role"),
)
class ReservedRole(Resource):
    """What a permission set is in an account: the role that everybody it is assigned to takes."""

    create_date: datetime
    last_used: datetime | None = member(
        at="RoleLastUsed.LastUsedDate",
        absent=None,
        why="GetRole leaves the date out of a role that was not used within the tracking period of 400 days",
    )

    @property
    def title(self) -> str:
        """The name of the permission set: AWSReservedSSO_<name>_<16 hexadecimal digits>."""
        return self.name.removeprefix("AWSReservedSSO_").rpartition("_")[0]
