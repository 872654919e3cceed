"""CloudTrail: a trail that is made compliant from the start, and what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Step, change, creates, note, step
from ishigaki.core.population import AccountWide, chosen
from ishigaki.core.remediation import Around
from ishigaki.core.resource import Resource
from ishigaki.core.verbatim import new
from ishigaki.services.cloudtrail.resources import Trail
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.kms.making import TAG, new_key, used_by
from ishigaki.services.kms.resources import Key
from ishigaki.services.logs.making import LogRetention, log_group, log_group_arn, role_arn, role_to_logs
from ishigaki.services.logs.resources import LogGroup
from ishigaki.services.s3.buckets.making import LEAVING, bucket_arn, log_bucket_name, log_key_arn

TRAIL = "ishigaki-trail"
ROLE = "ishigaki-trail-to-logs"
GROUPS = "ishigaki/trail"
SERVICE = "cloudtrail.amazonaws.com"
# What a trail without selectors of its own logs.
DEFAULT_SELECTORS = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


def group_name(trail: str) -> str:
    """The log group of a trail: one for each, so that nothing is counted twice."""
    return GROUPS if trail == TRAIL else f"{GROUPS}/{trail}"


def trail_log_group(trail: str, *, near: Resource, region: str, days: int) -> Change:
    """Makes the log group of a trail."""
    return log_group(
        group_name(trail),
        purpose=f"log-group-of-{trail}",
        near=near,
        region=region,
        retention=LogRetention(days),
    )


def trail_role(near: Resource) -> Change:
    """Makes the role by which CloudTrail writes to the log groups of trails."""
    return role_to_logs(
        ROLE,
        service=SERVICE,
        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
        groups=f"{GROUPS}*",
        near=near,
    )


def log_destination(
    trail: str,
    region: str,
    *,
    near: Resource,
    groups: AccountWide[LogGroup],
    roles: AccountWide[Role],
    days: int,
) -> Changes:
    """The log group of a trail and the role that writes to it, where they are not there yet."""
    if not groups.by("id")[log_group_arn(group_name(trail), near=near, region=region)]:
        yield trail_log_group(trail, near=near, region=region, days=days)
    if not roles.by("name")[ROLE]:
        yield trail_role(near)


def trail_key(trail: Trail, *, region: str) -> tuple[Key, tuple[Step, ...]]:
    """The key of one trail, and the steps that make it."""
    describing = {**used_by(SERVICE), "Sid": "DescribedByCloudTrail", "Action": "kms:DescribeKey"}
    using = used_by(SERVICE, ArnEquals={"aws:SourceArn": trail.id})
    return new_key(_purpose(trail), describing, using, near=trail, region=region)


def key_of(trail: Trail, keys: AccountWide[Key], *, region: str) -> Key | None:
    """The key that was made for one trail before. Raises `Unseen` where it may be among keys not seen."""

    def is_it(key: Key) -> bool:
        return key.region == region and key.key_state not in LEAVING and key.tags.get(TAG) == _purpose(trail)

    return next(chosen(keys, is_it), None)


def _purpose(trail: Trail) -> str:
    return f"files-of-{trail.name}"


def multi_region_trail(near: Resource, around: Around) -> Change:
    """Makes a trail over all Regions that writes to the log archive, encrypted, validated and sent to logs.

    A new trail logs all management events, reads and writes, so it needs no selectors.
    """
    arn = f"arn:{near.partition}:cloudtrail:{around.home}:{near.account}:trail/{TRAIL}"
    group = log_group_arn(group_name(TRAIL), near=near, region=around.home)
    asked = {
        "Name": TRAIL,
        "S3BucketName": log_bucket_name(around),
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": True,
        "CloudWatchLogsLogGroupArn": f"{group}:*",
        "CloudWatchLogsRoleArn": role_arn(ROLE, near=near),
        "KmsKeyId": log_key_arn(around),
    }
    elsewhere = () if around.is_log_archive else (note("log_store_elsewhere", account=around.log_archive),)
    start, stop = (call("cloudtrail", name, Name=arn) for name in ("StartLogging", "StopLogging"))
    return change(
        creates(_shown(asked, arn=arn, near=near, home=around.home)),
        steps=[
            step("create", _create(asked), undo=call("cloudtrail", "DeleteTrail", Name=arn)),
            step("start", start, undo=stop),
        ],
        needs=(
            bucket_arn(log_bucket_name(around), partition=near.partition),
            log_key_arn(around),
            group,
            role_arn(ROLE, near=near),
        ),
        notes=(note("trail_costs", bucket=log_bucket_name(around)), *elsewhere),
    )


def _shown(asked: Mapping[str, Any], *, arn: str, near: Resource, home: str) -> Trail:
    """The trail as AWS will show it."""
    item = {
        **asked,
        "TrailARN": arn,
        "HomeRegion": home,
        "LogFileValidationEnabled": True,
        "HasCustomEventSelectors": False,
        "HasInsightSelectors": False,
        "IsOrganizationTrail": False,
    }
    selectors = {"TrailARN": arn, "EventSelectors": [DEFAULT_SELECTORS]}
    return new(Trail, near=near, region=home, item=item, is_logging=True, event_selectors=selectors)


def _create(asked: Mapping[str, Any]) -> Call:
    return call(
        "cloudtrail",
        "CreateTrail",
        permission=("cloudtrail:CreateTrail", "iam:PassRole"),
        EnableLogFileValidation=True,
        **asked,
    )
