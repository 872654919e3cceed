"""Updates of pools: Cognito resets whatever setting it is not given, so all of them are sent again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.resource import Resource
from ishigaki.core.verbatim import said_of
from ishigaki.services.cognito.resources import IdentityPool, UserPool

Settings = Mapping[str, Any]

# What UpdateUserPool takes of what DescribeUserPool shows (the name is called PoolName there), and what else is shown.
TAKEN = frozenset(
    [
        "AccountRecoverySetting",
        "AcrConfiguration",
        "AdminCreateUserConfig",
        "AutoVerifiedAttributes",
        "DcrConfiguration",
        "DeletionProtection",
        "DeviceConfiguration",
        "EmailConfiguration",
        "EmailVerificationMessage",
        "EmailVerificationSubject",
        "IssuerConfiguration",
        "KeyConfiguration",
        "LambdaConfig",
        "MfaConfiguration",
        "Policies",
        "SmsAuthenticationMessage",
        "SmsConfiguration",
        "SmsVerificationMessage",
        "UserAttributeUpdateSettings",
        "UserPoolAddOns",
        "UserPoolTags",
        "UserPoolTier",
        "VerificationMessageTemplate",
    ]
)
FIXED = frozenset(
    [
        "AliasAttributes",
        "Arn",
        "CreationDate",
        "CustomDomain",
        "Domain",
        "EmailConfigurationFailure",
        "EstimatedNumberOfUsers",
        "Id",
        "LastModifiedDate",
        "Name",
        "SchemaAttributes",
        "SmsConfigurationFailure",
        "Status",
        "UsernameAttributes",
        "UsernameConfiguration",
    ]
)
# What the Lite tier shows but does not take.
BEYOND_LITE = ("AcrConfiguration", "DcrConfiguration")
# For how long a temporary password is valid; of its two places Cognito shows both and takes one.
DAYS, OLD_DAYS = "TemporaryPasswordValidityDays", "UnusedAccountValidityDays"
OF_IDENTITIES = frozenset(
    [
        "AllowClassicFlow",
        "AllowUnauthenticatedIdentities",
        "CognitoIdentityProviders",
        "DeveloperProviderName",
        "IdentityPoolId",
        "IdentityPoolName",
        "IdentityPoolTags",
        "OpenIdConnectProviderARNs",
        "SamlProviderARNs",
        "SupportedLoginProviders",
    ]
)


def newer_settings(pool: UserPool | IdentityPool) -> list[str]:
    """Settings of a pool that this product does not know, so that an update would reset them."""
    known = OF_IDENTITIES if isinstance(pool, IdentityPool) else TAKEN | FIXED
    return sorted(settings_of(pool).keys() - known)


def settings_of(pool: Resource) -> dict[str, Any]:
    """All that AWS says of a pool."""
    return {name: value for name, value in said_of(pool).item.items() if value is not None}


def update(pool: UserPool, **changed: Any) -> Call:
    """Writes all settings of a user pool, some of them changed."""
    settings = {**settings_of(pool), **changed}
    given = {name: value for name, value in settings.items() if name in TAKEN}
    if pool.user_pool_tier == "LITE":
        given = _without(given, *BEYOND_LITE)
        given["Policies"] = _without(given["Policies"], "SignInPolicy")
    if "UserPoolTags" in given:
        given["UserPoolTags"] = _own(given["UserPoolTags"])
    if "AdminCreateUserConfig" in given and DAYS in given["Policies"]["PasswordPolicy"]:
        given["AdminCreateUserConfig"] = _without(given["AdminCreateUserConfig"], OLD_DAYS)
    return call(
        "cognito-idp",
        "UpdateUserPool",
        permission=("cognito-idp:UpdateUserPool", "iam:PassRole"),  # the role that sends text messages
        UserPoolId=pool.name,
        PoolName=pool.pool_name,
        **given,
    )


def update_identities(pool: IdentityPool, **changed: Any) -> Call:
    """Writes all settings of an identity pool, some of them changed."""
    settings = {**settings_of(pool), **changed}
    given = {name: value for name, value in settings.items() if name in OF_IDENTITIES}
    if "IdentityPoolTags" in given:
        given["IdentityPoolTags"] = _own(given["IdentityPoolTags"])
    given["IdentityPoolId"] = pool.name
    return call("cognito-identity", "UpdateIdentityPool", **given)


def _without(settings: Settings, *names: str) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name not in names}


def _own(tags: Settings) -> dict[str, Any]:
    """Tags without those of AWS, which nobody else may write."""
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}
