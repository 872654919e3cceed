"""KMS: what can be put right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, skip, step
from ishigaki.core.policy import Proof, open_to_everyone
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services import policies
from ishigaki.services.kms.controls import EVERYONE, KEY, LEAVING, can_rotate, is_customers, policy_of
from ishigaki.services.kms.resources import Key

LONGEST_WAIT = 30  # days


@remediation(
    disruption=Disruption.NONE,
    examples=[
        *(mends(replace(KEY, key_state=state)) for state in LEAVING),
        leaves(KEY),
        leaves(replace(KEY, key_state="Disabled")),
    ],
)
def cancel_key_deletion(key: Key) -> Changes:
    """Keeps a key that is scheduled for deletion; it stays disabled until somebody enables it.

    Somebody has asked for the deletion, and the day it was due does not come back by undoing: approval first.
    """
    if not is_customers(key) or key.key_state not in LEAVING:
        return
    again = call("kms", "ScheduleKeyDeletion", KeyId=key.id, PendingWindowInDays=LONGEST_WAIT)
    yield change(
        alters(key, key_state="Disabled"),
        steps=[step("cancel", call("kms", "CancelKeyDeletion", KeyId=key.id), undo=again)],
        notes=(note("key_stays_disabled", key=key.id),),
        for_good=True,
    )


UNROTATED = replace(KEY, rotation_enabled=False)
ELSEWHERE = "arn:aws:kms:us-east-1:111122223333:key/mrk-example"


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(UNROTATED),
        mends(replace(UNROTATED, primary=KEY.id)),
        leaves(KEY),
        leaves(replace(UNROTATED, key_spec="RSA_2048")),
        leaves(replace(UNROTATED, origin="EXTERNAL")),
        leaves(replace(UNROTATED, primary=ELSEWHERE), skip="rotates_with_primary"),
        leaves(replace(UNROTATED, key_state="Disabled"), skip="key_not_enabled"),
    ],
)
def rotate_key(key: Key) -> Changes:
    """Switches automatic rotation on. KMS refuses it for a disabled key, and rotates replicas with their primary."""
    if not can_rotate(key) or key.rotation_enabled:
        return
    if key.key_state != "Enabled":
        yield skip("key_not_enabled", state=key.key_state, key=key.id)
        return
    if key.is_replica:
        yield skip("rotates_with_primary", primary=key.primary)
        return
    enable, disable = (
        call("kms", operation, KeyId=key.id) for operation in ("EnableKeyRotation", "DisableKeyRotation")
    )
    yield change(alters(key, rotation_enabled=True), steps=[step("enable", enable, undo=disable)])


ANY_CALLER = replace(KEY, policy=policy_of(EVERYONE))


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(ANY_CALLER),
        mends(replace(KEY, policy=policy_of("*", Condition={"Bool": {"aws:SecureTransport": "true"}}))),
        leaves(KEY),
        leaves(replace(KEY, policy=policy_of(EVERYONE, Effect="Deny"))),
    ],
)
def narrow_key_policy(key: Key) -> Changes:
    """Lets the statements that allow everyone hold for callers of this account only.

    No statement is taken away, so the account cannot lock itself out; who else used the key loses it.
    """
    if not is_customers(key) or not _openness(key.policy).statements:
        return
    before = json.loads(key.policy)
    narrowed = _narrowed(before, key.account)
    after = json.dumps(narrowed)
    if not _openness(after).is_false:
        yield skip("key_policy_by_hand", statements=", ".join(_openness(key.policy).statements))
        return
    yield change(
        alters(key, policy=after),
        steps=[step("narrow", _put_policy(key, after), undo=_put_policy(key, said(key, "policy")))],
        notes=(note("key_for_own_account", account=key.account),),
    )


def _openness(document: str) -> Proof:
    return open_to_everyone(policies.read(document, "key policy"))


def _narrowed(policy: Mapping[str, Any], account: str) -> dict[str, Any]:
    """The policy with a condition on the caller's account in each statement that is open to everyone."""
    given = policy["Statement"]
    statements = given if isinstance(given, list) else [given]
    return {**policy, "Statement": [_narrow(policy, each, account) for each in statements]}


def _narrow(policy: Mapping[str, Any], statement: Mapping[str, Any], account: str) -> Mapping[str, Any]:
    if not _openness(json.dumps({**policy, "Statement": [statement]})).statements:
        return statement
    conditions = statement.get("Condition", {})
    equals = {**conditions.get("StringEquals", {}), "kms:CallerAccount": account}
    return {**statement, "Condition": {**conditions, "StringEquals": equals}}


def _put_policy(key: Key, policy: str) -> Call:
    """KMS's own check that the caller can still change the policy stays on."""
    return call("kms", "PutKeyPolicy", KeyId=key.id, PolicyName="default", Policy=policy)


REMEDIATIONS = {
    "KMS.3": cancel_key_deletion,
    "KMS.4": rotate_key,
    "KMS.5": narrow_key_policy,
}
