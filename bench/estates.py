"""The two estates that the replay endpoint plays: how many things each listing shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ishigaki.core.call import Call
from ishigaki.core.gather import TAGS
from ishigaki.core.resource import Resource, facets
from ishigaki.services import modules

# Stand in the answers for the account and the Region of whoever asks. The account's is as long as every
# account's, so that only the Region's changes the length of an answer.
ACCOUNT = "999999999999"
REGION = "zz-here-0"

REGIONS = (  # those that every account has enabled from the start
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1"),
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "ap-south-1"),
)
Operation = tuple[str, str]


@dataclass(frozen=True)
class Estate:
    """How many things a listing shows: `counts` where it differs from `default`."""

    name: str
    default: int
    counts: Mapping[Operation, int] = field(default_factory=dict)

    def shown_by(self, operation: Operation) -> int:
        return self.counts.get(operation, self.default)


NEAR_EMPTY = Estate(
    "near_empty",
    default=0,
    counts={
        ("ec2", "DescribeVpcs"): 1,
        ("ec2", "DescribeSubnets"): 3,
        ("ec2", "DescribeSecurityGroups"): 1,
        ("ec2", "DescribeNetworkAcls"): 1,
        ("ec2", "DescribeRouteTables"): 1,
        ("ec2", "DescribeInternetGateways"): 1,
        ("s3", "ListBuckets"): 6,
        ("iam", "GetAccountAuthorizationDetails"): 3,
        ("iam", "ListUsers"): 3,
    },
)
CROWDED = Estate("crowded", default=200)
ESTATES: Mapping[str, Estate] = {e.name: e for e in (NEAR_EMPTY, CROWDED)}

REPORT = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,"
    "cert_2_active,cert_2_last_rotated\n"
    f"<root_account>,arn:aws:iam::{ACCOUNT}:root,2024-01-01T00:00:00+00:00,not_supported,"
    "2024-01-01T00:00:00+00:00,not_supported,not_supported,true"
    + ",false,N/A,N/A,N/A,N/A" * 2
    + ",false,N/A" * 2
)
# Answers that their shapes alone cannot give.
SPECIAL: Mapping[Operation, Mapping[str, Any]] = {
    ("sts", "GetCallerIdentity"): {
        "UserId": "AIDAEXAMPLE",
        "Account": ACCOUNT,
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/bench",
    },
    ("sts", "AssumeRole"): {
        "Credentials": {
            "AccessKeyId": f"ASIA{ACCOUNT}",
            "SecretAccessKey": "none",
            "SessionToken": "none",
            "Expiration": "2099-01-01T00:00:00Z",
        },
        "AssumedRoleUser": {
            "AssumedRoleId": "AROAEXAMPLE:ishigaki",
            "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/bench/ishigaki",
        },
    },
    ("ec2", "DescribeRegions"): {
        "Regions": [{"RegionName": r, "OptInStatus": "opt-in-not-required"} for r in REGIONS]
    },
    ("iam", "GenerateCredentialReport"): {"State": "COMPLETE"},
    ("iam", "GetCredentialReport"): {"Content": REPORT.encode(), "ReportFormat": "text/csv"},
}


def declared() -> list[type[Resource]]:
    """Every resource type of every room."""
    return [
        value
        for module in modules("resources")
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Resource) and value.__module__ == module.__name__
    ]


def shown(estate: Estate) -> dict[Operation, int]:
    """Every operation the product may ask, and how many things its answer shows in this estate.

    A listing over a parent and a facet show one thing for each that they are asked about; a detail that is
    asked in batches shows all, so that each finds its own.
    """
    found: dict[Operation, int] = {named(TAGS): estate.shown_by(named(TAGS)), **dict.fromkeys(SPECIAL, 1)}
    for kind in declared():
        for call in _asked_of_one(kind):
            found.setdefault(named(call), 1)
        if kind.detail and kind.detail.batch:
            found[named(kind.detail.call)] = max(1, estate.default)
    for kind in declared():
        if kind.listed_by is not None and kind.over is None:
            found[named(kind.listed_by)] = estate.shown_by(named(kind.listed_by))
    return found


def named(call: Call) -> Operation:
    return call.service, call.operation


def _asked_of_one(kind: type[Resource]) -> list[Call]:
    calls = [facet.source.call for facet in facets(kind).values()]
    calls += [kind.detail.call] if kind.detail else []
    calls += [kind.listed_by] if kind.listed_by and kind.over else []
    known = [*calls, kind.listed_by] if kind.listed_by else calls
    return calls + [call.prepare for call in known if call.prepare]
