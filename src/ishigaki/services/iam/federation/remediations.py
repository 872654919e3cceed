"""The same few roles in every account, for people of an identity provider or of a jump account.

Whom a role trusts is said in full: the provider with its audience (and, by OpenID Connect, its subjects), or users of
the jump account, with MFA, and roles of it, by their ARNs; never an account as a whole. Of a role MFA cannot be asked:
what AssumeRole gives does not say whether it was used, so that nobody would get in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, Step, alters, change, creates, note, skip, step
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.core.remediation import Remediation, Wanted, leaves, mends, remediation
from ishigaki.core.resource import Resource
from ishigaki.core.verbatim import new, said
from ishigaki.services.iam.authorization import AttachedPolicy, document_text, same_document
from ishigaki.services.iam.federation.resources import (
    AccessRole,
    Federation,
    OidcProvider,
    SamlProvider,
)

SIGN_IN: Mapping[str, str] = {  # where SAML assertions are meant for, by partition
    "aws": "https://signin.aws.amazon.com/saml",
    "aws-cn": "https://signin.amazonaws.cn/saml",
    "aws-us-gov": "https://signin.amazonaws-us-gov.com/saml",
}


class SamlWanted(Wanted, frozen=True):
    """A SAML provider: its name in IAM, and the metadata document that the identity provider gives out."""

    name: str = ""
    metadata: str = ""


class OidcWanted(Wanted, frozen=True):
    """An OpenID Connect provider: its URL, and the audience (client id) that its tokens are made for."""

    url: str = ""
    audience: str = ""

    @property
    def host(self) -> str:
        """How IAM's keys and ARNs name the provider."""
        return self.url.removeprefix("https://").rstrip("/")


class AccessRoleWanted(Wanted, frozen=True):
    """A role: its policies by what follows `policy/`, how many seconds a session lasts, and whom it trusts: a SAML
    provider by name, an OpenID Connect provider with these subjects, or the ARNs of users and roles of a jump account. `idle` where the file gives it to
    nobody in the account (any more)."""

    name: str = ""
    policies: tuple[str, ...] = ()
    boundary: str = ""
    seconds: int = 3600
    saml: str = ""
    oidc: OidcWanted = OidcWanted()
    subjects: tuple[str, ...] = ()
    jump: tuple[str, ...] = ()
    idle: bool = False


METADATA = "<EntityDescriptor entityID='https://idp.example.com'/>" * 20
IDP = SamlWanted("corporate", METADATA)
SAML = SamlProvider(
    id="arn:aws:iam::111122223333:saml-provider/corporate", name="corporate", metadata=METADATA
)


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(Federation(), wanted=IDP),
        mends(Federation(), replace(SAML, metadata=METADATA.replace("idp", "old")), wanted=IDP),
        leaves(Federation()),
        leaves(Federation(), SAML, wanted=IDP),
    ],
)
def register_saml_provider(
    account: Federation, providers: Given[SamlProvider], wanted: SamlWanted
) -> Changes:
    """Makes the identity provider known to the account by its metadata, or renews the metadata."""
    if not wanted.name:
        return
    arn = f"arn:{account.partition}:iam::{account.account}:saml-provider/{wanted.name}"
    found = next((p for p in providers if p.id == arn), None)
    if found is None:
        made = new(SamlProvider, near=account, item={"Arn": arn}, metadata=wanted.metadata)
        create = call("iam", "CreateSAMLProvider", Name=wanted.name, SAMLMetadataDocument=wanted.metadata)
        undo = call("iam", "DeleteSAMLProvider", SAMLProviderArn=arn)
        yield change(creates(made), steps=[step("create", create, undo=undo)])
    elif found.metadata.strip() != wanted.metadata.strip():
        renew, back = (
            call("iam", "UpdateSAMLProvider", SAMLProviderArn=arn, SAMLMetadataDocument=text)
            for text in (wanted.metadata, found.metadata)
        )
        yield change(
            alters(found, metadata=wanted.metadata),
            steps=[step("update", renew, undo=back)],
            disruption=Disruption.HIGH,
        )


