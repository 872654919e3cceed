"""The roles that permission sets of IAM Identity Center become in accounts: in IAM, and nobody's to make there."""

import json
from hashlib import sha256

from moto.iam.models import iam_backends

from ishigaki.demo.emulator.state import PARTITION, Context

PATH = "/aws-reserved/sso.amazonaws.com/"


def _name(account: str, name: str) -> str:
    digits = sha256(f"{account}/{name}".encode()).hexdigest()[:16]
    return f"AWSReservedSSO_{name}_{digits}"


def provide_role(context: Context, account: str, *, name: str, session: str) -> None:
    """Make the role of a permission set in an account, unless it is there. What it allows is not shown."""
    context.emulator.account(account)
    iam, role = iam_backends[account][PARTITION], _name(account, name)
    if any(known.name == role for known in iam.roles.values()):
        return
    provider = f"arn:aws:iam::{account}:saml-provider/AWSSSO_DO_NOT_DELETE"
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider},
                "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            }
        ],
    }
    hours = int(session.removeprefix("PT").partition("H")[0] or 1) if "H" in session else 1
    iam.create_role(
        role_name=role,
        assume_role_policy_document=json.dumps(trust),
        path=PATH,
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration=str(hours * 3600),
    )


def withdraw_role(account: str, *, name: str) -> None:
    """Take the role of a permission set out of an account."""
    iam = iam_backends[account][PARTITION]
    if any(known.name == _name(account, name) for known in iam.roles.values()):
        iam.delete_role(_name(account, name))
