"""A kept scan in small: two accounts with a user, a role, an instance and a bucket, as AWS says them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.fault import Fault
from ishigaki.core.finding import Finding, Status
from ishigaki.core.people import QUARANTINE
from ishigaki.flows import known
from ishigaki.flows.units import questions, replayed
from ishigaki.standards.choice import Ask
from ishigaki.store import results
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import Entered, ScanHeader, Snapshots
from tests.core.key_ids import key_id

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
SHOP, LAB = "123456789012", "444455556666"
KEY, OTHER = key_id(SHOP, 1), key_id(SHOP, 2)
INSTANCE, GROUP, REGION = "i-0abcdef1234567890", "sg-0123456789abcdef0", "ap-northeast-1"
BUCKET = "shop-orders"
UPLOADER = f"arn:aws:iam::{SHOP}:user/apps/uploader"
SCAN = "20261124T030000Z-abcdef"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{LAB}:root"}, "Action": "sts:AssumeRole"},
    ],
}
ENTERED = {
    SHOP: Entered(SHOP, "shop-prod", "production", "shop@example.com", (REGION,)),
    LAB: Entered(LAB, "lab", "non-production", "", (REGION,)),
}
Pages = Mapping[str, Mapping[str, Any] | str]  # by operation: what AWS says, or its error


def credential_report(account: str) -> str:
    """As IAM writes it: of a key that there is not it says N/A."""
    keys = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
    columns = ",".join(f"access_key_{n}_{key}" for n in (1, 2) for key in keys)
    report = f"""\
