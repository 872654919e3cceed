"""Scenes of users on their way out."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ishigaki.core.remediation import Wanted
from ishigaki.services.iam.authorization import BLOCK
from ishigaki.services.iam.users.retiring.making import DENY_CONSOLE
from ishigaki.services.iam.users.retiring.remediations import Leaving
from tests.journeys.scenes.started import allow, made, policy
from tests.journeys.workshop import Furnish, Workshop

NAME = "hanako"


def leaver(workshop: Workshop) -> Leaving:
    """Somebody with a password, an MFA device, a key, groups and policies; and what is wanted of her."""
    user = made(
        workshop,
        "iam:CreateUser",
        "User",
        UserName=NAME,
        Path="/sales/",
        Tags=[{"Key": "Owner", "Value": "hanako@example.com"}],
    )
    made(workshop, "iam:CreateLoginProfile", UserName=NAME, Password="correct-Horse-7")
    key = made(workshop, "iam:CreateAccessKey", "AccessKey.AccessKeyId", UserName=NAME)
    device = made(workshop, "iam:CreateVirtualMFADevice", "VirtualMFADevice", VirtualMFADeviceName=NAME)
    codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "234567"}
    made(workshop, "iam:EnableMFADevice", UserName=NAME, SerialNumber=device["SerialNumber"], **codes)
    made(workshop, "iam:CreateGroup", GroupName="sales")
    made(workshop, "iam:AddUserToGroup", GroupName="sales", UserName=NAME)
    reading = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    made(workshop, "iam:AttachUserPolicy", UserName=NAME, PolicyArn=reading)
    own = allow("s3:PutObject", "arn:aws:s3:::data/*")
    del own["Principal"]
    made(workshop, "iam:PutUserPolicy", UserName=NAME, PolicyName="upload", PolicyDocument=policy(own))
    return Leaving(user=user["Arn"], user_id=user["UserId"], credentials=(key,))


def switched_off(workshop: Workshop) -> Wanted:
    """The same, kept out and with her key deactivated."""
    wanted = leaver(workshop)
    denied = json.dumps(DENY_CONSOLE)
    made(workshop, "iam:PutUserPolicy", UserName=NAME, PolicyName=BLOCK, PolicyDocument=denied)
    for key in wanted.credentials:
        made(workshop, "iam:UpdateAccessKey", UserName=NAME, AccessKeyId=key, Status="Inactive")
    return wanted


SCENES: Mapping[str, Furnish] = {
    "delete_user": switched_off,
    "keep_out_of_console": leaver,
    "switch_off_credentials": leaver,
}
CANNOT: Mapping[str, str] = {}
