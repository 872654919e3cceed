"""IAM users on their way out: what hangs on one, how it is switched off, and how it is taken off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ishigaki.core.call import Call, call
from ishigaki.core.change import Step, step
from ishigaki.core.verbatim import said
from ishigaki.services.iam.authorization import BLOCK, document_text
from ishigaki.services.iam.users.retiring.resources import Leaver

ACTIVE, INACTIVE = "Active", "Inactive"
# Requests of a console session say whether MFA was used; those made with a long-term key never do, but for what MFA
# codes are given with (GetSessionToken, AssumeRole). A service that goes on with a request of such a key says that it
# was not, and is let through. AWS documents that EC2, Glue and Lake Formation do not tell aws:ViaAWSService: hence
# a statement without it for whoever uses MFA. The password itself is not touched.
DENY_CONSOLE: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "NoConsole",
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        },
        {
            "Sid": "NoConsoleWithoutMFA",
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false", "aws:ViaAWSService": "false"}},
        },
    ],
}
ROOM = 2048  # characters that all inline policies of a user may have, whitespace not counted


def fits(user: Leaver) -> bool:
    """Whether there is room for our policy beside the user's own."""
    own = [p.policy_document for p in user.inline_policies if p.policy_name != BLOCK]
    return sum(len("".join(document_text(d).split())) for d in (*own, DENY_CONSOLE)) <= ROOM


def is_kept_out(user: Leaver) -> bool:
    """Whether our own policy, word for word, keeps the user out of the console."""
    return any(
        p.policy_name == BLOCK and msgspec.json.decode(document_text(p.policy_document)) == DENY_CONSOLE
        for p in user.inline_policies
    )


# What a user authenticates by beside the password: the member, AWS's name of the id, and the call that switches it.
SWITCHES = (
    ("access_keys", "AccessKeyId", "UpdateAccessKey"),
    ("certificates", "CertificateId", "UpdateSigningCertificate"),
    ("ssh_keys", "SSHPublicKeyId", "UpdateSSHPublicKey"),
    ("service_keys", "ServiceSpecificCredentialId", "UpdateServiceSpecificCredential"),
)


def credentials(user: Leaver) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Every one of them, as AWS says it is, with how it is called and switched."""
    for member, id_name, operation in SWITCHES:
        getattr(user, member)
        for each in said(user, member) or []:
            yield member, id_name, operation, each


def switched_off(each: Mapping[str, Any]) -> str:
    return INACTIVE if each["Status"] == ACTIVE else str(each["Status"])


def switch(user: Leaver, operation: str, id_name: str, each: Mapping[str, Any], status: str) -> Call:
    named: dict[str, Any] = {id_name: each[id_name], "UserName": user.name, "Status": status}
    return call("iam", operation, **named)


def without_credentials(user: Leaver) -> Iterator[Step]:
    """Take off what the user authenticates by. Nothing of it can be put back: its secrets are not known to us."""
    of: dict[str, Any] = {"UserName": user.name}
    if user.password is not None:
        yield step("delete password", call("iam", "DeleteLoginProfile", **of))
    deleting = {
        "UpdateAccessKey": "DeleteAccessKey",
        "UpdateSigningCertificate": "DeleteSigningCertificate",
        "UpdateSSHPublicKey": "DeleteSSHPublicKey",
        "UpdateServiceSpecificCredential": "DeleteServiceSpecificCredential",
    }
    for _, id_name, operation, each in credentials(user):
        named: dict[str, Any] = {**of, id_name: each[id_name]}
        yield step(f"delete {each[id_name]}", call("iam", deleting[operation], **named))
    for device in user.mfa_devices:
        serial = device.serial_number
        yield step(f"deactivate {serial}", call("iam", "DeactivateMFADevice", **of, SerialNumber=serial))
        if ":mfa/" in serial:  # a virtual one is a thing of its own, which stays otherwise
            yield step(f"delete {serial}", call("iam", "DeleteVirtualMFADevice", SerialNumber=serial))


def without_rights(user: Leaver) -> Iterator[Step]:
    """Take off what the user may do; all of that comes back, but for what kept it out: there is no password then."""
    of: dict[str, Any] = {"UserName": user.name}
    inline: Sequence[Mapping[str, Any]] = said(user, "inline_policies") or []
    for each in inline:
        named: dict[str, Any] = {**of, "PolicyName": each["PolicyName"]}
        back = call("iam", "PutUserPolicy", **named, PolicyDocument=document_text(each["PolicyDocument"]))
        yield step(
            f"delete policy {each['PolicyName']}",
            call("iam", "DeleteUserPolicy", **named),
            undo=() if each["PolicyName"] == BLOCK else back,
        )
    for attached in user.attached_managed_policies:
        arn: dict[str, Any] = {**of, "PolicyArn": attached.policy_arn}
        yield step(
            f"detach {attached.policy_arn}",
            call("iam", "DetachUserPolicy", **arn),
            undo=call("iam", "AttachUserPolicy", **arn),
        )
    for name in user.group_list:
        both: dict[str, Any] = {**of, "GroupName": name}
        yield step(
            f"leave {name}",
            call("iam", "RemoveUserFromGroup", **both),
            undo=call("iam", "AddUserToGroup", **both),
        )


def gone(user: Leaver) -> Step:
    tags = [{"Key": k, "Value": v} for k, v in sorted(user.tags.items()) if not k.startswith("aws:")]
    again: dict[str, Any] = {"UserName": user.name, "Path": user.path}
    if tags:
        again["Tags"] = tags
    if user.boundary:
        again["PermissionsBoundary"] = user.boundary
    permission = ("iam:CreateUser", "iam:TagUser") if tags else ("iam:CreateUser",)
    return step(
        "delete user",
        call("iam", "DeleteUser", UserName=user.name),
        undo=call("iam", "CreateUser", permission=permission, **again),
    )
