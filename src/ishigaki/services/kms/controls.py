"""KMS: what is required."""

from __future__ import annotations

import json
from typing import Any

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.policy import open_to_everyone
from ishigaki.core.record import replace
from ishigaki.core.unseen import Unseen
from ishigaki.services import policies
from ishigaki.services.kms.resources import Key

LEAVING = ("PendingDeletion", "PendingReplicaDeletion")


def policy_of(principal: Any, **elements: Any) -> str:
    statement = {"Sid": "Use", "Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **elements}]})


KEY = Key(
    key_manager="CUSTOMER",
    key_spec="SYMMETRIC_DEFAULT",
    origin="AWS_KMS",
    key_state="Enabled",
    primary="",
    rotation_enabled=True,
    policy=policy_of({"AWS": "arn:aws:iam::111122223333:root"}),
)
OLDER_SHAPE = replace(KEY, key_spec="", customer_master_key_spec="SYMMETRIC_DEFAULT")


def is_customers(key: Key) -> bool:
    return key.key_manager == "CUSTOMER"


@control(
    "KMS.3",
    where=is_customers,
    examples=[
        passes(KEY),
        passes(replace(KEY, key_state="Disabled")),
        *(fails("scheduled", replace(KEY, key_state=state)) for state in LEAVING),
        ignores(replace(KEY, key_manager="AWS")),
    ],
)
def is_not_scheduled_for_deletion(key: Key) -> Faults:
    """The customer managed key is not scheduled for deletion, nor due for it once its replicas are gone."""
    if key.key_state in LEAVING:
        yield fault("scheduled", state=key.key_state)


def can_rotate(key: Key) -> bool:
    """KMS rotates only symmetric keys whose material it made. Of a key that waits for its deletion it answers
    false, whatever was set."""
    return (
        is_customers(key)
        and key.spec == "SYMMETRIC_DEFAULT"
        and key.origin == "AWS_KMS"
        and key.key_state not in LEAVING
    )


@control(
    "KMS.4",
    where=can_rotate,
    examples=[
        passes(KEY),
        fails("no_rotation", replace(KEY, rotation_enabled=False)),
        fails("no_rotation", replace(KEY, rotation_enabled=False, key_state="Disabled")),
        ignores(replace(KEY, rotation_enabled=False, key_manager="AWS")),
        ignores(replace(KEY, rotation_enabled=False, key_spec="RSA_2048")),
        fails("no_rotation", replace(OLDER_SHAPE, rotation_enabled=False)),
        ignores(replace(OLDER_SHAPE, rotation_enabled=False, customer_master_key_spec="RSA_2048")),
        ignores(replace(KEY, rotation_enabled=False, origin="EXTERNAL")),
        *(ignores(replace(KEY, rotation_enabled=False, key_state=state)) for state in LEAVING),
    ],
)
def rotates(key: Key) -> Faults:
    """Automatic rotation is on for a customer managed symmetric key of KMS's own making, disabled or not."""
    if not key.rotation_enabled:
        yield fault("no_rotation")


EVERYONE = {"AWS": "*"}


@control(
    "KMS.5",
    where=is_customers,
    examples=[
        passes(KEY),
        passes(replace(KEY, policy=policy_of({"AWS": "arn:aws:iam::444455556666:root"}))),
        passes(replace(KEY, policy=policy_of(EVERYONE, Effect="Deny"))),
        passes(
            replace(
                KEY,
                policy=policy_of(EVERYONE, Condition={"StringEquals": {"kms:CallerAccount": "111122223333"}}),
            )
        ),
        fails("open", replace(KEY, policy=policy_of(EVERYONE))),
        fails("open", replace(KEY, policy=policy_of("*", Action="kms:Decrypt"))),
        fails(
            "open",
            replace(
                KEY, policy=policy_of(EVERYONE, Condition={"StringLike": {"kms:CallerAccount": "1111*"}})
            ),
        ),
        fails(
            "open",
            replace(
                KEY,
                policy=policy_of(
                    EVERYONE,
                    Condition={"StringEquals": {"kms:ViaService": "s3.ap-northeast-1.amazonaws.com"}},
                ),
            ),
        ),
        cannot_tell(
            replace(KEY, policy=policy_of(EVERYONE, Condition={"NewOperator": {"kms:CallerAccount": "1"}}))
        ),
        ignores(replace(KEY, key_manager="AWS", policy=policy_of(EVERYONE))),
    ],
)
def is_not_open_to_everyone(key: Key) -> Faults:
    """The key policy allows nothing to everyone, unless a condition with fixed values limits who that is.

    Other accounts that are named are not the public. A policy that cannot be read is not judged.
    """
    answer = open_to_everyone(policies.read(key.policy, "key policy"))
    if answer.is_unknown:
        raise Unseen("what a key policy allows", ", ".join(sorted(answer.causes)))
    if answer.is_true:
        yield fault("open", statements=", ".join(answer.statements))


CONTROLS = (is_not_scheduled_for_deletion, rotates, is_not_open_to_everyone)
