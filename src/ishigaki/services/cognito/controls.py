"""Cognito: what is required."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from ishigaki.core.control import Parameters, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.cognito.resources import IdentityPool, PasswordPolicy, UserPool

STRONG = PasswordPolicy(
    minimum_length=8,
    require_lowercase=True,
    require_uppercase=True,
    require_numbers=True,
    require_symbols=True,
    temporary_password_validity_days=7,
)
GOOD = UserPool(
    password_policy=STRONG,
    first_factors=("PASSWORD",),
    mfa_configuration="ON",
    deletion_protection="ACTIVE",
    threat_protection="ENFORCED",
    custom_threat_protection="ENFORCED",
)
AUDITED = replace(GOOD, threat_protection="AUDIT")
CLASSES = ("lowercase", "uppercase", "numbers", "symbols")


class ThreatProtection(Parameters, frozen=True, rename="pascal"):
    """What AWS lets an account set of Cognito.1."""

    security_mode: Literal["AUDIT", "ENFORCED"] = "ENFORCED"


@control(
    "Cognito.1",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, custom_threat_protection="")),
        passes(AUDITED, asked=ThreatProtection(security_mode="AUDIT")),
        fails("other_mode", AUDITED),
        fails("other_mode", GOOD, asked=ThreatProtection(security_mode="AUDIT")),
        fails("off", replace(GOOD, threat_protection="OFF")),
        fails("off", replace(GOOD, threat_protection="OFF"), asked=ThreatProtection(security_mode="AUDIT")),
    ],
)
def protects_standard_sign_in(pool: UserPool, asked: ThreatProtection) -> Faults:
    """Threat protection of standard authentication is in the mode that is asked for, which AWS compares as it is:
    where AUDIT is asked for, ENFORCED is another."""
    if pool.threat_protection == "OFF":
        yield fault("off")
    elif pool.threat_protection != asked.security_mode:
        yield fault("other_mode", mode=pool.threat_protection, wanted=asked.security_mode)


KNOWN_ONLY = IdentityPool(allow_unauthenticated_identities=False)


@control(
    "Cognito.2",
    examples=[
        passes(KNOWN_ONLY),
        fails("admits_guests", replace(KNOWN_ONLY, allow_unauthenticated_identities=True)),
    ],
)
def admits_no_guests(pool: IdentityPool) -> Faults:
    """The identity pool gives no credentials to users who have not signed in. What guests may do is not asked."""
    if pool.allow_unauthenticated_identities:
        yield fault("admits_guests")


class PasswordDemands(Parameters, frozen=True):
    """What AWS lets an account set of Cognito.3."""

    min_length: Annotated[int, Meta(ge=8, le=128)] = 8
    require_lowercase: bool = True
    require_uppercase: bool = True
    require_numbers: bool = True
    require_symbols: bool = True
    temporary_password_validity: Annotated[int, Meta(ge=7, le=365)] = 7


def _with(**policy: object) -> UserPool:
    return replace(GOOD, password_policy=replace(STRONG, **policy))


@control(
    "Cognito.3",
    examples=[
        passes(GOOD),
        passes(_with(minimum_length=20, temporary_password_validity_days=1)),
        fails("too_short", _with(minimum_length=7)),
        fails("too_short", _with(minimum_length=13), asked=PasswordDemands(min_length=14)),
        fails("temporary_for_long", _with(temporary_password_validity_days=8)),
        passes(
            _with(temporary_password_validity_days=30), asked=PasswordDemands(temporary_password_validity=30)
        ),
        *(fails(f"no_{each}", _with(**{f"require_{each}": False})) for each in CLASSES),
        *(
            passes(_with(**{f"require_{each}": False}), asked=PasswordDemands(**{f"require_{each}": False}))
            for each in CLASSES
        ),
        passes(GOOD, asked=PasswordDemands(**{f"require_{each}": False for each in CLASSES})),
    ],
)
def has_strong_passwords(pool: UserPool, asked: PasswordDemands) -> Faults:
    """The password policy of the user pool is at least as strict as what is asked for, in every part."""
    policy = pool.password_policy
    if policy.minimum_length < asked.min_length:
        yield fault("too_short", length=policy.minimum_length, least=asked.min_length)
    for each in CLASSES:
        if getattr(asked, f"require_{each}") and not getattr(policy, f"require_{each}"):
            yield fault(f"no_{each}")
    days, most = policy.temporary_password_validity_days, asked.temporary_password_validity
    if days > most:
        yield fault("temporary_for_long", days=days, most=most)


@control(
    "Cognito.4",
    examples=[
        passes(GOOD),
        passes(AUDITED),
        fails("off", replace(GOOD, threat_protection="OFF")),
        fails("off", replace(GOOD, custom_threat_protection="")),
        fails("other_mode", replace(GOOD, custom_threat_protection="AUDIT")),
    ],
)
def protects_custom_sign_in(pool: UserPool) -> Faults:
    """Threat protection of custom authentication is enforced, and threat protection is not off as a whole.

    AWS asks it of every user pool, also of those that have no custom authentication.
    """
    mode = pool.custom_threat_protection
    if pool.threat_protection == "OFF" or not mode:
        yield fault("off")
    elif mode != "ENFORCED":
        yield fault("other_mode", mode=mode)


@control(
    "Cognito.5",
    where=lambda pool: pool.first_factors == ("PASSWORD",),
    examples=[
        passes(GOOD),
        passes(replace(GOOD, mfa_configuration="OPTIONAL")),
        fails("no_mfa", replace(GOOD, mfa_configuration="OFF")),
        ignores(replace(GOOD, first_factors=("PASSWORD", "WEB_AUTHN"), mfa_configuration="OFF")),
    ],
)
def knows_mfa(pool: UserPool) -> Faults:
    """A user pool whose users sign in with passwords alone has MFA, required or optional: AWS asks that it is enabled.

    A pool without a sign-in policy knows nothing but passwords, and is judged.
    """
    if pool.mfa_configuration == "OFF":
        yield fault("no_mfa")


@control(
    "Cognito.6",
    examples=[
        passes(GOOD),
        fails("not_protected", replace(GOOD, deletion_protection="INACTIVE")),
    ],
)
def cannot_be_deleted_by_mistake(pool: UserPool) -> Faults:
    """Deletion protection of the user pool is active."""
    if pool.deletion_protection != "ACTIVE":
        yield fault("not_protected")


CONTROLS = (
    protects_standard_sign_in,
    admits_no_guests,
    has_strong_passwords,
    protects_custom_sign_in,
    knows_mfa,
    cannot_be_deleted_by_mistake,
)
