"""The password policy: what is required."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ishigaki.core.control import Control, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen
from ishigaki.core.record import replace
from ishigaki.services.iam.passwords.resources import PasswordPolicy, Passwords

STRONG = PasswordPolicy(
    minimum_password_length=14,
    require_uppercase_characters=True,
    require_lowercase_characters=True,
    require_numbers=True,
    require_symbols=True,
    max_password_age=90,
    password_reuse_prevention=24,
    hard_expiry=False,
)


@dataclass(frozen=True)
class Clause:
    """One demand on the policy: the fault of its lack, when it is met, and near misses (for the examples)."""

    fault: str
    met: Callable[[PasswordPolicy], bool]
    misses: tuple[Mapping[str, int], ...]


def _length(least: int) -> Clause:
    return Clause(
        "too_short",
        lambda policy: policy.minimum_password_length >= least,
        ({"minimum_password_length": least - 1},),
    )


UPPERCASE = Clause(
    "no_uppercase",
    lambda policy: policy.require_uppercase_characters,
    ({"require_uppercase_characters": False},),
)
LOWERCASE = Clause(
    "no_lowercase",
    lambda policy: policy.require_lowercase_characters,
    ({"require_lowercase_characters": False},),
)
SYMBOL = Clause("no_symbol", lambda policy: policy.require_symbols, ({"require_symbols": False},))
NUMBER = Clause("no_number", lambda policy: policy.require_numbers, ({"require_numbers": False},))
REUSE = Clause(
    "reusable", lambda policy: policy.password_reuse_prevention >= 24, ({"password_reuse_prevention": 23},)
)
AGE = Clause(
    "never_expires",
    lambda policy: 0 < policy.max_password_age <= 90,
    ({"max_password_age": 0}, {"max_password_age": 91}),
)


def demands(id: str, doc: str, *clauses: Clause) -> Control:
    """A control on the password policy; an account without a policy of its own fails each of them."""

    @control(
        id,
        doc=doc,
        examples=[
            passes(Passwords(policy=STRONG)),
            fails("no_policy", Passwords(policy=None)),
            *(
                fails(clause.fault, Passwords(policy=replace(STRONG, **miss)))
                for clause in clauses
                for miss in clause.misses
            ),
        ],
    )
    def test(account: Passwords) -> Faults:
        policy = account.policy
        if policy is None:
            yield fault("no_policy")
        else:
            for clause in chosen(clauses, lambda clause: not clause.met(policy)):
                yield fault(clause.fault)

    return test


CONTROLS = (
    demands(
        "IAM.7",
        """Passwords need an uppercase and a lowercase letter, a number, a symbol, and at least 8 characters.

        AWS leaves reuse and age out unless an account sets these parameters of the control.""",
        UPPERCASE,
        LOWERCASE,
        SYMBOL,
        NUMBER,
        _length(8),
    ),
    demands("IAM.11", "The password policy requires an uppercase letter.", UPPERCASE),
    demands("IAM.12", "The password policy requires a lowercase letter.", LOWERCASE),
    demands("IAM.13", "The password policy requires a symbol.", SYMBOL),
    demands("IAM.14", "The password policy requires a number.", NUMBER),
    demands("IAM.15", "The password policy requires at least 14 characters.", _length(14)),
    demands("IAM.16", "The password policy prevents the use of the last 24 passwords.", REUSE),
    demands("IAM.17", "The password policy lets passwords expire after at most 90 days.", AGE),
)
