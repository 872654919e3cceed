"""IAM users on their way out: what is collected of one of them before it goes."""

from __future__ import annotations

from datetime import datetime

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.services.iam.authorization import DETAILS, AttachedPolicy, InlinePolicy


class Password(Value):
    """The login profile of a user: that there is a console password, and since when."""

    create_date: datetime


class LeavingKey(Value):
    """An access key."""

    access_key_id: str
    status: str
    create_date: datetime


class Device(Value):
    """An MFA device: virtual where its serial number is an ARN of one."""

    serial_number: str


class Certificate(Value):
    """A signing certificate."""

    certificate_id: str
    status: str
    upload_date: datetime


class SshKey(Value):
    """A public key for CodeCommit."""

    ssh_public_key_id: str = member(at="SSHPublicKeyId")
    status: str
    upload_date: datetime


class ServiceKey(Value):
    """A credential for one service alone."""

    service_specific_credential_id: str
    service_name: str
    status: str
    create_date: datetime


@resource(
    "AWS::IAM::User",
    listed_by=DETAILS,
    at="UserDetailList",
    id="{Arn}",
    name="{UserName}",
    tags="Tags",
    scope="global",
)
class Leaver(Resource):
    """An IAM user with everything that hangs on it, which IAM wants taken off before the user can go."""

    user_id: str
    path: str
    create_date: datetime
    inline_policies: tuple[InlinePolicy, ...] = member(
        at="UserPolicyList",
        absent=(),
        why="IAM leaves UserPolicyList out for a user without inline policies: AWS's own example shows one",
    )
    attached_managed_policies: tuple[AttachedPolicy, ...]
    group_list: tuple[str, ...]
    boundary: str = member(
        at="PermissionsBoundary.PermissionsBoundaryArn",
        absent="",
        why="IAM tells the policy that is used to set the permissions boundary, where one is set",
    )
    password: Password | None = facet(
        call("iam", "GetLoginProfile", UserName="{UserName}"),
        at="LoginProfile",
        absent={"NoSuchEntity": None},
        why="GetLoginProfile answers NoSuchEntity for a user without a password",
    )
    access_keys: tuple[LeavingKey, ...] = facet(
        call("iam", "ListAccessKeys", UserName="{UserName}"), at="AccessKeyMetadata"
    )
    mfa_devices: tuple[Device, ...] = facet(
        call("iam", "ListMFADevices", UserName="{UserName}"), at="MFADevices"
    )
    certificates: tuple[Certificate, ...] = facet(
        call("iam", "ListSigningCertificates", UserName="{UserName}"), at="Certificates"
    )
    ssh_keys: tuple[SshKey, ...] = facet(
        call("iam", "ListSSHPublicKeys", UserName="{UserName}"), at="SSHPublicKeys"
    )
    service_keys: tuple[ServiceKey, ...] = facet(
        call("iam", "ListServiceSpecificCredentials", UserName="{UserName}"), at="ServiceSpecificCredentials"
    )