user,arn,password_enabled,password_last_used,password_last_changed,mfa_active,{columns}
<root_account>,arn:aws:iam::{account}:root,not_supported,2026-11-01T00:00:00+00:00,not_supported,true,\
false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A
uploader,arn:aws:iam::{account}:user/apps/uploader,false,N/A,N/A,false,\
true,2024-02-01T00:00:00+00:00,2026-11-23T22:00:00+00:00,eu-west-1,s3,\
false,2025-02-01T00:00:00+00:00,N/A,N/A,N/A
"""
    return base64.b64encode(report.encode()).decode()


def pages(account: str) -> dict[str, Any]:
    """What AWS says in an account, by operation."""
    admin = {"PolicyName": "shop-all", "PolicyArn": f"arn:aws:iam::{account}:policy/shop-all"}
    return {
        "GetAccountAuthorizationDetails": {
            "UserDetailList": [
                {
                    "UserName": "uploader",
                    "Arn": f"arn:aws:iam::{account}:user/apps/uploader",
                    "GroupList": ["apps"],
                    "AttachedManagedPolicies": [
                        {
                            "PolicyName": f"{QUARANTINE}V3",
                            "PolicyArn": f"arn:aws:iam::aws:policy/{QUARANTINE}V3",
                        }
                    ],
                    "Tags": [{"Key": "team", "Value": "shop"}],
                }
            ],
            "GroupDetailList": [
                {
                    "GroupName": "apps",
                    "Arn": f"arn:aws:iam::{account}:group/apps",
                    "GroupPolicyList": [],
                    "AttachedManagedPolicies": [admin],
                }
            ],
            "RoleDetailList": [
                {
                    "RoleName": "web",
                    "Arn": f"arn:aws:iam::{account}:role/web",
                    "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": ALL}],
                    "AttachedManagedPolicies": [],
                    "AssumeRolePolicyDocument": TRUST,
                    "InstanceProfileList": [{"Arn": f"arn:aws:iam::{account}:instance-profile/web"}],
                    "RoleLastUsed": {"LastUsedDate": "2026-11-24T01:00:00+00:00", "Region": REGION},
                    "Tags": [],
                }
            ],
            "Policies": [
                {
                    "PolicyName": "shop-all",
                    "Arn": admin["PolicyArn"],
                    "AttachmentCount": 1,
                    "PolicyVersionList": [{"IsDefaultVersion": True, "Document": ALL}],
                }
            ],
        },
        "GenerateCredentialReport": {"State": "COMPLETE"},
        "GetCredentialReport": {"Content": credential_report(account)},
        "ListAccessKeys": {
            "AccessKeyMetadata": [
                {
                    "UserName": "uploader",
                    "AccessKeyId": KEY,
                    "Status": "Active",
                    "CreateDate": "2024-02-01T00:00:00+00:00",
                },
                {
                    "UserName": "uploader",
                    "AccessKeyId": OTHER,
                    "Status": "Inactive",
                    "CreateDate": "2025-02-01T00:00:00+00:00",
                },
            ]
        },
        "GetAccountSummary": {"SummaryMap": {"AccountAccessKeysPresent": 1, "AccountMFAEnabled": 0}},
        "ListVirtualMFADevices": {"VirtualMFADevices": []},
        "DescribeInstances": {
            "Reservations": [
                {
                    "Instances": [
                        {
                            "InstanceId": INSTANCE,
                            "State": {"Name": "running"},
                            "LaunchTime": "2026-10-01T00:00:00+00:00",
                            "VpcId": "vpc-0a1b2c3d",
                            "SecurityGroups": [{"GroupId": GROUP, "GroupName": "web"}],
                            "PublicIpAddress": "198.51.100.7",
                            "NetworkInterfaces": [],
                            "BlockDeviceMappings": [
                                {"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-0a1b2c3d"}}
                            ],
                            "IamInstanceProfile": {"Arn": f"arn:aws:iam::{account}:instance-profile/web"},
                            "MetadataOptions": {"HttpTokens": "optional"},
                            "Tags": [{"Key": "Name", "Value": "web-1"}],
                        }
                    ]
                }
            ]
        },
        "DescribeSecurityGroups": {
            "SecurityGroups": [
                {"GroupId": GROUP, "GroupName": "web", "OwnerId": account, "VpcId": "vpc-0a1b2c3d"}
            ]
        },
        "ListBuckets": {"Buckets": [{"Name": BUCKET, "BucketRegion": REGION}]},
        "GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
        "GetBucketPolicy": {
            "Policy": '{"Version":"2012-10-17","Statement":[{"Sid":"Site","Effect":"Allow","Principal":"*",'
            f'"Action":"s3:GetObject","Resource":"arn:aws:s3:::{BUCKET}/*"}}]}}'
        },
        "GetBucketAcl": {"Owner": {"ID": "me"}, "Grants": []},
        "GetBucketEncryption": "AccessDenied",
        "GetBucketVersioning": {},
        "GetBucketLogging": {},
    }


def keep(
    store: Path,
    said: Mapping[str, Pages] | None = None,
    *,
    entered: Mapping[str, Entered] = ENTERED,
    findings: tuple[Finding, ...] | None = None,
) -> ScanHeader:
    """Keep a scan in which AWS said this in each account; an account that is not there was not reached."""
    said = said or {SHOP: pages(SHOP), LAB: EMPTY}
    snapshots = Snapshots(store)
    kinds = {
        k: v
        for wanted in (known.OF_USER, known.OF_ROOT, known.OF_INSTANCE, known.OF_BUCKET)
        for k, v in wanted.items()
    }
    for account, answers in said.items():
        for place in (Place(account, GLOBAL), Place(account, REGION)):
            told: list[tuple[Call, Answer]] = []
            for question in questions(place, Ask((), (), kinds)).values():
                replayed(question, _remembered(answers, told))
            snapshots.write(SCAN, AT, place, told)
    header = ScanHeader(SCAN, AT, "0", ("fsbp",), (), REGION, "aws", tuple(entered.values()))
    snapshots.write_header(header)
    results.write(store, SCAN, [Kept(f) for f in (FINDINGS if findings is None else findings)])
    return header


def _remembered(answers: Pages, told: list[tuple[Call, Answer]]) -> Callable[[Call], Answer]:
    def answer(call: Call) -> Answer:
        said = answers.get(call.operation, "AccessDenied")
        found = Answer(error=said) if isinstance(said, str) else Answer((said,))
        told.append((call, found))
        return found

    return answer


EMPTY: Pages = {
    "GetAccountAuthorizationDetails": {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
    },
    "DescribeInstances": {"Reservations": []},
    "DescribeSecurityGroups": {"SecurityGroups": []},
    "ListBuckets": {"Buckets": []},
}
FINDINGS = (
    Finding(
        "IAM.3",
        SHOP,
        GLOBAL,
        "AWS::IAM::User",
        UPLOADER,
        Status.FAILED,
        (Fault("old_key", {"number": 1, "days": 1027}),),
        name="uploader",
    ),
    Finding("IAM.2", SHOP, GLOBAL, "AWS::IAM::User", UPLOADER, Status.PASSED, name="uploader"),
    Finding("CloudTrail.1", SHOP, REGION, "AWS::::Account", f"AWS::::Account:{SHOP}", Status.PASSED),
    Finding("S3.23", SHOP, REGION, "AWS::::Account", f"AWS::::Account:{SHOP}", Status.FAILED),
    Finding(
        "EC2.13",
        SHOP,
        REGION,
        "AWS::EC2::SecurityGroup",
        f"arn:aws:ec2:{REGION}:{SHOP}:security-group/{GROUP}",
        Status.FAILED,
        name="web",
    ),
    Finding("IAM.4", SHOP, GLOBAL, "AWS::::Account", f"AWS::::Account:{SHOP}", Status.FAILED),
)
