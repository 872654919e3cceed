"""IAM users on their way out: kept out of the console, their keys switched off, deleted. Each by a plan of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, Skip, alters, change, deletes, note, skip, step
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.core.remediation import Case, Remediation, Wanted, leaves, mends, remediation
from ishigaki.core.retirement import Step
from ishigaki.core.verbatim import predicted, said
from ishigaki.services.iam.authorization import BLOCK, InlinePolicy, document_text
from ishigaki.services.iam.identities.resources import Group, Role
from ishigaki.services.iam.policies.resources import CustomerPolicy
from ishigaki.services.iam.users.resources import Credentials, User
from ishigaki.services.iam.users.retiring.administrators import (
    ADMIN,
    BY_PROGRAMS,
    OTHER,
    OWN,
    SIGNS_IN_TOO,
    SSO,
    TAGGING,
    TEAM,
    is_last_administrator,
)
from ishigaki.services.iam.users.retiring.making import (
    ACTIVE,
    DENY_CONSOLE,
    INACTIVE,
    credentials,
    fits,
    gone,
    is_kept_out,
    switch,
    switched_off,
    without_credentials,
    without_rights,
)
from ishigaki.services.iam.users.retiring.resources import (
    Certificate,
    Device,
    Leaver,
    LeavingKey,
    Password,
    ServiceKey,
    SshKey,
)


class Leaving(Wanted, frozen=True):
    """Who is to go: the user by ARN and by the id that IAM gives no second time, and the credentials of which it is
    known that they go, too. `leaving` are the ARNs of others on their way out, who administer nothing any longer."""

    user: str = ""
    user_id: str = ""
    credentials: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()


LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
ARN = "arn:aws:iam::111122223333:user/hanako"
KEY = LeavingKey(access_key_id="AKIAIOSFODNN7EXAMPLE", status=ACTIVE, create_date=LONG_AGO)
NEWER = LeavingKey(access_key_id="AKIAI44QH8DHBEXAMPLE", status=ACTIVE, create_date=LONG_AGO)
SIGNING = Certificate(certificate_id="TA7SMP42TDN5Z26OBPJE7EXAMPLE", status=ACTIVE, upload_date=LONG_AGO)
SSH = SshKey(ssh_public_key_id="APKAEIBAERJR2EXAMPLE", status=ACTIVE, upload_date=LONG_AGO)
GIT = ServiceKey(
    service_specific_credential_id="ACCA12345ABCDEXAMPLE",
    service_name="codecommit.amazonaws.com",
    status=ACTIVE,
    create_date=LONG_AGO,
)
ALL = (
    KEY.access_key_id,
    SIGNING.certificate_id,
    SSH.ssh_public_key_id,
    GIT.service_specific_credential_id,
)
HANAKO = Leaving(user=ARN, user_id="AIDACKCEVSQ6C2EXAMPLE", credentials=ALL)
LARGE = InlinePolicy(
    policy_name="large",
    policy_document={
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": [f"arn:aws:s3:::data-{n}/*" for n in range(80)],
            }
        ],
    },
)
BLOCKED = InlinePolicy(policy_name=BLOCK, policy_document=DENY_CONSOLE)
SIGNS_IN = Leaver(
    id=ARN,
    name="hanako",
    user_id=HANAKO.user_id,
    path="/",
    create_date=LONG_AGO,
    tags={"Owner": "hanako@example.com"},
    inline_policies=(TAGGING,),
    attached_managed_policies=(),
    group_list=("developers",),
    boundary="",
    password=Password(create_date=LONG_AGO),
    access_keys=(KEY,),
    mfa_devices=(Device(serial_number="arn:aws:iam::111122223333:mfa/hanako"),),
    certificates=(SIGNING,),
    ssh_keys=(SSH,),
    service_keys=(GIT,),
)
KEPT_OUT = replace(SIGNS_IN, inline_policies=(TAGGING, BLOCKED))
SWITCHED_OFF = replace(
    KEPT_OUT,
    access_keys=(replace(KEY, status=INACTIVE),),
    certificates=(replace(SIGNING, status=INACTIVE),),
    ssh_keys=(replace(SSH, status=INACTIVE),),
    service_keys=(replace(GIT, status=INACTIVE),),
)


def _administering(user: Leaver) -> list[Case]:
    """The same user as an administrator: who may go is not the last."""
    admin = replace(user, attached_managed_policies=(ADMIN,))
    plain = replace(OTHER, attached_managed_policies=(), group_list=("developers",))
    nobody = {"Version": "2012-10-17", "Statement": []}
    bare: dict[str, Any] = {"attached_managed_policies": (), "inline_policies": (TAGGING,)}
    last = "retire_last_administrator"
    return [
        mends(admin, OTHER, wanted=HANAKO),
        mends(admin, plain, TEAM, OWN, wanted=HANAKO),
        mends(admin, SSO, wanted=HANAKO),
        leaves(admin, wanted=HANAKO, skip=last),
        leaves(user, TEAM, OWN, wanted=HANAKO, skip=last),
        leaves(admin, OTHER, wanted=msgspec.structs.replace(HANAKO, leaving=(OTHER.id,)), skip=last),
        leaves(admin, replace(OTHER, inline_policies=(BLOCKED,)), wanted=HANAKO, skip=last),
        mends(admin, OTHER, SIGNS_IN_TOO, wanted=HANAKO),
        leaves(admin, OTHER, replace(SIGNS_IN_TOO, password_enabled=False), wanted=HANAKO, skip=last),
        leaves(admin, replace(SSO, last_used=None), wanted=HANAKO, skip=last),
        leaves(admin, replace(SSO, last_used=EXAMPLE_NOW - timedelta(days=91)), wanted=HANAKO, skip=last),
        leaves(admin, replace(SSO, assume_role_policy_document=BY_PROGRAMS), wanted=HANAKO, skip=last),
        leaves(admin, replace(SSO, assume_role_policy_document=nobody), wanted=HANAKO, skip=last),
        leaves(admin, replace(SSO, **bare), plain, replace(TEAM, **bare), wanted=HANAKO, skip=last),
        leaves(replace(user, user_id="AIDAI44QH8DHBEXAMPLE"), wanted=HANAKO, skip="retire_someone_else"),
    ]


def _is_meant(user: Leaver, wanted: Leaving) -> bool:
    return user.id == wanted.user


def _hindrance(
    user: Leaver,
    users: Given[User],
    report: Given[Credentials],
    groups: Given[Group],
    roles: Given[Role],
    policies: Given[CustomerPolicy],
    wanted: Leaving,
    now: datetime,
) -> Skip | None:
    """Why a user cannot go: somebody else of the same name, or nobody left who could call it back."""
    if user.user_id != wanted.user_id:
        return skip("retire_someone_else", user=user.name, account=user.account)
    if is_last_administrator(user, users, report, groups, roles, policies, leaving=wanted.leaving, now=now):
        return skip("retire_last_administrator", user=user.name)
    return None


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(SIGNS_IN, wanted=HANAKO),
        mends(
            replace(SIGNS_IN, inline_policies=(replace(TAGGING, policy_name=BLOCK),)),
            wanted=HANAKO,
        ),
        mends(replace(SIGNS_IN, mfa_devices=()), wanted=HANAKO),
        leaves(SIGNS_IN),
        leaves(KEPT_OUT, wanted=HANAKO),
        leaves(replace(SIGNS_IN, password=None), wanted=HANAKO),
        leaves(replace(SIGNS_IN, inline_policies=(LARGE,)), wanted=HANAKO, skip="retire_no_room"),
        *_administering(SIGNS_IN),
    ],
)
def keep_out_of_console(
    user: Leaver,
    users: Given[User],
    report: Given[Credentials],
    groups: Given[Group],
    roles: Given[Role],
    policies: Given[CustomerPolicy],
    wanted: Leaving,
    now: datetime,
) -> Changes:
    """Denies a console session of the user everything, and leaves the password as it is.

    A password that is deleted never comes back: only a new one, by mail, to somebody who may be on leave. With the
    policy gone the old one is good again at once, MFA and all, and until then a sign-in shows who is missed.
    """
    if not _is_meant(user, wanted) or user.password is None or is_kept_out(user):
        return
    hindrance = _hindrance(user, users, report, groups, roles, policies, wanted, now)
    if hindrance is not None:
        yield hindrance
        return
    if not fits(user):
        yield skip("retire_no_room", user=user.name, policy=BLOCK)
        return
    before: list[Mapping[str, Any]] = said(user, "inline_policies") or []
    ours = next((p for p in before if p["PolicyName"] == BLOCK), None)
    named: dict[str, Any] = {"UserName": user.name, "PolicyName": BLOCK}
    back = call("iam", "DeleteUserPolicy", **named)
    if ours is not None:
        back = call("iam", "PutUserPolicy", **named, PolicyDocument=document_text(ours["PolicyDocument"]))
    others = [p for p in before if p["PolicyName"] != BLOCK]
    yield change(
        alters(user, inline_policies=[*others, {"PolicyName": BLOCK, "PolicyDocument": DENY_CONSOLE}]),
        steps=[
            step(
                "deny",
                call("iam", "PutUserPolicy", **named, PolicyDocument=document_text(DENY_CONSOLE)),
                undo=back,
            )
        ],
        notes=(
            note("retire_password_stays", policy=BLOCK),
            *([] if user.mfa_devices else [note("retire_half_closed")]),
        ),
    )


def _unknown(user: Leaver, wanted: Leaving) -> str:
    """A credential of which nobody knew that it would go, empty where there is none."""
    ids = (str(each[id_name]) for _, id_name, _, each in credentials(user))
    return next((i for i in ids if i not in wanted.credentials), "")


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(SIGNS_IN, wanted=HANAKO),
        mends(KEPT_OUT, OTHER, wanted=HANAKO),
        mends(replace(SWITCHED_OFF, access_keys=(KEY,)), wanted=HANAKO),
        leaves(SIGNS_IN),
        leaves(SWITCHED_OFF, wanted=HANAKO),
        leaves(replace(SIGNS_IN, access_keys=(KEY, NEWER)), wanted=HANAKO, skip="retire_new_credential"),
        *_administering(KEPT_OUT),
    ],
)
def switch_off_credentials(
    user: Leaver,
    users: Given[User],
    report: Given[Credentials],
    groups: Given[Group],
    roles: Given[Role],
    policies: Given[CustomerPolicy],
    wanted: Leaving,
    now: datetime,
) -> Changes:
    """Deactivates the named access keys, signing certificates, SSH keys and credentials for single services.

    None is deleted, and one that nobody named stops the step: it is newer than the warning.
    """
    if not _is_meant(user, wanted):
        return
    still_active = [c for c in credentials(user) if c[3]["Status"] == ACTIVE]
    if not still_active:
        return
    hindrance = _hindrance(user, users, report, groups, roles, policies, wanted, now)
    unknown = _unknown(user, wanted)
    if hindrance is None and unknown:
        hindrance = skip("retire_new_credential", user=user.name, account=user.account, credential=unknown)
    if hindrance is not None:
        yield hindrance
        return
    switched = {member for member, *_ in still_active}
    becomes = {
        m: [{**each, "Status": switched_off(each)} for each in said(user, m)] for m in sorted(switched)
    }
    yield change(
        alters(user, **becomes),
        steps=[
            step(
                f"deactivate {each[id_name]}",
                switch(user, operation, id_name, each, INACTIVE),
                undo=switch(user, operation, id_name, each, ACTIVE),
            )
            for _, id_name, operation, each in still_active
        ],
    )


# What a user that is made again does not have: what is deleted is shown, and taken back, without.
LOST: Mapping[str, Any] = {
    "user_id": None,
    "create_date": None,
    "password": None,
    "access_keys": [],
    "mfa_devices": [],
    "certificates": [],
    "ssh_keys": [],
    "service_keys": [],
}


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(SWITCHED_OFF, wanted=HANAKO),
        mends(replace(SWITCHED_OFF, password=None, mfa_devices=(), group_list=()), wanted=HANAKO),
        mends(
            replace(
                SWITCHED_OFF,
                boundary="arn:aws:iam::111122223333:policy/bound",
                attached_managed_policies=(ADMIN,),
                mfa_devices=(Device(serial_number="GAHT12345678"),),
                tags={},
            ),
            OTHER,
            wanted=HANAKO,
        ),
        leaves(SWITCHED_OFF),
        leaves(SIGNS_IN, wanted=HANAKO, skip="retire_still_active"),
        leaves(replace(SWITCHED_OFF, inline_policies=()), wanted=HANAKO, skip="retire_still_active"),
        leaves(
            replace(SWITCHED_OFF, access_keys=(replace(NEWER, status=INACTIVE),)),
            wanted=HANAKO,
            skip="retire_new_credential",
        ),
        *_administering(SWITCHED_OFF),
    ],
)
def delete_user(
    user: Leaver,
    users: Given[User],
    report: Given[Credentials],
    groups: Given[Group],
    roles: Given[Role],
    policies: Given[CustomerPolicy],
    wanted: Leaving,
    now: datetime,
) -> Changes:
    """Deletes a user of whom everything has been switched off: first what hangs on it, in the order that IAM wants.

    Undoing makes a user of the same name, path, tags, boundary, groups and policies. It is another one to IAM, and has
    no credentials.
    """
    if not _is_meant(user, wanted):
        return
    hindrance = _hindrance(user, users, report, groups, roles, policies, wanted, now)
    unknown = _unknown(user, wanted)
    if hindrance is None and unknown:
        hindrance = skip("retire_new_credential", user=user.name, account=user.account, credential=unknown)
    active = next((str(c[3][c[1]]) for c in credentials(user) if c[3]["Status"] == ACTIVE), "")
    if user.password is not None and not is_kept_out(user):
        active = active or "password"
    if hindrance is None and active:
        hindrance = skip("retire_still_active", user=user.name, account=user.account, credential=active)
    if hindrance is not None:
        yield hindrance
        return
    others = [p for p in said(user, "inline_policies") or [] if p["PolicyName"] != BLOCK]
    yield change(
        deletes(predicted(user, {**LOST, "inline_policies": others})),
        steps=[*without_credentials(user), *without_rights(user), gone(user)],
        notes=(note("retire_for_good", user=user.name, id=user.user_id),),
        for_good=True,
    )


STEPS: Mapping[Step, Remediation] = {
    Step.SIGN_IN: keep_out_of_console,
    Step.KEYS: switch_off_credentials,
    Step.DELETE: delete_user,
}
REMEDIATIONS: Mapping[str, Remediation] = {}  # no control asks for any of these: a person does
