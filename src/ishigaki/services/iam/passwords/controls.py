"""The password policy: what is required."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from msgspec import Meta

from ishigaki.core.control import Control, Parameters, control, fails, passes
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
    facts: Mapping[str, Any] = field(default_factory=dict)


def _length(least: int) -> Clause:
    return Clause(
        "too_short",
        lambda policy: policy.minimum_password_length >= least,
        ({"minimum_password_length": least - 1},),
        {"least": least},
    )


def _memory(least: int) -> Clause:
    return Clause(
        "reusable",
        lambda policy: policy.password_reuse_prevention >= least,
        ({"password_reuse_prevention": least - 1},),
        {"least": least},
    )


def _age(most: int) -> Clause:
    return Clause(
        "never_expires",
        lambda policy: 0 < policy.max_password_age <= most,
        ({"max_password_age": 0}, {"max_password_age": most + 1}),
        {"most": most},
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


class PasswordDemands(Parameters, frozen=True, rename="pascal"):
    """What AWS lets an account set of IAM.7: days and numbers of passwords; None asks for nothing."""

    require_uppercase_characters: bool = True
    require_lowercase_characters: bool = True
    require_symbols: bool = True
    require_numbers: bool = True
    minimum_password_length: Annotated[int, Meta(ge=8, le=128)] = 8
    password_reuse_prevention: Annotated[int, Meta(ge=12, le=24)] | None = None
    max_password_age: Annotated[int, Meta(ge=1, le=90)] | None = None


def _demanded(asked: PasswordDemands) -> Iterator[Clause]:
    if asked.require_uppercase_characters:
        yield UPPERCASE
    if asked.require_lowercase_characters:
        yield LOWERCASE
    if asked.require_symbols:
        yield SYMBOL
    if asked.require_numbers:
        yield NUMBER
    yield _length(asked.minimum_password_length)
    if asked.password_reuse_prevention is not None:
        yield _memory(asked.password_reuse_prevention)
    if asked.max_password_age is not None:
        yield _age(asked.max_password_age)


def _faults(account: Passwords, clauses: Iterable[Clause]) -> Faults:
    """What a policy lacks; an account without a policy of its own fails each control."""
    policy = account.policy
    if policy is None:
        yield fault("no_policy")
    else:
        for clause in chosen(clauses, lambda clause: not clause.met(policy)):
            yield fault(clause.fault, **clause.facts)


STRICT = PasswordDemands(minimum_password_length=14, password_reuse_prevention=24, max_password_age=90)
LAX = PasswordDemands(require_symbols=False, require_numbers=False)


NOTHING = PasswordDemands(
    require_uppercase_characters=False,
    require_lowercase_characters=False,
    require_symbols=False,
    require_numbers=False,
)


def _but(**changes: Any) -> Passwords:
    """A strong policy, but for this."""
    return Passwords(policy=replace(STRONG, **changes))


@control(
    "IAM.7",
    examples=[
        passes(Passwords(policy=STRONG)),
        passes(Passwords(policy=replace(STRONG, max_password_age=0, password_reuse_prevention=0))),
        fails("no_policy", Passwords(policy=None)),
        passes(_but(minimum_password_length=8)),
        fails("too_short", _but(minimum_password_length=7)),
        fails("no_uppercase", _but(require_uppercase_characters=False)),
        fails("no_lowercase", _but(require_lowercase_characters=False)),
        fails("no_symbol", _but(require_symbols=False)),
        fails("no_number", _but(require_numbers=False)),
        passes(Passwords(policy=STRONG), asked=STRICT),
        fails("too_short", _but(minimum_password_length=13), asked=STRICT),
        fails("reusable", _but(password_reuse_prevention=23), asked=STRICT),
        fails("never_expires", _but(max_password_age=91), asked=STRICT),
        fails("never_expires", _but(max_password_age=0), asked=STRICT),
        passes(Passwords(policy=replace(STRONG, require_symbols=False, require_numbers=False)), asked=LAX),
        fails("no_uppercase", _but(require_uppercase_characters=False), asked=LAX),
        passes(
            Passwords(
                policy=PasswordPolicy(
                    minimum_password_length=8,
                    require_uppercase_characters=False,
                    require_lowercase_characters=False,
                    require_numbers=False,
                    require_symbols=False,
                    max_password_age=0,
                    password_reuse_prevention=0,
                    hard_expiry=False,
                )
            ),
            asked=NOTHING,
        ),
    ],
)
def passwords_are_strong(account: Passwords, asked: PasswordDemands) -> Faults:
    """Passwords need an uppercase and a lowercase letter, a number, a symbol, and at least 8 characters.

    AWS leaves reuse and age out unless an account sets these parameters of the control.
    """
    yield from _faults(account, _demanded(asked))


def demands(id: str, doc: str, *clauses: Clause) -> Control:
    """A control that asks for certain clauses of the password policy."""

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
        yield from _faults(account, clauses)

    return test


CONTROLS = (
    passwords_are_strong,
    demands("IAM.11", "The password policy requires an uppercase letter.", UPPERCASE),
    demands("IAM.12", "The password policy requires a lowercase letter.", LOWERCASE),
    demands("IAM.13", "The password policy requires a symbol.", SYMBOL),
    demands("IAM.14", "The password policy requires a number.", NUMBER),
    demands("IAM.15", "The password policy requires at least 14 characters.", _length(14)),
    demands("IAM.16", "The password policy prevents the use of the last 24 passwords.", _memory(24)),
    demands("IAM.17", "The password policy lets passwords expire after at most 90 days.", _age(90)),
)
