"""KMS from AWS's answers to findings: which keys are judged, and what refusals amount to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from ishigaki.core.answer import Answer, Place
from ishigaki.core.evaluate import judge
from ishigaki.core.finding import Status
from ishigaki.core.gather import Gathered, gather
from ishigaki.services import controls
from ishigaki.services.kms.resources import Key

TOKYO = Place("111122223333", "ap-northeast-1")
ARN = "arn:aws:kms:ap-northeast-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
METADATA = {
    "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
    "Arn": ARN,
    "KeyManager": "CUSTOMER",
    "KeySpec": "SYMMETRIC_DEFAULT",
    "KeyState": "Enabled",
    "Origin": "AWS_KMS",
}
DENIED, REFUSED = Answer(error="AccessDeniedException"), Answer(error="KMSInvalidStateException")
CONTROLS = ("KMS.3", "KMS.4", "KMS.5")


def policy(principal: Any, **elements: Any) -> Answer:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*", **elements}
    return Answer(({"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})},))


GOOD = {
    "ListKeys": Answer(({"Keys": [{"KeyId": METADATA["KeyId"], "KeyArn": ARN}]},)),
    "DescribeKey": Answer(({"KeyMetadata": METADATA},)),
    "GetKeyRotationStatus": Answer(({"KeyRotationEnabled": True},)),
    "GetKeyPolicy": policy({"AWS": "arn:aws:iam::111122223333:root"}),
}


def described(**members: Any) -> dict[str, Answer]:
    return {"DescribeKey": Answer(({"KeyMetadata": {**METADATA, **members}},))}


def named_formerly(spec: str | None) -> dict[str, Answer]:
    """A key whose kind is told by the name it had before KeySpec, as in some of AWS's own examples."""
    return described(KeySpec=None, CustomerMasterKeySpec=spec)


def gathered(answers: Mapping[str, Answer]) -> Gathered:
    """What there is of keys when KMS answers like this, and otherwise as for a good key."""
    asking = gather(Key, TOKYO, ("key_manager", "rotation_enabled", "policy"))
    calls = next(asking)
    while True:
        try:
            calls = asking.send([{**GOOD, **answers}[call.operation] for call in calls])
        except StopIteration as end:
            found: Gathered = end.value
            return found


def statuses(answers: Mapping[str, Answer]) -> list[Status | None]:
    """What KMS.3, KMS.4 and KMS.5 say of the one key; None where it is not what a control is about."""
    (key,) = gathered(answers).population.seen
    assert key.id == ARN
    findings = [judge(controls()[each], key, {}) for each in CONTROLS]
    return [finding.status if finding else None for finding in findings]


PASSED, FAILED, UNJUDGED = Status.PASSED, Status.FAILED, Status.NOT_AVAILABLE
KEYS: dict[str, tuple[dict[str, Answer], list[Status | None]]] = {
    "good": ({}, [PASSED, PASSED, PASSED]),
    "managed by AWS": (described(KeyManager="AWS"), [None, None, None]),
    "disabled": (described(KeyState="Disabled"), [PASSED, PASSED, PASSED]),
    "to be deleted": (described(KeyState="PendingDeletion"), [FAILED, None, PASSED]),
    "waiting for its replicas": (described(KeyState="PendingReplicaDeletion"), [FAILED, None, PASSED]),
    "in a state of the future": (described(KeyState="Frozen"), [UNJUDGED, UNJUDGED, PASSED]),
    "asymmetric": (described(KeySpec="RSA_2048"), [PASSED, None, PASSED]),
    "as older answers show it": (named_formerly("SYMMETRIC_DEFAULT"), [PASSED, PASSED, PASSED]),
    "asymmetric as older answers show it": (named_formerly("RSA_2048"), [PASSED, None, PASSED]),
    "without a kind": (named_formerly(None), [PASSED, UNJUDGED, PASSED]),
    "imported": (described(Origin="EXTERNAL"), [PASSED, None, PASSED]),
    "of a kind of the future": (described(KeySpec="SYMMETRIC_512"), [PASSED, UNJUDGED, PASSED]),
    "not described": ({"DescribeKey": DENIED}, [UNJUDGED, UNJUDGED, UNJUDGED]),
    "rotation off": (
        {"GetKeyRotationStatus": Answer(({"KeyRotationEnabled": False},))},
        [PASSED, FAILED, PASSED],
    ),
    "rotation denied": ({"GetKeyRotationStatus": DENIED}, [PASSED, UNJUDGED, PASSED]),
    "policy denied": ({"GetKeyPolicy": DENIED}, [PASSED, PASSED, UNJUDGED]),
    "policy unreadable": ({"GetKeyPolicy": Answer(({"Policy": "{"},))}, [PASSED, PASSED, UNJUDGED]),
    "open": ({"GetKeyPolicy": policy("*")}, [PASSED, PASSED, FAILED]),
    "open to an organization": (
        {"GetKeyPolicy": policy("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})},
        [PASSED, PASSED, PASSED],
    ),
    "open to organizations by a wildcard": (
        {"GetKeyPolicy": policy("*", Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}})},
        [PASSED, PASSED, FAILED],
    ),
    "open where the key is absent": (
        {
            "GetKeyPolicy": policy(
                "*", Condition={"StringEqualsIfExists": {"kms:CallerAccount": "111122223333"}}
            )
        },
        [PASSED, PASSED, FAILED],
    ),
}


@pytest.mark.parametrize(("answers", "expected"), KEYS.values(), ids=KEYS)
def test_a_key_is_judged_by_what_kms_says(answers: dict[str, Answer], expected: list[Status | None]) -> None:
    assert statuses(answers) == expected


@pytest.mark.parametrize("members", [{"KeySpec": "RSA_2048"}, {"Origin": "EXTERNAL"}, {"KeyManager": "AWS"}])
def test_a_key_that_cannot_rotate_is_not_asked_whether_it_does(members: dict[str, str]) -> None:
    """Such a key is not one that was not seen: KMS would refuse, and no control wants to know."""
    assert gathered(described(**members) | {"GetKeyRotationStatus": REFUSED}).gaps == ()
    assert [gap.code for gap in gathered({"GetKeyRotationStatus": DENIED}).gaps] == ["AccessDeniedException"]
