"""IAM users: what is collected."""

from __future__ import annotations

import base64
import csv
from collections.abc import Mapping
from datetime import datetime
from io import StringIO
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import UNDECODABLE, Unseen
from ishigaki.services.iam.authorization import DETAILS, AttachedPolicy, InlinePolicy


class MfaDevice(Value):
    """An MFA device of a user. Its serial number tells the kind: the ARN of a virtual device or of a passkey, or what
    stands on a hardware token."""

    serial_number: str


class SshKey(Value):
    """A public key for CodeCommit, which no list of the account's and no report tells."""

    status: str


class LoginProfile(Value):
    """A console password."""

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
class User(Resource):
    """An IAM user."""

    inline_policies: tuple[InlinePolicy, ...] = member(
        at="UserPolicyList",
        absent=(),
        why="IAM leaves UserPolicyList out for a user without inline policies: AWS's own example shows one",
    )
    attached_managed_policies: tuple[AttachedPolicy, ...]
    group_list: tuple[str, ...]
    create_date: datetime
    boundary: str = member(
        at="PermissionsBoundary.PermissionsBoundaryArn",
        absent="",
        why="IAM tells the policy that is used to set the permissions boundary, where one is set",
    )
    mfa_devices: tuple[MfaDevice, ...] = facet(
        call("iam", "ListMFADevices", UserName="{UserName}"), at="MFADevices"
    )
    login_profile: LoginProfile | None = facet(
        call("iam", "GetLoginProfile", UserName="{UserName}"),
        at="LoginProfile",
        absent={"NoSuchEntity": None},
        why="GetLoginProfile answers NoSuchEntity for a user without a password",
    )
    ssh_keys: tuple[SshKey, ...] = facet(
        call("iam", "ListSSHPublicKeys", UserName="{UserName}"), at="SSHPublicKeys"
    )


FLAGS: Mapping[str, bool] = {"true": True, "false": False}
NO_DATE = frozenset({"N/A", "no_information", "not_supported"})
KEYS = (1, 2)  # the report has columns for two access keys, as many as IAM's quota allows
KEY_COLUMNS = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")


def credential_report(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a credential report by column name, the access keys of each as a list.

    A report that cannot be read is one item without an identity, which leaves the population incomplete.
    """
    try:
        content = page["Content"]
        text = (content if isinstance(content, bytes) else base64.b64decode(content, validate=True)).decode()
        return [_row(columns) for columns in csv.DictReader(StringIO(text), strict=True)]
    except (KeyError, TypeError, ValueError, csv.Error):
        return [{}]


def _row(columns: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its flags as booleans. What is missing or new stays out of the known members."""
    words = {name: word for name, word in columns.items() if isinstance(name, str) and isinstance(word, str)}
    keys = [{"number": number, **_key(words, f"access_key_{number}_")} for number in KEYS]
    flags: dict[str, Any] = {
        name: _flag(words[name]) for name in ("password_enabled", "mfa_active") if name in words
    }
    return {**words, **flags, "access_keys": keys}


def _key(words: Mapping[str, str], prefix: str) -> dict[str, Any]:
    key: dict[str, Any] = {name: words[prefix + name] for name in KEY_COLUMNS if prefix + name in words}
    return {**key, "active": _flag(key["active"])} if "active" in key else key


def _flag(word: str) -> bool | str:
    return FLAGS.get(word.lower(), word)


class AccessKey(Value):
    """One of a user's two access keys, or the lack of it: then it is not active."""

    number: int
    active: bool
    last_rotated: str
    last_used_date: str
    last_used_region: str
    last_used_service: str


@resource(
    "AWS::IAM::User",
    listed_by=call(
        "iam",
        "GetCredentialReport",
        prepare=call("iam", "GenerateCredentialReport"),
        pending=("ReportInProgress", "ReportNotPresent", "ReportExpired"),
    ),
    at=credential_report,
    id="{arn}",
    name="{user}",
    scope="global",
)
class Credentials(Resource):
    """What the credential report says of a user, up to four hours ago. Dates are its words, see `moment`."""

    password_enabled: bool
    password_last_used: str
    password_last_changed: str
    mfa_active: bool
    access_keys: tuple[AccessKey, ...]
    additional_credentials_info: str = member(
        absent="N/A",
        why="told only of users with more than two access keys or certificates; reports without them lack it",
    )


class LastUse(Value):
    """The last use of an access key."""

    last_used_date: datetime | None = member(
        absent=None,
        why="this field is null where an access key exists but has not been used since IAM began tracking",
    )
    region: str
    service_name: str


@resource(
    "AWS::IAM::AccessKey",
    listed_by=call("iam", "ListAccessKeys", UserName="{UserName}"),
    over=User,
    at="AccessKeyMetadata",
    id="AWS::IAM::AccessKey:{AccessKeyId}",
    name="{AccessKeyId}",
    scope="global",
)
class UserKey(Resource):
    """An access key as IAM lists it: with its id, which the credential report does not tell."""

    user_name: str
    status: str = member(values=("Active", "Inactive", "Expired"))
    create_date: datetime
    last_use: LastUse = facet(
        call("iam", "GetAccessKeyLastUsed", AccessKeyId="{AccessKeyId}"), at="AccessKeyLastUsed"
    )


class ServiceCredential(Value):
    """A credential of a user for one service alone: CodeCommit, Keyspaces, Bedrock."""

    user_name: str
    service_name: str
    status: str


@resource("AWS::::Account", scope="global")
class ServiceCredentials(Resource):
    """The credentials for single services in an account, which the credential report does not tell."""

    credentials: tuple[ServiceCredential, ...] = facet(
        call("iam", "ListServiceSpecificCredentials", AllUsers=True, MaxItems=1000),
        at="ServiceSpecificCredentials",
    )


def moment(word: str) -> datetime | None:
    """The time that a field of the credential report holds, None where IAM says that there is none."""
    if word in NO_DATE:
        return None
    try:
        found = datetime.fromisoformat(word)
    except ValueError:
        raise Unseen("date in the credential report", UNDECODABLE) from None
    if found.tzinfo is None:
        raise Unseen("date in the credential report", UNDECODABLE)
    return found
