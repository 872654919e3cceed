"""Customer managed policies of IAM: what is required."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ishigaki.core.control import Control, Example, cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.policy import Policy, Proof, decrypts_any_key, grants_all, grants_whole_service
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.services.iam.authorization import policy_in
from ishigaki.services.iam.policies.resources import CustomerPolicy, PolicyVersion


def _version(*statements: dict[str, Any], default: bool = True) -> PolicyVersion:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return PolicyVersion(is_default_version=default, document=document)


def _allow(**elements: Any) -> dict[str, Any]:
    return {"Sid": "Grant", "Effect": "Allow", **elements}


READ = _allow(Action=["ec2:Describe*", "s3:GetObject"], Resource="*")
GOOD = CustomerPolicy(
    attachment_count=1, permissions_boundary_usage_count=0, policy_version_list=(_version(READ),)
)


def _of(*statements: dict[str, Any]) -> CustomerPolicy:
    return replace(GOOD, policy_version_list=(_version(*statements),))


def _is_a_grant(policy: CustomerPolicy) -> bool:
    """AWS leaves out permissions boundaries: a policy that is nothing else grants nothing."""
    return policy.attachment_count > 0 or policy.permissions_boundary_usage_count == 0


def in_force(policy: CustomerPolicy) -> Policy:
    for version in policy.policy_version_list:
        if version.is_default_version:
            return policy_in(version.document, of="default version of a policy")
    raise Unseen("default version of a policy", NOT_IN_ANSWER)


def forbids(
    id: str,
    question: Callable[[Policy], Proof],
    *,
    doc: str,
    code: str,
    examples: list[Example],
    worst: dict[str, Any],
) -> Control:
    """A control that asks one question of the default version; `worst` is a statement that fails it."""

    @control(
        id,
        where=_is_a_grant,
        examples=[
            passes(GOOD),
            passes(replace(GOOD, attachment_count=0)),
            passes(replace(GOOD, policy_version_list=(_version(READ), _version(worst, default=False)))),
            fails(code, _of(worst)),
            fails(code, _of(READ, worst)),
            fails(code, replace(_of(worst), attachment_count=0)),
            fails(code, replace(_of(worst), permissions_boundary_usage_count=3)),
            cannot_tell(_of({**worst, "Effect": "Perhaps"})),
            cannot_tell(replace(GOOD, policy_version_list=(_version(worst, default=False),))),
            ignores(replace(_of(worst), attachment_count=0, permissions_boundary_usage_count=1)),
            *examples,
        ],
        doc=doc,
    )
    def test(policy: CustomerPolicy) -> Faults:
        answer = question(in_force(policy))
        if answer.is_unknown:
            raise Unseen("what a policy allows", ", ".join(sorted(answer.causes)))
        if answer.is_true:
            yield fault(code, statements=", ".join(answer.statements))

    return test


ONE_BUCKET = "arn:aws:s3:::example/*"
ONE_KEY = "arn:aws:kms:ap-northeast-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OWN_KEYS = "arn:aws:kms:ap-northeast-1:111122223333:key/*"
WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
ALL = _allow(Action="*", Resource="*")
DENY_ALL = {"Effect": "Deny", "Action": "*", "Resource": "*"}

allows_no_administration = forbids(
    "IAM.1",
    grants_all,
    code="full_admin",
    worst=ALL,
    doc="""The policy's default version has no statement that allows Action * on Resource *.

    A statement is judged alone, as AWS words it: neither a condition nor a Deny beside it helps. A policy
    that only serves as a permissions boundary is not judged.""",
    examples=[
        passes(_of(_allow(Action="*", Resource=ONE_BUCKET))),
        passes(_of(_allow(NotAction="iam:*", Resource="*"))),
        passes(_of(DENY_ALL)),
        fails("full_admin", _of(_allow(Action=["s3:GetObject", "*"], Resource=[ONE_BUCKET, "*"]))),
        fails("full_admin", _of(_allow(Action="*:*", Resource="*"))),
        fails("full_admin", _of({**ALL, "Condition": WITH_MFA})),
        fails("full_admin", _of(ALL, DENY_ALL)),
    ],
)

allows_no_whole_service = forbids(
    "IAM.21",
    grants_whole_service,
    code="whole_service",
    worst=_allow(Action="ec2:*", Resource="*"),
    doc="""The policy's default version allows no service whole, by Action "service:*" or by NotAction.

    Prefixes such as ec2:Describe* are fine. The statement's resources and conditions do not matter.""",
    examples=[
        passes(_of({"Effect": "Deny", "Action": "ec2:*", "Resource": "*"})),
        fails("whole_service", _of(_allow(Action=["s3:GetObject", "s3:*"], Resource=ONE_BUCKET))),
        fails("whole_service", _of(_allow(NotAction="iam:*", Resource="*"))),
        fails("whole_service", _of(ALL)),
    ],
)

names_the_keys_to_decrypt_with = forbids(
    "KMS.1",
    decrypts_any_key,
    code="any_key",
    worst=_allow(Action="kms:Decrypt", Resource="*"),
    doc="""The policy's default version does not allow kms:Decrypt or kms:ReEncryptFrom on all keys.

    AWS looks at Resource only: a condition does not help. The keys of one Region are not all keys.""",
    examples=[
        passes(_of(_allow(Action="kms:Decrypt", Resource=ONE_KEY))),
        passes(_of(_allow(Action="kms:Decrypt", Resource=OWN_KEYS))),
        passes(_of(_allow(Action=["kms:Encrypt", "kms:GenerateDataKey*"], Resource="*"))),
        passes(_of(_allow(NotAction="kms:*", Resource="*"))),
        fails("any_key", _of(_allow(Action="kms:ReEncrypt*", Resource="arn:aws:kms:*:*:key/*"))),
        fails("any_key", _of(_allow(Action="kms:*", Resource=[ONE_KEY, "*"]))),
        fails("any_key", _of(_allow(NotAction="s3:*", Resource="*"))),
        fails("any_key", _of(_allow(Action="kms:Decrypt", Resource="*", Condition=WITH_MFA))),
    ],
)

CONTROLS = (allows_no_administration, allows_no_whole_service, names_the_keys_to_decrypt_with)
