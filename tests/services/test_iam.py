"""IAM from AWS's answers to findings: what one call shows of identities and policies, and the root user."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

import pytest

from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.evaluate import judge
from ishigaki.core.finding import Finding, Status
from ishigaki.core.gather import Gathered, gather
from ishigaki.core.population import Population
from ishigaki.core.resource import Resource
from ishigaki.services import controls
from ishigaki.services.iam.certificates.resources import ServerCertificate
from ishigaki.services.iam.identities.resources import Group, Role, Support
from ishigaki.services.iam.policies.resources import CustomerPolicy
from ishigaki.services.iam.root.resources import Root
from ishigaki.services.iam.users.resources import User

EVERYWHERE = Place("111122223333", GLOBAL)
ARN = "arn:aws:iam::111122223333:"


def seen(kind: type[Resource], answers: Mapping[str, Answer], wanted: Collection[str] = ()) -> Gathered:
    """What a type's declaration makes of the answers to its operations."""
    asking = gather(kind, EVERYWHERE, wanted)
    calls = next(asking)
    while True:
        try:
            calls = asking.send([answers[call.operation] for call in calls])
        except StopIteration as end:
            gathered: Gathered = end.value
            return gathered


def judged(control: str, subject: Resource, **given: Population[Any]) -> Finding:
    arguments: dict[str, Any] = {**given, **({"now": EXAMPLE_NOW} if controls()[control].timed else {})}
    finding = judge(controls()[control], subject, arguments)
    assert finding is not None
    return finding


HANAKO = {
    "UserName": "hanako",
    "Arn": ARN + "user/hanako",
    "CreateDate": "2020-01-01T00:00:00+00:00",
    "GroupList": ["developers"],
    "AttachedManagedPolicies": [],
}


def details(**lists: list[dict[str, Any]]) -> dict[str, Answer]:
    names = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
    return {"GetAccountAuthorizationDetails": Answer(({**{name: [] for name in names}, **lists},))}


def hanako(**members: Any) -> User:
    (user,) = seen(User, details(UserDetailList=[{**HANAKO, **members}])).population
    assert isinstance(user, User)
    return user


def test_a_user_without_inline_policies_is_shown_without_the_list() -> None:
    user = hanako()
    assert user.inline_policies == ()
    assert (user.name, user.id, user.tags) == ("hanako", ARN + "user/hanako", {})
    assert judged("IAM.2", user).status is Status.PASSED
    assert judged("KMS.2", user).status is Status.PASSED


