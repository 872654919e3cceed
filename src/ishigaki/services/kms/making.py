"""KMS: keys that are made compliant from the start."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.change import Ref, Step, step
from ishigaki.core.resource import Resource, Source
from ishigaki.core.verbatim import new, predicted
from ishigaki.services.kms.resources import Key

TAG = "ishigaki:purpose"  # by which a key is found again
WAIT_DAYS = 30  # the longest that KMS waits before it deletes a key
NEW_KEY = Ref("key", "KeyMetadata.Arn")


def new_key(
    purpose: str, *users: Mapping[str, Any], near: Resource, region: str
) -> tuple[Key, tuple[Step, ...]]:
    """A rotating key that the account manages and `users` (statements) may use, and the steps that make it.

    Until KMS has given it an id it goes by its alias; later steps of the same change refer to it by `NEW_KEY`.
    """
    alias = f"alias/ishigaki-{purpose.replace('.', '-')}"  # an alias takes no full stop
    policy = json.dumps({"Version": "2012-10-17", "Statement": [_managed_by_account(near), *users]})
    item = {
        "KeyArn": f"arn:{near.partition}:kms:{region}:{near.account}:{alias}",
        "KeyId": alias,
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "Origin": "AWS_KMS",
        "KeyState": "Enabled",
    }
    key = new(Key, near=near, region=region, item=item, rotation_enabled=True, policy=policy)
    return predicted(key, {"tags": {TAG: purpose}}), (
        _create(purpose, policy, region),
        step(
            "rotation",
            call("kms", "EnableKeyRotation", region=region, KeyId=NEW_KEY),
            undo=call("kms", "DisableKeyRotation", region=region, KeyId=NEW_KEY),
        ),
        step(
            "alias",
            call("kms", "CreateAlias", region=region, AliasName=alias, TargetKeyId=NEW_KEY),
            undo=call("kms", "DeleteAlias", region=region, AliasName=alias),
        ),
    )


def staying(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that make a key, of one that stays when its change is undone: what was encrypted with it in the
    meantime stays, too, and could never be read again without it."""
    return tuple(replace(each, undo=()) for each in steps)


def _create(purpose: str, policy: str, region: str) -> Step:
    """The step that creates the key. A key that waits for its deletion loses its tag, so as not to be found."""
    tagged = call(
        "resourcegroupstaggingapi",
        "GetResources",
        permission="tag:GetResources",
        region=region,
        ResourceTypeFilters=["kms:key"],
        TagFilters=[{"Key": TAG, "Values": [purpose]}],
    )
    return step(
        "key",
        call(
            "kms",
            "CreateKey",
            permission=("kms:CreateKey", "kms:TagResource"),
            region=region,
            Description=f"ishigaki: {purpose}",
            Policy=policy,
            Tags=[{"TagKey": TAG, "TagValue": purpose}],
        ),
        undo=(
            call("kms", "UntagResource", region=region, KeyId=NEW_KEY, TagKeys=[TAG]),
            call("kms", "ScheduleKeyDeletion", region=region, KeyId=NEW_KEY, PendingWindowInDays=WAIT_DAYS),
        ),
        found=Source(tagged, "ResourceTagMappingList[0].{KeyMetadata: {Arn: ResourceARN}}"),
    )


def used_by(service: str, **condition: Mapping[str, Any]) -> dict[str, Any]:
    """The statement that lets a service encrypt and decrypt with a key."""
    return {
        "Sid": f"UsedBy{service.partition('.')[0].title()}",
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
        "Resource": "*",
        **({"Condition": condition} if condition else {}),
    }


def _managed_by_account(near: Resource) -> dict[str, Any]:
    return {
        "Sid": "ManagedByAccount",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{near.partition}:iam::{near.account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
