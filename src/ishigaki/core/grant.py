"""What IAM has to allow for a call: which action, on what, under which conditions. Pure.

A resource is narrowed only where the call's own parameters name it. Whatever else IAM authorizes of the same
request (a key behind an alias, the rules of a security group) is named with it, so that nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ishigaki.core.answer import search
from ishigaki.core.call import IAM_PREFIX

EVERYTHING = ("*",)
PARTITION, ACCOUNT = "{partition}", "{account}"  # blanks of a grant that is not yet of one account
ROLE = re.compile(r"arn:[^:]*:iam::[^:]*:role/(.+)")
Condition = dict[str, dict[str, tuple[str, ...]]]
Naming = Callable[[str], str]


class Grant(msgspec.Struct, frozen=True):
    """An action that is allowed on these resources under this condition (IAM's operators, keys and values)."""

    action: str
    resources: tuple[str, ...] = EVERYTHING
    condition: Condition = {}


class Spot(msgspec.Struct, frozen=True):
    """Where a call is made, as the ARNs of what it touches say it."""

    partition: str
    account: str
    region: str

    def arn(self, service: str, rest: str) -> str:
        """The ARN of a thing; IAM, Budgets and S3 name no Region, S3 no account, and EC2 none of a snapshot."""
        region = "" if service in ("iam", "budgets", "s3") else self.region
        account = {"s3": "", "ec2": "*" if rest.startswith("snapshot/") else self.account}.get(
            service, self.account
        )
        return f"arn:{self.partition}:{service}:{region}:{account}:{rest}"


# The parameter that names what a call is about, by IAM's prefix, and the ARNs that IAM asks about. The first that
# a call has counts. Services that are not named here are allowed on "*".
NAMED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "access-analyzer": {"analyzerName": ("analyzer/{}",)},
    "athena": {"WorkGroup": ("workgroup/{}",)},
    "budgets": {"BudgetName": ("budget/{}",), "Budget.BudgetName": ("budget/{}",)},
    "cloudtrail": {"Name": ("trail/{}",), "TrailName": ("trail/{}",)},
    "cloudwatch": {"AlarmName": ("alarm:{}",), "AlarmNames": ("alarm:{}",)},
    "ec2": {
        "GroupId": ("security-group/{}",),
        "InstanceId": ("instance/{}",),
        "NetworkAclId": ("network-acl/{}",),
        "SnapshotId": ("snapshot/{}",),
        "SubnetId": ("subnet/{}",),
    },
    "elasticloadbalancing": {
        "LoadBalancerName": ("loadbalancer/{}",),
        "LoadBalancerArn": ("loadbalancer/{}",),
    },
    "events": {"Rule": ("rule/{}",), "Name": ("rule/{}",)},
    "guardduty": {"DetectorId": ("detector/{}",)},
    "iam": {
        "GroupName": ("group/{}", "group/*/{}"),
        "RoleName": ("role/{}", "role/*/{}"),
        "UserName": ("user/{}", "user/*/{}"),
        "ServerCertificateName": ("server-certificate/{}", "server-certificate/*/{}"),
    },
    "kms": {"AliasName": ("{}",), "KeyId": ("key/{}",)},
    "lambda": {"FunctionName": ("function:{}", "function:{}:*")},
    "logs": {"logGroupName": ("log-group:{}", "log-group:{}:*")},
    "s3": {"Bucket": ("{}",)},
    "sns": {"TopicArn": ("{}",), "Name": ("{}",)},
    "ssm": {"Name": ("document/{}",)},
}

# What IAM asks about beside what a call names.
BESIDE: Mapping[str, str] = {
    "ec2:AuthorizeSecurityGroupEgress": "security-group-rule/*",
    "ec2:AuthorizeSecurityGroupIngress": "security-group-rule/*",
    "kms:CreateAlias": "key/*",
    "kms:DeleteAlias": "key/*",
}

# Whose service-linked roles come into being with a call of a service.
LINKED: Mapping[str, tuple[str, ...]] = {
    "access-analyzer": ("access-analyzer.amazonaws.com",),
    "guardduty": ("guardduty.amazonaws.com", "malware-protection.guardduty.amazonaws.com"),
    "inspector2": ("inspector2.amazonaws.com", "agentless.inspector2.amazonaws.com"),
    "macie2": ("macie.amazonaws.com",),
    "securityhub": ("securityhub.amazonaws.com",),
}


