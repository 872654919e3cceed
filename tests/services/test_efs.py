"""EFS: which file systems the selections of AWS Backup include."""

from __future__ import annotations

from typing import Any

import pytest

from ishigaki.core.record import decode, replace
from ishigaki.core.unseen import Unseen
from ishigaki.services.efs.backups import selects
from ishigaki.services.efs.resources import BackupSelection, FileSystem

ARN = "arn:aws:elasticfilesystem:ap-northeast-1:111122223333:file-system/fs-0123456789abcdef0"
SYSTEM = FileSystem(id=ARN, tags={"backup": "daily", "stage": "prod"})
TYPE, SERVICE = "arn:aws:elasticfilesystem:*:*:file-system/*", "arn:aws:elasticfilesystem:*"


def selection(*, opted_in: bool | None = True, **said: Any) -> BackupSelection:
    """A selection as GetBackupSelection shows it."""
    made = decode(BackupSelection, said)
    services = {"EBS": True} if opted_in is None else {"EFS": opted_in}
    return replace(made, name="nightly", services=services)


def tag(key: str, value: str) -> dict[str, str]:
    return {"ConditionType": "STRINGEQUALS", "ConditionKey": key, "ConditionValue": value}


def where(operator: str, key: str, value: str) -> dict[str, Any]:
    return {operator: [{"ConditionKey": f"aws:ResourceTag/{key}", "ConditionValue": value}]}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"Resources": [ARN]}, True),
        ({"Resources": [TYPE]}, True),
        ({"Resources": ["*"]}, True),
        ({"Resources": ["arn:aws:ec2:*:*:volume/*", TYPE]}, True),
        ({"Resources": ["arn:aws:ec2:*:*:volume/*"]}, False),
        ({"Resources": [ARN[:-1]]}, False),
        ({"Resources": ["*"], "NotResources": [TYPE]}, False),
        ({"Resources": ["*"], "NotResources": ["arn:aws:ec2:*:*:volume/*"]}, True),
        ({"ListOfTags": [tag("backup", "daily")]}, True),
        ({"ListOfTags": [tag("backup", "weekly"), tag("stage", "prod")]}, True),
        ({"ListOfTags": [tag("backup", "weekly")]}, False),
        ({"ListOfTags": [tag("backup", "daily")], "NotResources": [ARN]}, False),
        ({"Resources": [ARN], "ListOfTags": [tag("backup", "daily")]}, True),
        ({"Resources": ["arn:aws:ec2:*:*:volume/*"], "ListOfTags": [tag("backup", "daily")]}, True),
        ({"Resources": [ARN], "ListOfTags": [tag("backup", "weekly")]}, True),
        ({"Resources": ["arn:aws:ec2:*:*:volume/*"], "ListOfTags": [tag("backup", "weekly")]}, False),
        ({"ListOfTags": [tag("aws:ResourceTag/backup", "weekly")]}, False),
        ({"ListOfTags": [tag("aws:ResourceTag/backup", "daily"), tag("stage", "prod")]}, True),
        ({"Resources": [], "ListOfTags": []}, True),
        ({"Resources": ["*"], "Conditions": where("StringEquals", "backup", "daily")}, True),
        ({"Resources": ["*"], "Conditions": where("StringEquals", "backup", "weekly")}, False),
        ({"Resources": ["*"], "Conditions": where("StringEquals", "team", "a")}, False),
        ({"Resources": ["*"], "Conditions": where("StringLike", "backup", "d*y")}, True),
        ({"Resources": ["*"], "Conditions": where("StringLike", "backup", "d*x")}, False),
        ({"Resources": ["*"], "Conditions": where("StringNotEquals", "stage", "test")}, True),
        ({"Resources": ["*"], "Conditions": where("StringNotEquals", "stage", "prod")}, False),
        ({"Resources": ["*"], "Conditions": where("StringNotEquals", "team", "a")}, True),
        ({"Resources": ["*"], "Conditions": where("StringNotLike", "stage", "p*")}, False),
        (
            {
                "Resources": ["*"],
                "Conditions": {
                    **where("StringEquals", "backup", "daily"),
                    **where("StringNotEquals", "stage", "prod"),
                },
            },
            False,
        ),
    ],
)
def test_a_selection_includes_what_it_says(said: dict[str, Any], expected: bool) -> None:
    assert selects(selection(**said), SYSTEM) is expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"Resources": [ARN]}, True),
        ({"Resources": [SERVICE]}, False),
        ({"Resources": ["*"]}, False),
        ({"ListOfTags": [tag("backup", "daily")]}, False),
        ({"Resources": ["arn:aws:ec2:*:*:volume/*"], "ListOfTags": [tag("backup", "daily")]}, False),
        ({"Resources": [TYPE], "ListOfTags": [tag("backup", "weekly")]}, True),
        ({}, False),
    ],
)
def test_a_service_that_is_not_opted_in_to_must_be_named_by_its_type(
    said: dict[str, Any], expected: bool
) -> None:
    assert selects(selection(opted_in=False, **said), SYSTEM) is expected


@pytest.mark.parametrize(
    ("said", "opted_in"),
    [
        ({"ListOfTags": [tag("aws:ResourceTag/backup", "daily")]}, True),
        ({"Resources": ["*"], "Conditions": {"StringEquals": [tag("backup", "daily")]}}, True),
        ({"ListOfTags": [tag("backup", "daily")]}, None),
    ],
)
def test_what_aws_does_not_tell_is_unseen(said: dict[str, Any], opted_in: bool | None) -> None:
    with pytest.raises(Unseen):
        selects(selection(opted_in=opted_in, **said), SYSTEM)
