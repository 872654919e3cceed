"""Cognito: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Note, alters, change, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.cognito.controls import CLASSES, PasswordDemands, ThreatProtection
from ishigaki.services.cognito.resources import IdentityPool, PasswordPolicy, UserPool
from ishigaki.services.cognito.updating import newer_settings, settings_of, update, update_identities

LONGEST = 99  # the longest minimum that Cognito takes

WEAK = PasswordPolicy(
    minimum_length=6,
    require_lowercase=True,
    require_uppercase=False,
    require_numbers=False,
    require_symbols=False,
    temporary_password_validity_days=90,
)
STRONG = PasswordPolicy(
    minimum_length=12,
    require_lowercase=True,
    require_uppercase=True,
    require_numbers=True,
    require_symbols=True,
    temporary_password_validity_days=3,
)
BARE = UserPool(
    name="ap-northeast-1_Example01",
    pool_name="customers",
    user_pool_tier="PLUS",
    password_policy=WEAK,
    first_factors=("PASSWORD",),
    mfa_configuration="OFF",
    deletion_protection="INACTIVE",
    threat_protection="OFF",
    custom_threat_protection="",
)
LITE = replace(BARE, user_pool_tier="LITE")


@remediation(
    disruption=Disruption.LOW,
    examples=[mends(BARE), mends(LITE), leaves(replace(BARE, deletion_protection="ACTIVE"))],
)
def protect_user_pool(pool: UserPool) -> Changes:
    """Switches on deletion protection of the user pool."""
    if pool.deletion_protection != "ACTIVE":
        yield from _updated(pool, {"deletion_protection": "ACTIVE"}, DeletionProtection="ACTIVE")


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(BARE),
        mends(LITE),
        mends(replace(BARE, password_policy=STRONG), asked=PasswordDemands(min_length=14)),
        mends(replace(BARE, password_policy=replace(STRONG, require_symbols=False))),
        mends(replace(BARE, password_policy=replace(STRONG, temporary_password_validity_days=8))),
        leaves(replace(BARE, password_policy=STRONG)),
        leaves(BARE, asked=PasswordDemands(min_length=100), skip="password_longer_than_cognito_takes"),
    ],
)
def demand_strong_passwords(pool: UserPool, asked: PasswordDemands) -> Changes:
    """Raises what the user pool's password policy asks for less than wanted; what is stricter stays.

    Passwords that users have stay valid until they change them.
    """
    before = said(pool, "password_policy")
    raised = dict(_raised(pool.password_policy, asked))
    if not raised:
        return
    if asked.min_length > LONGEST:
        yield skip("password_longer_than_cognito_takes", length=asked.min_length, most=LONGEST)
        return
    after = {**before, **raised}
    policies = {**settings_of(pool)["Policies"], "PasswordPolicy": after}
    yield from _updated(pool, {"password_policy": after}, Policies=policies)


def _raised(policy: PasswordPolicy, asked: PasswordDemands) -> Mapping[str, Any]:
    """The parts of a password policy that are less strict than asked, as they should be."""
    raised: dict[str, Any] = {
        f"Require{each.title()}": True
        for each in CLASSES
        if getattr(asked, f"require_{each}") and not getattr(policy, f"require_{each}")
    }
    if policy.minimum_length < asked.min_length:
        raised["MinimumLength"] = asked.min_length
    if policy.temporary_password_validity_days > asked.temporary_password_validity:
        raised["TemporaryPasswordValidityDays"] = asked.temporary_password_validity
    return raised


STANDARD, CUSTOM = "AdvancedSecurityMode", "AdvancedSecurityAdditionalFlows"
ENFORCED = replace(BARE, threat_protection="ENFORCED", custom_threat_protection="ENFORCED")


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(BARE),
        mends(replace(BARE, threat_protection="AUDIT")),
        mends(replace(BARE, custom_threat_protection="ENFORCED")),
        mends(BARE, asked=ThreatProtection(security_mode="AUDIT")),
        leaves(ENFORCED),
        leaves(ENFORCED, asked=ThreatProtection(security_mode="AUDIT"), skip="protected_more_than_asked"),
        leaves(replace(BARE, user_pool_tier="ESSENTIALS"), skip="needs_plus_tier"),
    ],
)
def enforce_threat_protection(pool: UserPool, asked: ThreatProtection) -> Changes:
    """Sets threat protection of standard authentication to the mode that is asked for, never to a weaker one."""
    if pool.threat_protection == asked.security_mode:
        return
    if pool.threat_protection == "ENFORCED":
        yield skip("protected_more_than_asked", wanted=asked.security_mode)
        return
    yield from _protected(pool, {STANDARD: asked.security_mode}, {"threat_protection": asked.security_mode})


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(BARE),
        mends(replace(ENFORCED, custom_threat_protection="")),
        mends(replace(ENFORCED, custom_threat_protection="AUDIT")),
        leaves(ENFORCED),
        leaves(LITE, skip="needs_plus_tier"),
    ],
)
def enforce_custom_threat_protection(pool: UserPool) -> Changes:
    """Enforces threat protection of custom authentication. Where it is off as a whole, standard authentication is
    only audited by this change."""
    becomes = {}
    if pool.threat_protection == "OFF":
        becomes["threat_protection"] = "AUDIT"
    if pool.custom_threat_protection != "ENFORCED":
        becomes["custom_threat_protection"] = "ENFORCED"
    if becomes:
        on = {STANDARD: becomes["threat_protection"]} if "threat_protection" in becomes else {}
        yield from _protected(pool, {**on, CUSTOM: {"CustomAuthMode": "ENFORCED"}}, becomes)


def _protected(pool: UserPool, changed: Mapping[str, Any], becomes: Mapping[str, Any]) -> Changes:
    if pool.user_pool_tier != "PLUS":
        yield skip("needs_plus_tier", tier=pool.user_pool_tier)
        return
    before = settings_of(pool).get("UserPoolAddOns", {STANDARD: "OFF"})
    about = note("risky_sign_ins_blocked", pool=pool.name)
    yield from _updated(pool, becomes, about, UserPoolAddOns={**before, **changed})


def _updated(pool: UserPool, becomes: Mapping[str, Any], *notes: Note, **changed: Any) -> Changes:
    """A user pool with some settings changed, unless it has settings that an update would reset."""
    if newer := newer_settings(pool):
        yield skip("pool_has_newer_settings", settings=", ".join(newer))
        return
    before = {name: value for name, value in settings_of(pool).items() if name in changed}
    yield change(
        alters(pool, **becomes),
        steps=[step("update", update(pool, **changed), undo=update(pool, **before))],
        notes=notes,
    )


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(BARE),
        leaves(replace(BARE, mfa_configuration="OPTIONAL")),
        leaves(replace(BARE, mfa_configuration="ON")),
    ],
)
def offer_mfa(pool: UserPool) -> Changes:
    """Lets users of the pool add an authenticator app as a second factor. Requiring it of all is a decision: whoever
    has none could not sign in."""
    if pool.mfa_configuration != "OFF":
        return
    offer = _mfa(pool, "OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True})
    yield change(
        alters(pool, mfa_configuration="OPTIONAL"),
        steps=[step("offer", offer, undo=_mfa(pool, "OFF"))],
        notes=(note("mfa_is_optional", pool=pool.name),),
    )


def _mfa(pool: UserPool, mode: str, **factors: Any) -> Call:
    return call("cognito-idp", "SetUserPoolMfaConfig", UserPoolId=pool.name, MfaConfiguration=mode, **factors)


OPEN = IdentityPool(
    name="ap-northeast-1:11111111-2222-3333-4444-555555555555",
    identity_pool_name="app",
    allow_unauthenticated_identities=True,
)


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(OPEN), leaves(replace(OPEN, allow_unauthenticated_identities=False))],
)
def refuse_guests(pool: IdentityPool) -> Changes:
    """Gives credentials of AWS no longer to users who have not signed in."""
    if not pool.allow_unauthenticated_identities:
        return
    if newer := newer_settings(pool):
        yield skip("pool_has_newer_settings", settings=", ".join(newer))
        return
    yield _closed(pool)


def _closed(pool: IdentityPool) -> Change:
    close, open_ = (
        update_identities(pool, AllowUnauthenticatedIdentities=guests) for guests in (False, True)
    )
    return change(
        alters(pool, allow_unauthenticated_identities=False),
        steps=[step("close", close, undo=open_)],
        notes=(note("guests_refused", pool=pool.identity_pool_name),),
    )


REMEDIATIONS = {
    "Cognito.1": enforce_threat_protection,
    "Cognito.2": refuse_guests,
    "Cognito.3": demand_strong_passwords,
    "Cognito.4": enforce_custom_threat_protection,
    "Cognito.5": offer_mfa,
    "Cognito.6": protect_user_pool,
}
