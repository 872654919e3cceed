"""People and machines: IAM users and what they may do."""

from __future__ import annotations

from collections.abc import Mapping

from ishigaki.demo.steps import TOKYO, Aged, Do, Of, Step, policy

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
EVERYTHING = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})


def person(name: str, *, made: int, signed_in: int | None = None) -> tuple[Step, ...]:
    """A user with a password and no MFA: days since it was made and since the last sign-in."""
    profile = {"UserName": name, "Password": "Aomine-Foods-2019!", "PasswordResetRequired": False}
    days = {"created": made, "password_last_changed": made}
    days |= {} if signed_in is None else {"password_last_used": signed_in}
    return (
        Do(TOKYO, "iam:CreateUser", {"UserName": name}),
        Do(TOKYO, "iam:CreateLoginProfile", profile),
        Aged("users", name, days),
    )


def machine(name: str, *, made: int, used: int | None = None) -> tuple[Step, ...]:
    """A user with an access key: days since it was made and since it was last used."""
    keep, days = f"key-{name}", {"created": made} | ({} if used is None else {"last_used": used})
    return (
        Do(TOKYO, "iam:CreateUser", {"UserName": name}),
        Do(TOKYO, "iam:CreateAccessKey", {"UserName": name}, keep),
        Aged("users", name, {"created": made}),
        Aged("access_keys", Of(keep, "AccessKey.AccessKeyId"), days),
    )


def second_factor(user: str) -> tuple[Do, ...]:
    """An authenticator app as the user's MFA device."""
    keep = f"mfa-{user}"
    serial = Of(keep, "VirtualMFADevice.SerialNumber")
    codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
    return (
        Do(TOKYO, "iam:CreateVirtualMFADevice", {"VirtualMFADeviceName": user}, keep),
        Do(TOKYO, "iam:EnableMFADevice", {"UserName": user, "SerialNumber": serial, **codes}),
    )


def attached(user: str, arn: str | Of) -> Do:
    """A managed policy attached to the user itself."""
    return Do(TOKYO, "iam:AttachUserPolicy", {"UserName": user, "PolicyArn": arn})


def inline(user: str, name: str, statement: Mapping[str, object]) -> Do:
    """An inline policy of the user."""
    params = {"UserName": user, "PolicyName": name, "PolicyDocument": policy(statement)}
    return Do(TOKYO, "iam:PutUserPolicy", params)


def in_group(user: str, group: str, arn: str) -> tuple[Do, ...]:
    """A group that carries the permissions, and the user in it."""
    return (
        Do(TOKYO, "iam:CreateGroup", {"GroupName": group}),
        Do(TOKYO, "iam:AttachGroupPolicy", {"GroupName": group, "PolicyArn": arn}),
        Do(TOKYO, "iam:AddUserToGroup", {"GroupName": group, "UserName": user}),
    )
