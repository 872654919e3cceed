"""The log store that is there already: what it lacks is added, and nothing is taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Note, Ref, Step, alters, change, creates, note, skip, step
from ishigaki.core.population import some
from ishigaki.core.remediation import Around
from ishigaki.core.verbatim import said
from ishigaki.services.kms.making import NEW_KEY, staying
from ishigaki.services.kms.resources import Key
from ishigaki.services.s3.buckets.delivery import (
    BUCKET_POLICY_LIMIT,
    KEY_POLICY_LIMIT,
    delivering,
    log_bucket_statements,
    log_key_statements,
)
from ishigaki.services.s3.buckets.making import (
    BLOCKED,
    BY_S3,
    LogStore,
    bucket_arn,
    by_key,
    log_target,
    new_log_key,
    put_block,
    put_encryption,
    put_lifecycle,
    put_logging,
    put_policy,
    put_versioning,
    retention_notes,
    senders,
)
from ishigaki.services.s3.buckets.resources import Bucket
from ishigaki.services.s3.buckets.retention import expires, raised
from ishigaki.services.s3.buckets.statements import holds, merged


def key_made_good(key: Key, around: Around) -> Changes:
    becomes: dict[str, Any] = {}
    steps: list[Step] = []
    ours = log_key_statements(
        senders(around) | delivering(key.policy),
        account=key.account,
        region=key.region,
        partition=key.partition,
    )
    if not holds(key.policy, *ours):
        becomes["policy"] = merged(key.policy, *ours)
        steps.append(
            step("policy", _put_key_policy(key, becomes["policy"]), undo=_put_key_policy(key, key.policy))
        )
    if not key.rotation_enabled:
        becomes["rotation_enabled"] = True
        on, off = (call("kms", f"{verb}KeyRotation", KeyId=key.id) for verb in ("Enable", "Disable"))
        steps.append(step("rotation", on, undo=off))
    if len(becomes.get("policy", "")) > KEY_POLICY_LIMIT:
        yield skip("policy_too_long", name=key.name)
    elif steps:
        yield change(alters(key, **becomes), steps=steps)


def _put_key_policy(key: Key, policy: str) -> Call:
    return call("kms", "PutKeyPolicy", KeyId=key.id, PolicyName="default", Policy=policy)


def bucket_made_good(bucket: Bucket, key: Key | None, around: Around, wanted: LogStore) -> Changes:
    """One change for all that the bucket lacks; where it is encrypted with a key of somebody's choice, that stays."""
    found = list(_lacks(bucket, around, wanted))
    if any(member == "policy" and len(after) > BUCKET_POLICY_LIMIT for member, after, _ in found):
        yield skip("policy_too_long", name=bucket.name)
        return
    if any(member == "lifecycle" for member, *_ in found) and bucket.versioning.mfa_delete == "Enabled":
        yield skip("mfa_delete_rules_out_lifecycle")
        found = [each for each in found if each[0] != "lifecycle"]
    steps = [done for *_, done in found]
    becomes = {member: after for member, after, _ in found}
    made: list[Key] = []
    if not some(bucket.encryption, lambda rule: rule.algorithm.startswith("aws:kms")):
        shown: str = key.id if key else ""
        used: str | Ref = shown
        if key is None:
            fresh, key_steps = new_log_key(bucket, around, senders(around) | delivering(bucket.policy))
            made, shown, used = [fresh], fresh.id, NEW_KEY
            steps += staying(key_steps)
        before = said(bucket, "encryption") or BY_S3
        becomes["encryption"] = _with_key(before, shown)
        undo = put_encryption(bucket.name, before)
        steps.append(step("encryption", put_encryption(bucket.name, _with_key(before, used)), undo=undo))
    if steps:
        target = becomes.get("logging")
        notes = tuple(_lost(bucket, becomes, made))
        yield change(
            alters(bucket, **becomes),
            *(creates(each) for each in made),
            steps=steps,
            notes=(*(retention_notes(wanted.days) if "lifecycle" in becomes else ()), *notes),
            needs=(bucket_arn(target["TargetBucket"], partition=bucket.partition),) if target else (),
            for_good=bool(notes),
            costs={"kms_key": 1} if made else None,
        )


def _with_key(rules: Sequence[Mapping[str, Any]], key: str | Ref) -> list[dict[str, Any]]:
    """The bucket's encryption (S3 takes one rule) with a KMS key; what it blocks stays blocked."""
    (ours,) = by_key(key)
    return [{**rules[0], **ours}]


def _lost(bucket: Bucket, becomes: Mapping[str, Any], made: Sequence[Key]) -> Iterator[Note]:
    """What undoing does not bring back."""
    if made:
        yield note("log_key_stays")
    if "versioning" in becomes and bucket.versioning.status == "Unversioned":
        yield note("versioning_stays")
    if "lifecycle" in becomes and not expires(said(bucket, "lifecycle") or []):
        yield note("old_logs_deleted")


def _lacks(bucket: Bucket, around: Around, wanted: LogStore) -> Iterator[tuple[str, Any, Step]]:
    """What a log bucket lacks beside its key: the member, what becomes of it, and the step."""
    name = bucket.name
    block = said(bucket, "public_access_block")
    if block != BLOCKED:
        undo = put_block(name, block)
        yield "public_access_block", BLOCKED, step("block", put_block(name, BLOCKED), undo=undo)
    if bucket.versioning.status != "Enabled":
        after = {**said(bucket, "versioning"), "Status": "Enabled"}
        undo = put_versioning(name, "Suspended")
        yield "versioning", after, step("versions", put_versioning(name, "Enabled"), undo=undo)
    rules = said(bucket, "lifecycle")
    kept = raised(rules or [], wanted.days)
    if kept is not None:
        size = bucket.lifecycle_minimum_size
        undo = put_lifecycle(name, rules, minimum_size=size)
        yield "lifecycle", kept, step("lifecycle", put_lifecycle(name, kept, minimum_size=size), undo=undo)
    policy = said(bucket, "policy")
    accounts = senders(around) | delivering(policy)
    ours = log_bucket_statements(bucket.id, accounts, partition=bucket.partition)
    if not holds(policy, *ours):
        whole = merged(policy, *ours)
        yield "policy", whole, step("policy", put_policy(name, whole), undo=put_policy(name, policy))
    if bucket.logging is None:
        target = log_target(name, account=bucket.account, region=bucket.region)
        undo = put_logging(name, None)
        yield "logging", target, step("access_logs", put_logging(name, target), undo=undo)