def grants_of(
    service: str,
    permissions: Sequence[str],
    params: Mapping[str, Any],
    *,
    spot: Spot,
    naming: Naming = str,
) -> Iterator[Grant]:
    """What a call needs. `naming` says how a name of its parameters is written: as it is, or as a pattern.

    A parameter that is filled from an earlier answer only names nothing, and stands for everything of its type.
    """
    own = IAM_PREFIX.get(service, service)
    for action in permissions:
        if action == "iam:PassRole":
            yield _passing(action, own, params, spot=spot, naming=naming)
        elif action == "iam:CreateServiceLinkedRole":
            linked = _texts(params.get("AWSServiceName")) or LINKED[own]
            roles = tuple(spot.arn("iam", f"role/aws-service-role/{each}/*") for each in linked)
            yield Grant(action, roles, {"StringEquals": {"iam:AWSServiceName": linked}})
        elif action == "iam:DeleteServiceLinkedRole":
            yield Grant(action, (spot.arn("iam", f"role/aws-service-role/*/{params['RoleName']}"),))
        else:
            resources = tuple(_resources(action, params, spot=spot, naming=naming)) or EVERYTHING
            yield Grant(action, resources, _condition(action, params, naming))


def _resources(action: str, params: Mapping[str, Any], *, spot: Spot, naming: Naming) -> Iterator[str]:
    service = action.partition(":")[0]
    for name, forms in NAMED.get(service, {}).items():
        value = search(name, params)
        if value is not None:
            for each in _texts(value) or ("",):
                yield from _arns(service, forms, each, spot=spot, naming=naming)
            if action in BESIDE:
                yield spot.arn(service, BESIDE[action])
            return


def _arns(service: str, forms: Sequence[str], value: str, *, spot: Spot, naming: Naming) -> Iterator[str]:
    """The ARNs of a thing by what a parameter calls it: a name, an ARN, or (empty) what is not known yet."""
    if service == "kms" and "key/{}" in forms and "alias/" in value:
        value = ""  # IAM asks about the key that the alias stands for
    written = naming(value) or "*"
    if written.startswith("arn:"):
        if written.split(":")[2] == service:
            yield from (written, *(f"{written}:*" for f in forms if f.endswith(":{}:*")))
            return
        written = re.split("[:/]", written)[-1]
    for form in forms:
        # A path may come before the name of what is there already; what the product makes has none.
        if "/*/{}" not in form or "*" not in written:
            yield spot.arn(service, form.format(written))


def _passing(action: str, service: str, params: Mapping[str, Any], *, spot: Spot, naming: Naming) -> Grant:
    """The roles that a call passes to its service. Some services do not tell IAM whom they are passed to."""
    found = sorted({naming(role) for role in roles_in(params)})
    roles = tuple(r if r.startswith("arn:") else spot.arn("iam", f"role/{r}") for r in found)
    to: Condition = {"StringEqualsIfExists": {"iam:PassedToService": (f"{service}.amazonaws.com",)}}
    return Grant(action, roles or (spot.arn("iam", "role/*"),), to)


def roles_in(value: Any) -> Iterator[str]:
    """The ARNs of roles among parameters."""
    if isinstance(value, str):
        if ROLE.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from roles_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from roles_in(each)


def _condition(action: str, params: Mapping[str, Any], naming: Naming) -> Condition:
    """What else of a request is known: the tag of a new key, how long a key waits, the policy that is attached."""
    if action in ("kms:CreateKey", "kms:TagResource"):
        keys = [t["TagKey"] for t in params.get("Tags", ())]
        return {"Null": {f"aws:RequestTag/{key}": ("false",) for key in keys}} if keys else {}
    if action == "kms:UntagResource":
        return {"ForAllValues:StringEquals": {"aws:TagKeys": _texts(params["TagKeys"])}}
    if action == "kms:ScheduleKeyDeletion":
        days = str(params["PendingWindowInDays"])
        return {"NumericGreaterThanEquals": {"kms:ScheduleKeyDeletionPendingWindowInDays": (days,)}}
    if action.startswith("iam:") and "PolicyArn" in params:
        policy = naming(params["PolicyArn"])
        return {"ArnEquals": {"iam:PolicyARN": (policy,)}} if policy not in ("", "*") else {}
    return {}


def _texts(value: Any) -> tuple[str, ...]:
    """The strings that a parameter holds; none where it will be filled from an answer."""
    if isinstance(value, str):
        return (value,)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, (list, tuple)) else ()