def test_every_policy_of_a_user_is_named() -> None:
    attached = [{"PolicyName": "PowerUserAccess", "PolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}]
    inline = [
        {"PolicyName": "s3", "PolicyDocument": document(Effect="Allow", Action="s3:GetObject", Resource="*")}
    ]
    finding = judged("IAM.2", hanako(AttachedManagedPolicies=attached, UserPolicyList=inline))
    assert [(f.code, f.facts["policy"]) for f in finding.faults] == [
        ("attached", "PowerUserAccess"),
        ("inline", "s3"),
    ]


def test_attached_policies_that_are_not_shown_cannot_pass() -> None:
    assert judged("IAM.2", hanako(AttachedManagedPolicies=None)).status is Status.NOT_AVAILABLE


def document(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement]}


def policy(default: Any, *others: Any, attached: int = 1, boundary: int | None = 0) -> CustomerPolicy:
    """A customer managed policy as IAM shows it, its default version last."""
    versions = [{"Document": other, "VersionId": "v1", "IsDefaultVersion": False} for other in others]
    item = {
        "PolicyName": "example",
        "Arn": ARN + "policy/team/example",
        "AttachmentCount": attached,
        "PermissionsBoundaryUsageCount": boundary,
        "PolicyVersionList": [*versions, {"Document": default, "VersionId": "v2", "IsDefaultVersion": True}],
    }
    (found,) = seen(CustomerPolicy, details(Policies=[item])).population
    assert isinstance(found, CustomerPolicy)
    assert (found.name, found.id) == ("example", ARN + "policy/team/example")
    return found


def allow(**elements: Any) -> dict[str, Any]:
    return document(Effect="Allow", **elements)


MFA_ONLY = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
ANY_KEY = "arn:aws:kms:*:111122223333:key/*"
TOKYO_KEYS = "arn:aws:kms:ap-northeast-1:111122223333:key/*"
DOCUMENTS: dict[str, tuple[Any, set[str]]] = {
    "everything": (allow(Action="*", Resource="*"), {"IAM.1", "IAM.21", "KMS.1"}),
    "everything in lists": (allow(Action=["*"], Resource=["*"]), {"IAM.1", "IAM.21", "KMS.1"}),
    "a statement that is no list": (
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
        {"IAM.1", "IAM.21", "KMS.1"},
    ),
    "everything with MFA": (
        allow(Action="*", Resource="*", Condition=MFA_ONLY),
        {"IAM.1", "IAM.21", "KMS.1"},
    ),
    "everything on one bucket": (allow(Action="*", Resource="arn:aws:s3:::b/*"), {"IAM.21"}),
    "everything but IAM": (allow(NotAction="iam:*", Resource="*"), {"IAM.21", "KMS.1"}),
    "everything but KMS": (allow(NotAction=["kms:*"], Resource="*"), {"IAM.21"}),
    "one service": (allow(Action="s3:*", Resource="*"), {"IAM.21"}),
    "KMS whole": (allow(Action="kms:*", Resource="*"), {"IAM.21", "KMS.1"}),
    "reading": (allow(Action=["s3:Get*", "ec2:Describe*"], Resource="*"), set()),
    "decryption with every key": (allow(Action="kms:Decrypt", Resource="*"), {"KMS.1"}),
    "decryption with every key, in other letters": (allow(Action="KMS:dEcRyPt", Resource="*"), {"KMS.1"}),
    "re-encryption by a prefix": (allow(Action="kms:ReEncrypt*", Resource=ANY_KEY), {"KMS.1"}),
    "decryption with every key but one": (
        allow(Action="kms:Decrypt", NotResource=TOKYO_KEYS),
        {"KMS.1"},
    ),
    "decryption with the keys of a Region": (allow(Action="kms:Decrypt", Resource=TOKYO_KEYS), set()),
    "decryption through S3": (
        allow(
            Action="kms:Decrypt",
            Resource="*",
            Condition={"StringEquals": {"kms:ViaService": "s3.ap-northeast-1.amazonaws.com"}},
        ),
        {"KMS.1"},
    ),
    "a Deny": (document(Effect="Deny", Action="*", Resource="*"), set()),
}


@pytest.mark.parametrize(("given", "failing"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_what_customer_policies_allow(given: Any, failing: set[str]) -> None:
    asked = {"IAM.1", "IAM.21", "KMS.1"}
    expected = {each: Status.FAILED if each in failing else Status.PASSED for each in asked}
    for text in (given, json.dumps(given), quote(json.dumps(given))):
        assert {each: judged(each, policy(text)).status for each in asked} == expected
        assert {each: judged(each, policy(text, attached=0)).status for each in asked} == expected


UNREADABLE = {
    "not JSON": "{",
    "not JSON, encoded": "%7B",
    "an unknown element": allow(Action="*", Resource="*", Target="*"),
    "an unknown operator": allow(Action="s3:GetObject", Resource="*", Condition={"StringSounds": {"a": "b"}}),
    "nothing": {},
    "a list": [],
}


@pytest.mark.parametrize("given", UNREADABLE.values(), ids=UNREADABLE)
def test_a_policy_that_is_not_understood_is_not_judged(given: Any) -> None:
    for control in ("IAM.1", "IAM.21", "KMS.1"):
        finding = judged(control, policy(given))
        assert finding.status is Status.NOT_AVAILABLE
        assert finding.reason
        assert finding.reason.code == "UnreadablePolicy"


def test_an_old_version_does_not_count() -> None:
    everything, reading = allow(Action="*", Resource="*"), allow(Action="s3:GetObject", Resource="*")
    assert judged("IAM.1", policy(reading, everything)).status is Status.PASSED
    assert judged("IAM.1", policy(everything, reading)).status is Status.FAILED


def test_a_policy_without_a_default_version_is_not_judged() -> None:
    item = {"Arn": ARN + "policy/p", "AttachmentCount": 1, "PolicyVersionList": []}
    (found,) = seen(CustomerPolicy, details(Policies=[item])).population
    assert judged("IAM.1", found).status is Status.NOT_AVAILABLE


def test_a_policy_shown_without_its_use_as_a_boundary_is_judged() -> None:
    everything = policy(allow(Action="*", Resource="*"), attached=0, boundary=None)
    assert judged("IAM.1", everything).status is Status.FAILED


def test_policies_of_aws_are_not_the_accounts() -> None:
    arn = "arn:aws:iam::aws:policy/PowerUserAccess"
    (found,) = seen(CustomerPolicy, details(Policies=[{"Arn": arn, "AttachmentCount": 1}])).population
    assert found.account == "aws"


BOUNDARIES = {(0, 1): False, (1, 1): True, (0, 0): True, (2, 0): True}


@pytest.mark.parametrize(("counts", "is_judged"), BOUNDARIES.items())
def test_a_policy_that_is_only_a_boundary_is_left_out(counts: tuple[int, int], is_judged: bool) -> None:
    attached, boundary = counts
    subject = policy(allow(Action="*", Resource="*"), attached=attached, boundary=boundary)
    for control in ("IAM.1", "IAM.21", "KMS.1"):
        assert (judge(controls()[control], subject, {}) is not None) is is_judged


def test_inline_policies_are_judged_one_by_one() -> None:
    """One that is not understood hides no fault of another, and lets nothing pass."""
    wide = {"PolicyName": "wide", "PolicyDocument": allow(Action="kms:*", Resource="*")}
    odd = {"PolicyName": "odd", "PolicyDocument": "{"}
    finding = judged("KMS.2", hanako(UserPolicyList=[odd, wide]))
    assert [f.facts["policy"] for f in finding.faults] == ["wide"]
    assert judged("KMS.2", hanako(UserPolicyList=[odd])).status is Status.NOT_AVAILABLE


def test_one_call_shows_all_identities() -> None:
    kinds = (User, Group, Role, CustomerPolicy)
    assert len({kind.listed_by.key for kind in kinds if kind.listed_by}) == 1
    answers = details(
        UserDetailList=[HANAKO],
        GroupDetailList=[{"GroupName": "g", "Arn": ARN + "group/g"}],
        RoleDetailList=[{"RoleName": "r", "Arn": ARN + "role/r", "Tags": [{"Key": "team", "Value": "a"}]}],
        Policies=[{"Arn": ARN + "policy/p"}],
    )
    assert [[each.name for each in seen(kind, answers).population] for kind in kinds] == [
        ["hanako"],
        ["g"],
        ["r"],
        ["p"],
    ]
    (role,) = seen(Role, answers).population
    assert role.tags == {"team": "a"}


def test_support_needs_only_one_proof() -> None:
    """A role that may call AWS Support is enough, though users and groups are not seen."""
    attached = [{"PolicyName": "AWSSupportAccess", "PolicyArn": "arn:aws:iam::aws:policy/AWSSupportAccess"}]
    trust = allow(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole")
    role = {"RoleName": "s", "Arn": ARN + "role/s", "AttachedManagedPolicies": attached}
    roles = seen(Role, details(RoleDetailList=[{**role, "AssumeRolePolicyDocument": trust}])).population
    unseen = seen(User, {"GetAccountAuthorizationDetails": Answer(error="AccessDenied")}).population
    assert judged("IAM.18", Support(), users=unseen, groups=unseen, roles=roles).status is Status.PASSED
    none = seen(Role, details()).population
    assert judged("IAM.18", Support(), users=unseen, groups=unseen, roles=none).status is Status.NOT_AVAILABLE
    assert judged("IAM.18", Support(), users=none, groups=none, roles=none).status is Status.FAILED


def test_a_policy_of_the_same_name_is_another_policy() -> None:
    own = [{"PolicyName": "AWSCloudShellFullAccess", "PolicyArn": ARN + "policy/AWSCloudShellFullAccess"}]
    assert judged("IAM.27", hanako(AttachedManagedPolicies=own)).status is Status.PASSED


def root(summary: Answer, *devices: dict[str, Any]) -> Root:
    answers = {
        "GetAccountSummary": summary,
        "ListVirtualMFADevices": Answer(({"VirtualMFADevices": list(devices)},)),
    }
    (found,) = seen(Root, answers, ("summary", "virtual_devices")).population
    assert isinstance(found, Root)
    return found


def summary(**counts: int | None) -> Answer:
    known = {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0, "AccountPasswordPresent": 1, "Users": 5}
    return Answer(({"SummaryMap": known | counts},))


DEVICE = {"SerialNumber": ARN + "mfa/root-account-mfa-device", "User": {"Arn": ARN + "root"}}
ROOTS: dict[str, tuple[Root, dict[str, Status]]] = {
    "hardware MFA": (root(summary()), {}),
    "no MFA": (root(summary(AccountMFAEnabled=0)), {"IAM.6": Status.FAILED, "IAM.9": Status.FAILED}),
    "no credentials": (root(summary(AccountMFAEnabled=0, AccountPasswordPresent=0)), {}),
    "no word of a password, no MFA": (
        root(summary(AccountMFAEnabled=0, AccountPasswordPresent=None)),
        {"IAM.6": Status.FAILED, "IAM.9": Status.FAILED},
    ),
    "no word of a password, hardware MFA": (root(summary(AccountPasswordPresent=None)), {}),
    "an access key": (root(summary(AccountAccessKeysPresent=1)), {"IAM.4": Status.FAILED}),
    "virtual MFA": (root(summary(), DEVICE), {"IAM.6": Status.FAILED}),
    "a device of somebody": (root(summary(), {**DEVICE, "SerialNumber": ARN + "mfa/h", "User": HANAKO}), {}),
    "a device of nobody known": (
        root(summary(), {"SerialNumber": ARN + "mfa/h"}),
        {"IAM.6": Status.NOT_AVAILABLE},
    ),
    "no answer": (
        root(Answer(error="AccessDenied")),
        dict.fromkeys(("IAM.4", "IAM.6", "IAM.9"), Status.NOT_AVAILABLE),
    ),
}


@pytest.mark.parametrize(("subject", "differing"), ROOTS.values(), ids=ROOTS)
def test_the_root_user(subject: Root, differing: dict[str, Status]) -> None:
    for control in ("IAM.4", "IAM.6", "IAM.9"):
        assert judged(control, subject).status is differing.get(control, Status.PASSED)


def test_a_certificate_without_an_end_is_not_judged() -> None:
    item = {"ServerCertificateName": "www", "Arn": ARN + "server-certificate/www"}
    answer = {"ListServerCertificates": Answer(({"ServerCertificateMetadataList": [item]},))}
    (found,) = seen(ServerCertificate, answer).population
    assert judged("IAM.26", found).status is Status.NOT_AVAILABLE
