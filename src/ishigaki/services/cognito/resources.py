"""Cognito: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::Cognito::UserPool",
    listed_by=call("cognito-idp", "ListUserPools", MaxResults=60),
    at="UserPools",
    id="arn:{partition}:cognito-idp:{region}:{account}:userpool/{Id}",
    name="{Id}",
)
class UserPool(Resource):
    """A user pool: a directory of users who sign in."""


@resource(
    "AWS::Cognito::IdentityPool",
    listed_by=call("cognito-identity", "ListIdentityPools", MaxResults=60),
    at="IdentityPools",
    id="arn:{partition}:cognito-identity:{region}:{account}:identitypool/{IdentityPoolId}",
    name="{IdentityPoolId}",
)
class IdentityPool(Resource):
    """An identity pool: it gives users credentials of AWS."""