TOKENS = OidcWanted("https://idp.example.com/tenant", "aws-console")
OIDC_ARN = "arn:aws:iam::111122223333:oidc-provider/idp.example.com/tenant"
OIDC = OidcProvider(id=OIDC_ARN, name=OIDC_ARN, audiences=("aws-console", "other"))


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(Federation(), wanted=TOKENS),
        mends(Federation(), replace(OIDC, audiences=("other",)), wanted=TOKENS),
        leaves(Federation()),
        leaves(Federation(), OIDC, wanted=TOKENS),
    ],
)
def register_oidc_provider(
    account: Federation, providers: Given[OidcProvider], wanted: OidcWanted
) -> Changes:
    """Makes the identity provider known to the account, with the audience of its tokens; other audiences stay."""
    if not wanted.url:
        return
    arn = f"arn:{account.partition}:iam::{account.account}:oidc-provider/{wanted.host}"
    found = next((p for p in providers if p.id == arn), None)
    if found is None:
        made = new(OidcProvider, near=account, item={"Arn": arn}, audiences=[wanted.audience])
        create = call("iam", "CreateOpenIDConnectProvider", Url=wanted.url, ClientIDList=[wanted.audience])
        undo = call("iam", "DeleteOpenIDConnectProvider", OpenIDConnectProviderArn=arn)
        yield change(creates(made), steps=[step("create", create, undo=undo)])
    elif wanted.audience not in found.audiences:
        what: dict[str, Any] = {"OpenIDConnectProviderArn": arn, "ClientID": wanted.audience}
        add = call("iam", "AddClientIDToOpenIDConnectProvider", **what)
        undo = call("iam", "RemoveClientIDFromOpenIDConnectProvider", **what)
        yield change(
            alters(found, audiences=[*found.audiences, wanted.audience]),
            steps=[step("add", add, undo=undo)],
        )


def trust(wanted: AccessRoleWanted, near: Resource) -> dict[str, Any]:
    """The trust policy: who may take the role, named one by one."""
    provider = f"arn:{near.partition}:iam::{near.account}"
    if wanted.saml:
        statement: dict[str, Any] = {
            "Principal": {"Federated": f"{provider}:saml-provider/{wanted.saml}"},
            "Action": "sts:AssumeRoleWithSAML",
            "Condition": {"StringEquals": {"SAML:aud": SIGN_IN[near.partition]}},
        }
    elif wanted.oidc.url:
        host = wanted.oidc.host
        keys = {f"{host}:aud": wanted.oidc.audience, f"{host}:sub": _one_or_more(wanted.subjects)}
        statement = {
            "Principal": {"Federated": f"{provider}:oidc-provider/{host}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": keys},
        }
    else:
        return {"Version": "2012-10-17", "Statement": [*_of_jump_account(wanted.jump)]}
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


def _of_jump_account(arns: Sequence[str]) -> Iterator[dict[str, Any]]:
    users = [arn for arn in arns if ":user/" in arn]
    roles = [arn for arn in arns if ":user/" not in arn]
    takes: dict[str, Any] = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    if users:
        mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        yield {**takes, "Principal": {"AWS": _one_or_more(users)}, "Condition": mfa}
    if roles:
        yield {**takes, "Principal": {"AWS": _one_or_more(roles)}}


def _one_or_more(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _arn(near: Resource, policy: str) -> str:
    return f"arn:{near.partition}:iam::aws:policy/{policy}"


def _attached(policy: str) -> AttachedPolicy:
    return AttachedPolicy(policy_name=policy, policy_arn=f"arn:aws:iam::aws:policy/{policy}")


JUMP = "arn:aws:iam::999900001111:role/jump-admin"
BY_SAML = AccessRoleWanted("ishigaki-Admin", ("AdministratorAccess",), seconds=14400, saml="corporate")
BY_OIDC = msgspec.structs.replace(BY_SAML, saml="", oidc=TOKENS, subjects=("group:admins",))
NOBODY = AccessRoleWanted("ishigaki-Admin", idle=True)
BY_JUMP = msgspec.structs.replace(BY_SAML, saml="", jump=(JUMP,))
ROLE = AccessRole(
    id="arn:aws:iam::111122223333:role/ishigaki-Admin",
    name="ishigaki-Admin",
    assume_role_policy_document=trust(BY_JUMP, Federation()),
    max_session_duration=14400,
    policies=(_attached("AdministratorAccess"),),
)
WHOLE_ACCOUNT = replace(
    ROLE,
    assume_role_policy_document={
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::999900001111:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    },
)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(Federation(), wanted=BY_SAML),
        mends(Federation(), wanted=BY_OIDC),
        mends(Federation(), wanted=msgspec.structs.replace(BY_JUMP, boundary="PowerUserAccess")),
        mends(
            Federation(),
            wanted=msgspec.structs.replace(
                BY_JUMP,
                policies=("PowerUserAccess", "ReadOnlyAccess", "job-function/Billing"),
                jump=(JUMP, f"{JUMP}-2", "arn:aws:iam::999900001111:user/hanako"),
            ),
        ),
        mends(Federation(), WHOLE_ACCOUNT, wanted=BY_JUMP),
        mends(Federation(), ROLE, wanted=BY_SAML),
        mends(Federation(), replace(ROLE, max_session_duration=3600), wanted=BY_JUMP),
        mends(Federation(), replace(ROLE, policies=(_attached("ReadOnlyAccess"),)), wanted=BY_JUMP),
        leaves(Federation()),
        leaves(Federation(), ROLE, wanted=BY_JUMP),
        leaves(Federation(), wanted=NOBODY),
        leaves(Federation(), ROLE, wanted=NOBODY, skip="role_of_nobody"),
    ],
)
def make_access_role(account: Federation, roles: Given[AccessRole], wanted: AccessRoleWanted) -> Changes:
    """Makes a role that trusts exactly those who are named, or brings one of the name to that.

    A boundary is set when the role is made; of a role that is there it stays as it is. A role that nobody is to take
    any more is left to people: what is deleted of it does not come back.
    """
    if not wanted.name:
        return
    found = next((r for r in roles if r.name == wanted.name), None)
    if wanted.idle:
        if found is not None:
            yield skip("role_of_nobody", role=wanted.name)
        return
    if found is None:
        yield _created(account, wanted)
        return
    steps: list[Step] = []
    becomes: dict[str, Any] = {}
    wide: tuple[Any, ...] = ()
    meant = trust(wanted, account)
    if not same_document(found.assume_role_policy_document, meant):
        steps.append(_trusting(wanted.name, meant, said(found, "assume_role_policy_document")))
        becomes["assume_role_policy_document"] = meant
        wide = (note("trusts_others", role=wanted.name),)
    if found.max_session_duration != wanted.seconds:
        steps.append(_lasting(wanted.name, wanted.seconds, found.max_session_duration))
        becomes["max_session_duration"] = wanted.seconds
    attaching = _attaching(found, [_arn(account, p) for p in wanted.policies], wanted.name)
    if attaching:
        steps += attaching
        becomes["policies"] = [_listed(account, p) for p in wanted.policies]
    if steps:
        yield change(alters(found, **becomes), steps=steps, notes=wide)


