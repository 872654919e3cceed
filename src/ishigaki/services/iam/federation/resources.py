"""Identity providers in IAM and the roles of the product that their people take: what is collected."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER
from ishigaki.services.iam.authorization import DETAILS, AttachedPolicy

OURS = "ishigaki-"


@resource("AWS::::Account", scope="global")
class Federation(Resource):
    """The account, as far as people of elsewhere take roles in it."""


@resource(
    "AWS::IAM::SAMLProvider",
    listed_by=call("iam", "ListSAMLProviders"),
    at="SAMLProviderList",
    id="{Arn}",
    name="{Arn!name}",
    scope="global",
)
class SamlProvider(Resource):
    """An identity provider that signs in by SAML."""

    metadata: str = facet(call("iam", "GetSAMLProvider", SAMLProviderArn="{Arn}"), at="SAMLMetadataDocument")


@resource(
    "AWS::IAM::OIDCProvider",
    listed_by=call("iam", "ListOpenIDConnectProviders"),
    at="OpenIDConnectProviderList",
    id="{Arn}",
    name="{Arn}",
    scope="global",
)
class OidcProvider(Resource):
    """An identity provider that signs in by OpenID Connect."""

    audiences: tuple[str, ...] = facet(
        call("iam", "GetOpenIDConnectProvider", OpenIDConnectProviderArn="{Arn}"),
        at="ClientIDList",
        absent={NOT_IN_ANSWER: ()},
        why="a provider may be without an audience",
    )


@resource(
    "AWS::IAM::Role",
    listed_by=DETAILS,
    at=f"RoleDetailList[?starts_with(RoleName, '{OURS}')]",
    id="{Arn}",
    name="{RoleName}",
    tags="Tags",
    scope="global",
)
class AccessRole(Resource):
    """A role that bears the product's name."""

    assume_role_policy_document: Any
    policies: tuple[AttachedPolicy, ...] = member(at="AttachedManagedPolicies")
    max_session_duration: int = facet(
        call("iam", "GetRole", RoleName="{RoleName}"), at="Role.MaxSessionDuration"
    )
