"""CloudWatch Logs: log groups that are made as they should be kept, and roles that write to them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ishigaki.core.call import call
from ishigaki.core.change import Change, change, creates, note, step
from ishigaki.core.remediation import Wanted
from ishigaki.core.resource import Resource
from ishigaki.core.verbatim import new
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.kms.making import NEW_KEY, new_key, used_by
from ishigaki.services.logs.resources import LogGroup

# The only values that PutRetentionPolicy takes, in days.
PERIODS: tuple[int, ...] = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096)
PERIODS += (1827, 2192, 2557, 2922, 3288, 3653)


class LogRetention(Wanted, frozen=True):
    """For how many days log groups keep their events at least. Source: R22 (a year)."""

    days: int = 365

    @property
    def period(self) -> int:
        """The shortest period that CloudWatch Logs offers and that is long enough."""
        return next((p for p in PERIODS if p >= self.days), PERIODS[-1])


def log_group_arn(name: str, *, near: Resource, region: str) -> str:
    return f"arn:{near.partition}:logs:{region}:{near.account}:log-group:{name}"


def role_arn(name: str, *, near: Resource) -> str:
    return f"arn:{near.partition}:iam::{near.account}:role/{name}"


def log_group(name: str, *, purpose: str, near: Resource, region: str, retention: LogRetention) -> Change:
    """Makes a log group that keeps its events long enough, encrypted with a key of its own."""
    group = log_group_arn(name, near=near, region=region)
    key, steps = new_key(
        purpose,
        used_by(f"logs.{region}.amazonaws.com", ArnEquals={"kms:EncryptionContext:aws:logs:arn": group}),
        near=near,
        region=region,
    )
    item = {
        "logGroupName": name,
        "arn": f"{group}:*",
        "retentionInDays": retention.period,
        "logGroupClass": "STANDARD",
    }
    return change(
        creates(new(LogGroup, near=near, region=region, item=item)),
        creates(key),
        steps=[
            *steps,
            step(
                "create",
                call("logs", "CreateLogGroup", logGroupName=name, kmsKeyId=NEW_KEY),
                undo=call("logs", "DeleteLogGroup", logGroupName=name),
            ),
            step(
                "retain",
                call("logs", "PutRetentionPolicy", logGroupName=name, retentionInDays=retention.period),
                undo=call("logs", "DeleteRetentionPolicy", logGroupName=name),
            ),
        ],
        notes=(note("log_group_with_key", group=name, days=retention.period),),
        costs={"kms_key": 1, "log_group": 1},
    )


def role_to_logs(name: str, *, service: str, actions: Sequence[str], groups: str, near: Resource) -> Change:
    """Makes a role by which an AWS service writes to log groups (`groups`: their names, with wildcards)."""
    where = log_group_arn(groups, near=near, region="*")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    writing = {"Effect": "Allow", "Action": list(actions), "Resource": [where, f"{where}:log-stream:*"]}
    trusted, allowed = ({"Version": "2012-10-17", "Statement": [s]} for s in (trust, writing))
    item = {
        "Arn": role_arn(name, near=near),
        "RoleName": name,
        "Path": "/",
        "AssumeRolePolicyDocument": trusted,
        "RolePolicyList": [{"PolicyName": name, "PolicyDocument": allowed}],
        "AttachedManagedPolicies": [],
    }
    create = call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(trusted))
    allow = call("iam", "PutRolePolicy", RoleName=name, PolicyName=name, PolicyDocument=json.dumps(allowed))
    return change(
        creates(new(Role, near=near, item=item)),
        steps=[
            step("create", create, undo=call("iam", "DeleteRole", RoleName=name)),
            step("allow", allow, undo=call("iam", "DeleteRolePolicy", RoleName=name, PolicyName=name)),
        ],
    )