def _created(account: Federation, wanted: AccessRoleWanted) -> Any:
    document = trust(wanted, account)
    boundary: dict[str, Any] = (
        {"PermissionsBoundary": _arn(account, wanted.boundary)} if wanted.boundary else {}
    )
    arn = f"arn:{account.partition}:iam::{account.account}:role/{wanted.name}"
    made = new(
        AccessRole,
        near=account,
        item={
            "Arn": arn,
            "RoleName": wanted.name,
            "AssumeRolePolicyDocument": document,
            "AttachedManagedPolicies": [_listed(account, p) for p in wanted.policies],
            "Tags": [],
        },
        max_session_duration=wanted.seconds,
    )
    create = call(
        "iam",
        "CreateRole",
        RoleName=wanted.name,
        AssumeRolePolicyDocument=document_text(document),
        MaxSessionDuration=wanted.seconds,
        Description="People who sign in elsewhere",
        **boundary,
    )
    steps = [
        step("create", create, undo=call("iam", "DeleteRole", RoleName=wanted.name)),
        *(_attach(wanted.name, _arn(account, p)) for p in wanted.policies),
    ]
    return change(creates(made), steps=steps, disruption=Disruption.NONE)


def _listed(near: Resource, policy: str) -> dict[str, str]:
    return {"PolicyName": policy.rpartition("/")[2], "PolicyArn": _arn(near, policy)}


def _trusting(role: str, meant: Mapping[str, Any], before: Any) -> Step:
    forth, back = (
        call("iam", "UpdateAssumeRolePolicy", RoleName=role, PolicyDocument=document_text(document))
        for document in (meant, before)
    )
    return step("trust", forth, undo=back)


def _lasting(role: str, seconds: int, before: int) -> Step:
    forth, back = (call("iam", "UpdateRole", RoleName=role, MaxSessionDuration=n) for n in (seconds, before))
    return step("session", forth, undo=back)


def _attaching(found: AccessRole, arns: Sequence[str], role: str) -> list[Step]:
    has = [p.policy_arn for p in found.policies]
    missing = [_attach(role, arn) for arn in arns if arn not in has]
    return missing + [_detach(role, arn) for arn in has if arn not in arns]


def _attach(role: str, arn: str) -> Step:
    what: dict[str, Any] = {"RoleName": role, "PolicyArn": arn}
    undo = call("iam", "DetachRolePolicy", **what)
    return step(f"attach_{arn.rpartition('/')[2]}", call("iam", "AttachRolePolicy", **what), undo=undo)


def _detach(role: str, arn: str) -> Step:
    what: dict[str, Any] = {"RoleName": role, "PolicyArn": arn}
    undo = call("iam", "AttachRolePolicy", **what)
    return step(f"detach_{arn.rpartition('/')[2]}", call("iam", "DetachRolePolicy", **what), undo=undo)


# No control of Security Hub asks for it: it is what the access file says.
REMEDIATIONS: dict[str, Remediation] = {}
