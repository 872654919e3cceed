"""The password policy: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import Wanted, aiming, leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.iam.passwords.controls import PasswordDemands
from ishigaki.services.iam.passwords.resources import PasswordPolicy, Passwords

# What UpdateAccountPasswordPolicy takes; the answer holds more (ExpirePasswords follows from MaxPasswordAge).
TAKEN = (
    "MinimumPasswordLength",
    "RequireSymbols",
    "RequireNumbers",
    "RequireUppercaseCharacters",
    "RequireLowercaseCharacters",
    "AllowUsersToChangePassword",
    "MaxPasswordAge",
    "PasswordReusePrevention",
    "HardExpiry",
)
CLASSES = ("RequireSymbols", "RequireNumbers", "RequireUppercaseCharacters", "RequireLowercaseCharacters")
# What an account without a policy of its own goes by, as IAM's documentation says.
AWS_DEFAULT: Mapping[str, Any] = {
    "MinimumPasswordLength": 8,
    "RequireSymbols": False,
    "RequireNumbers": False,
    "RequireUppercaseCharacters": False,
    "RequireLowercaseCharacters": False,
    "AllowUsersToChangePassword": True,
    "ExpirePasswords": False,
}


class PasswordRules(Wanted, frozen=True):
    """What passwords must be like at least; 0 asks for nothing. Source: R5 (length, classes, own change)."""

    minimum_length: int = 8
    character_classes: bool = True
    users_may_change: bool = True
    reuse_prevention: int = 0
    max_age_days: int = 0


WEAK = PasswordPolicy(
    minimum_password_length=8,
    require_uppercase_characters=True,
    require_lowercase_characters=True,
    require_numbers=True,
    require_symbols=False,
    max_password_age=0,
    password_reuse_prevention=0,
    hard_expiry=False,
)
GOOD = replace(WEAK, require_symbols=True, minimum_password_length=14)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(Passwords(policy=None)),
        mends(Passwords(policy=WEAK)),
        mends(Passwords(policy=GOOD), wanted=PasswordRules(reuse_prevention=24)),
        mends(Passwords(policy=GOOD), asked=PasswordDemands(password_reuse_prevention=24)),
        mends(Passwords(policy=replace(GOOD, max_password_age=120)), wanted=PasswordRules(max_age_days=90)),
        leaves(Passwords(policy=GOOD)),
        mends(Passwords(policy=replace(GOOD, hard_expiry=True)), wanted=PasswordRules(max_age_days=90)),
        leaves(Passwords(policy=replace(GOOD, max_password_age=30)), wanted=PasswordRules(max_age_days=90)),
    ],
)
def strengthen_password_policy(account: Passwords, wanted: PasswordRules, asked: PasswordDemands) -> Changes:
    """Raises what the policy asks for less than wanted; what it already asks for more stays as it is.

    UpdateAccountPasswordPolicy resets whatever it is not given, so the whole merged policy is sent. Where expired
    passwords can be reset by administrators alone, a shorter age may lock everybody out.
    """
    before = said(account, "policy")
    known = before if before is not None else AWS_DEFAULT
    raised = _raised(known, _stricter(wanted, asked))
    if not raised:
        return
    if before is None:  # IAM's own rule of three classes of four ends with the account's first policy
        raised |= dict.fromkeys(CLASSES, True)
    after = {**known, **raised}
    after["ExpirePasswords"] = bool(after.get("MaxPasswordAge"))
    ages = after.get("MaxPasswordAge") != known.get("MaxPasswordAge")
    locks_out = ages and account.policy is not None and account.policy.hard_expiry
    expire = note(
        "expired_passwords_lock_out" if locks_out else "passwords_expire", days=after.get("MaxPasswordAge")
    )
    yield change(
        alters(account, policy=after),
        steps=[step("update", _update(after), undo=_restore(before))],
        disruption=Disruption.HIGH if locks_out else None,
        notes=(expire,) if ages else (),
    )


def _stricter(wanted: PasswordRules, asked: PasswordDemands) -> PasswordRules:
    """The rules that are wanted, and those that the account has set for the control."""
    if not asked.custom:
        return wanted
    ages = [age for age in (wanted.max_age_days, asked.max_password_age) if age]
    return msgspec.structs.replace(
        wanted,
        minimum_length=max(wanted.minimum_length, asked.minimum_password_length),
        reuse_prevention=max(wanted.reuse_prevention, asked.password_reuse_prevention or 0),
        max_age_days=min(ages, default=0),
    )


def _raised(known: Mapping[str, Any], wanted: PasswordRules) -> dict[str, Any]:
    raised: dict[str, Any] = {}
    if int(known.get("MinimumPasswordLength") or 0) < wanted.minimum_length:
        raised["MinimumPasswordLength"] = wanted.minimum_length
    if wanted.character_classes:
        raised |= {name: True for name in CLASSES if not known.get(name)}
    if wanted.users_may_change and known.get("AllowUsersToChangePassword") is False:
        raised["AllowUsersToChangePassword"] = True
    if int(known.get("PasswordReusePrevention") or 0) < wanted.reuse_prevention:
        raised["PasswordReusePrevention"] = wanted.reuse_prevention
    age = int(known.get("MaxPasswordAge") or 0)
    if wanted.max_age_days and not 0 < age <= wanted.max_age_days:
        raised["MaxPasswordAge"] = wanted.max_age_days
    return raised


def _update(policy: Mapping[str, Any]) -> Call:
    # An age or a memory of 0 means none, and is not taken: leaving it out says so.
    sent = {name: policy[name] for name in TAKEN if policy.get(name) is False or policy.get(name)}
    return call("iam", "UpdateAccountPasswordPolicy", **sent)


def _restore(before: Mapping[str, Any] | None) -> Call:
    return call("iam", "DeleteAccountPasswordPolicy") if before is None else _update(before)


def _asking(**rules: Any) -> PasswordRules:
    """What one control asks for, and nothing beside it."""
    nothing = {"minimum_length": 0, "character_classes": False, "users_may_change": False}
    return PasswordRules(**{**nothing, **rules})


REMEDIATIONS = {
    "IAM.7": strengthen_password_policy,
    "IAM.11": strengthen_password_policy,
    "IAM.12": strengthen_password_policy,
    "IAM.13": strengthen_password_policy,
    "IAM.14": strengthen_password_policy,
    "IAM.15": aiming(strengthen_password_policy, _asking(minimum_length=14)),
    "IAM.16": aiming(strengthen_password_policy, _asking(reuse_prevention=24)),
    "IAM.17": aiming(strengthen_password_policy, _asking(max_age_days=90)),
}
