"""Cognito: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, Source, resource

PASSWORDS_ONLY = "a sign-in policy needs the Essentials tier; without one users sign in with passwords"
PROTECTION = "UserPoolAddOns holds the settings for the activation of threat protection"


class PasswordPolicy(Value):
    minimum_length: int
    require_lowercase: bool
    require_uppercase: bool
    require_numbers: bool
    require_symbols: bool
    temporary_password_validity_days: int


@resource(
    "AWS::Cognito::UserPool",
    listed_by=call("cognito-idp", "ListUserPools", MaxResults=60),
    at="UserPools",
    id="arn:{partition}:cognito-idp:{region}:{account}:userpool/{Id}",
    name="{Id}",
    detail=Source(call("cognito-idp", "DescribeUserPool", UserPoolId="{Id}"), at="UserPool"),
)
class UserPool(Resource):
    """A user pool: a directory of users who sign in."""

    pool_name: str = member(at="Name")
    user_pool_tier: str = member(values=("LITE", "ESSENTIALS", "PLUS"))
    password_policy: PasswordPolicy = member(at="Policies.PasswordPolicy")
    first_factors: tuple[str, ...] = member(
        at="Policies.SignInPolicy.AllowedFirstAuthFactors", absent=("PASSWORD",), why=PASSWORDS_ONLY
    )
    mfa_configuration: str = member(values=("OFF", "OPTIONAL", "ON"))
    deletion_protection: str = member(values=("ACTIVE", "INACTIVE"))
    threat_protection: str = member(
        at="UserPoolAddOns.AdvancedSecurityMode",
        absent="OFF",
        why=PROTECTION,
        values=("OFF", "AUDIT", "ENFORCED"),
    )
    custom_threat_protection: str = member(
        at="UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode",
        absent="",
        why=PROTECTION,
        values=("AUDIT", "ENFORCED"),
    )


@resource(
    "AWS::Cognito::IdentityPool",
    listed_by=call("cognito-identity", "ListIdentityPools", MaxResults=60),
    at="IdentityPools",
    id="arn:{partition}:cognito-identity:{region}:{account}:identitypool/{IdentityPoolId}",
    name="{IdentityPoolId}",
    detail=Source(call("cognito-identity", "DescribeIdentityPool", IdentityPoolId="{IdentityPoolId}")),
)
class IdentityPool(Resource):
    """An identity pool: it gives users credentials of AWS."""

    identity_pool_name: str
    allow_unauthenticated_identities: bool
