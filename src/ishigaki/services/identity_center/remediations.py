"""IAM Identity Center: permission sets and assignments brought to what the access file says.

A permission set that the file names is managed as a whole: its policies, and in every account those to whom it is
assigned. What the file does not name is neither read closer nor touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from ishigaki.core.call import call
from ishigaki.core.change import (
    Changes,
    Disruption,
    Skip,
    Step,
    alters,
    change,
    creates,
    deletes,
    note,
    skip,
    step,
)
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.core.remediation import Remediation, leaves, mends, remediation
from ishigaki.core.resource import Resource
from ishigaki.core.verbatim import said
from ishigaki.services.identity_center.making import (
    ADMINISTRATOR,
    ARN,
    Holder,
    PermissionSetWanted,
    assign,
    attach,
    bound,
    boundary_of,
    called,
    described,
    differing,
    gains,
    known_as,
    losses,
    new_assignment,
    new_set,
    policy_arn,
    principal,
    provision,
    unassign,
)
from ishigaki.services.identity_center.resources import (
    Assigned,
    Center,
    ManagedPolicy,
    PermissionSet,
    Principal,
)

INSTANCE = "arn:aws:sso:::instance/ssoins-1111222233334444"
SET = "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-aaaabbbbccccdddd"
OTHER_SET = "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-eeeeffff00001111"
ACCOUNT = "222233334444"
CENTER = "111122223333"
CLOUD = Holder("GROUP", "group-cloud", "cloud", 2, ("hanako@example.com", "taro@example.com"))
AUDIT = Holder("GROUP", "group-audit", "audit", 1, ("jiro@example.com",))
EMPTY = Holder("GROUP", "group-empty", "empty")
OWN = Holder("GROUP", "group-own", "own", 1, ("hanako@example.com",), caller=True)
ADMIN = PermissionSetWanted(
    "Admin",
    policies=(ADMINISTRATOR,),
    session="PT4H",
    instance=INSTANCE,
    center=CENTER,
    holders=(CLOUD, AUDIT, EMPTY, OWN),
    grants={ACCOUNT: (CLOUD.id,)},
)
ADMIN_POLICY = ManagedPolicy(name=ADMINISTRATOR, arn=policy_arn("aws", ADMINISTRATOR))
READ_POLICY = ManagedPolicy(name="ReadOnlyAccess", arn=policy_arn("aws", "ReadOnlyAccess"))
ADMIN_SET = PermissionSet(
    id=SET,
    name="ps-aaaabbbbccccdddd",
    title="Admin",
    description="",
    session_duration="PT4H",
    relay_state="",
    managed_policies=(ADMIN_POLICY,),
    boundary=None,
    accounts=(ACCOUNT,),
    outdated=(),
    labels=(),
)
UNUSED_SET = replace(ADMIN_SET, accounts=())
SECOND_SET = replace(ADMIN_SET, id=OTHER_SET, name="ps-eeeeffff00001111", title="Emergency")


def _held(*holders: Holder, of: str = SET, account: str = ACCOUNT) -> Assigned:
    return Assigned(
        id=f"{of}/{account}",
        name=account,
        principals=tuple(Principal(principal_type=h.type, principal_id=h.id) for h in holders),
    )


def _wanting(**more: Any) -> PermissionSetWanted:
    return msgspec.structs.replace(ADMIN, **more)


def named(sets: Given[PermissionSet], wanted: PermissionSetWanted) -> PermissionSet | None:
    """The permission set of the name; None where there is none."""
    return next((s for s in sets if s.title == wanted.name), None) if wanted.name else None


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(Center(), wanted=ADMIN),
        mends(Center(), wanted=_wanting(boundary="customer:edges/team", description="x", relay_state="y")),
        mends(Center(), replace(ADMIN_SET, title="Emergency"), wanted=ADMIN),
        mends(Center(), replace(ADMIN_SET, session_duration="PT1H"), wanted=ADMIN),
        mends(Center(), replace(ADMIN_SET, managed_policies=()), wanted=ADMIN),
        mends(Center(), replace(ADMIN_SET, managed_policies=(ADMIN_POLICY, READ_POLICY)), wanted=ADMIN),
        mends(Center(), replace(UNUSED_SET, managed_policies=(READ_POLICY,)), wanted=ADMIN),
        mends(Center(), ADMIN_SET, wanted=_wanting(boundary="PowerUserAccess")),
        mends(Center(), replace(ADMIN_SET, outdated=(ACCOUNT,)), wanted=ADMIN),
        mends(Center(), UNUSED_SET, wanted=_wanting(policies=("ReadOnlyAccess",))),
        mends(
            Center(),
            ADMIN_SET,
            SECOND_SET,
            wanted=_wanting(policies=("ReadOnlyAccess",), administrators=(ACCOUNT,)),
        ),
        leaves(Center()),
        leaves(Center(), ADMIN_SET, wanted=ADMIN),
        leaves(
            Center(), ADMIN_SET, wanted=_wanting(policies=("ReadOnlyAccess",)), skip="last_administrators"
        ),
        leaves(
            Center(),
            replace(ADMIN_SET, session_duration="PT1H"),
            wanted=_wanting(center=ACCOUNT),
            skip="set_of_management_account",
        ),
    ],
)
def make_permission_set(center: Center, sets: Given[PermissionSet], wanted: PermissionSetWanted) -> Changes:
    """Makes a permission set as the access file wants it, one that does not exist yet with its assignments.

    What is changed of one that is in use is provisioned in its accounts. AdministratorAccess is left where nobody
    else would be administrator of an account.
    """
    if not wanted.name:
        return
    found = named(sets, wanted)
    if found is None:
        yield from _made(center, wanted)
        return
    reason = _out_of_reach(center, wanted, found.accounts, found.title) or _strips(found, sets, wanted)
    steps, becomes, loses = differing(found, wanted)
    if not steps and not found.outdated:
        return
    if reason is not None:
        yield reason
        return
    if found.accounts:
        steps = [*_then_provisioned(steps, provision(wanted, found.id)), provision(wanted, found.id)]
        becomes["outdated"] = []
    yield change(
        alters(known_as(found, wanted.name, found), **becomes),
        steps=steps,
        disruption=Disruption.HIGH if loses and found.accounts else None,
        notes=(note("set_is_used", set=wanted.name, count=len(found.accounts)),) if found.accounts else (),
        for_good=becomes.keys() == {"outdated"},
    )


def _made(center: Center, wanted: PermissionSetWanted) -> Changes:
    reached = [a for a in wanted.grants if _out_of_reach(center, wanted, (a,), wanted.name) is None]
    made = new_set(center, wanted, reached)
    create = call(
        "sso-admin",
        "CreatePermissionSet",
        permission=("sso:CreatePermissionSet",),
        InstanceArn=wanted.instance,
        Name=wanted.name,
        **described(wanted),
    )
    undo = call("sso-admin", "DeletePermissionSet", InstanceArn=wanted.instance, PermissionSetArn=ARN)
    boundary = boundary_of(wanted, center.partition)
    steps = [
        step("create", create, undo=undo),
        *(attach(wanted, policy_arn(center.partition, p), of=ARN) for p in wanted.policies),
        *([bound(wanted, boundary, None, of=ARN)] if boundary else []),
        *(s for a in reached for s in assign(wanted, wanted.wanted_in(a), a, of=ARN)),
    ]
    yield change(
        creates(made),
        *(creates(new_assignment(center, wanted, a, of=made.id)) for a in reached),
        steps=steps,
        notes=gains(wanted, {a: wanted.wanted_in(a) for a in reached}),
        disruption=Disruption.NONE,
    )


def _then_provisioned(steps: Sequence[Step], provisioning: Step) -> list[Step]:
    """The steps, so that taking them back ends with provisioning: the first is what is taken back last."""
    if not steps:
        return []
    first = steps[0]
    return [step(first.name, first.call, undo=(*first.undo, provisioning.call)), *steps[1:]]


def _out_of_reach(
    near: Resource, wanted: PermissionSetWanted, accounts: Sequence[str], title: str
) -> Skip | None:
    """Why a delegated administrator leaves this alone: it has to do with the management account."""
    if wanted.center in accounts and near.account != wanted.center:
        return skip("set_of_management_account", set=title, account=wanted.center)
    return None


def _strips(found: PermissionSet, sets: Given[PermissionSet], wanted: PermissionSetWanted) -> Skip | None:
    """Why AdministratorAccess stays: some account would have no administrator left."""
    if not wanted.policies or ADMINISTRATOR in wanted.policies or not found.makes_administrators:
        return None
    bare = [a for a in found.accounts if not _administered(a, found, sets, wanted)]
    return skip("last_administrators", set=found.title, accounts=", ".join(bare)) if bare else None


def _administered(
    account: str, beside: PermissionSet, sets: Given[PermissionSet], wanted: PermissionSetWanted
) -> bool:
    """Whether the file makes somebody administrator of an account by another permission set that is there already."""
    others = (s for s in sets if s.id != beside.id and account in s.accounts)
    return account in wanted.administrators and any(s.makes_administrators for s in others)


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(Center(), UNUSED_SET, wanted=ADMIN),
        mends(Center(), UNUSED_SET, wanted=_wanting(grants={CENTER: (EMPTY.id,)})),
        mends(Center(), ADMIN_SET, _held(CLOUD), wanted=_wanting(grants={"333344445555": (CLOUD.id,)})),
        leaves(Center()),
        leaves(Center(), wanted=ADMIN),
        leaves(Center(), ADMIN_SET, _held(CLOUD), wanted=ADMIN),
        leaves(
            Center(), ADMIN_SET, _held(CLOUD), wanted=_wanting(missing=("ops",)), skip="principal_missing"
        ),
        leaves(
            Center(),
            UNUSED_SET,
            wanted=_wanting(center=ACCOUNT),
            skip="set_of_management_account",
        ),
    ],
)
def give_access(
    center: Center, sets: Given[PermissionSet], assigned: Given[Assigned], wanted: PermissionSetWanted
) -> Changes:
    """Assigns a permission set in the accounts in which nobody has it yet."""
    for name in wanted.missing:
        yield skip("principal_missing", who=name, set=wanted.name)
    found = named(sets, wanted)
    if found is None:
        return
    there = {a.target for a in assigned if a.permission_set == found.id}
    for account in wanted.grants:
        if account in there:
            continue
        holders = wanted.wanted_in(account)
        reason = _out_of_reach(center, wanted, (account,), found.title)
        if reason is not None:
            yield reason
        elif holders:
            yield change(
                creates(new_assignment(center, wanted, account, of=found.id)),
                steps=[*assign(wanted, holders, account, of=found.id)],
                notes=gains(wanted, {account: holders}),
            )


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(_held(AUDIT), ADMIN_SET, wanted=ADMIN),
        mends(_held(), ADMIN_SET, wanted=ADMIN),
        leaves(_held(CLOUD), ADMIN_SET),
        leaves(_held(CLOUD, AUDIT), ADMIN_SET, wanted=ADMIN),
        leaves(_held(AUDIT, of=OTHER_SET), SECOND_SET, wanted=ADMIN),
    ],
)
def widen_access(assigned: Assigned, sets: Given[PermissionSet], wanted: PermissionSetWanted) -> Changes:
    """Assigns a permission set to more groups in an account in which somebody has it already."""
    found = named(sets, wanted)
    if found is None or assigned.permission_set != found.id:
        return
    here = {p.principal_id for p in assigned.principals}
    lacking = [h for h in wanted.wanted_in(assigned.target) if h.id not in here]
    reason = _out_of_reach(assigned, wanted, (assigned.target,), found.title)
    if lacking and reason is not None:
        yield reason
    if not lacking or reason is not None:
        return
    kept: list[Any] = said(assigned, "principals")
    more = [principal(h) for h in lacking]
    yield change(
        alters(known_as(assigned, called(found.title, assigned.target), found), principals=[*kept, *more]),
        steps=[*assign(wanted, lacking, assigned.target, of=found.id)],
        notes=gains(wanted, {assigned.target: lacking}),
    )


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_held(CLOUD, AUDIT), ADMIN_SET, wanted=ADMIN),
        mends(_held(CLOUD, OWN), ADMIN_SET, wanted=ADMIN),
        mends(_held(AUDIT), ADMIN_SET, SECOND_SET, wanted=_wanting(grants={}, administrators=(ACCOUNT,))),
        mends(_held(AUDIT), replace(ADMIN_SET, managed_policies=(READ_POLICY,)), wanted=_wanting(grants={})),
        leaves(_held(CLOUD), ADMIN_SET),
        leaves(_held(CLOUD), ADMIN_SET, wanted=ADMIN),
        leaves(_held(AUDIT, of=OTHER_SET), SECOND_SET, wanted=ADMIN),
        leaves(_held(AUDIT), ADMIN_SET, wanted=_wanting(grants={}), skip="last_administrator"),
        leaves(
            _held(AUDIT, EMPTY),
            ADMIN_SET,
            wanted=_wanting(grants={ACCOUNT: (EMPTY.id,)}),
            skip="last_administrator",
        ),
        leaves(
            _held(AUDIT),
            ADMIN_SET,
            wanted=_wanting(grants={}, administrators=(ACCOUNT,)),
            skip="last_administrator",
        ),
        leaves(_held(CLOUD, OWN), ADMIN_SET, wanted=_wanting(entered=ACCOUNT), skip="own_way_in"),
        leaves(
            _held(CLOUD, AUDIT), ADMIN_SET, wanted=_wanting(center=ACCOUNT), skip="set_of_management_account"
        ),
    ],
)
def withdraw_access(assigned: Assigned, sets: Given[PermissionSet], wanted: PermissionSetWanted) -> Changes:
    """Takes a permission set away from those in an account whom the access file does not name.

    Never the caller's own way in, and never the last administrator of an account: only where somebody remains.
    """
    found = named(sets, wanted)
    if found is None or assigned.permission_set != found.id:
        return
    account = assigned.target
    meant = {h.id for h in wanted.wanted_in(account)}
    here = [wanted.holder(p.principal_type, p.principal_id) for p in assigned.principals]
    surplus = [h for h in here if h.id not in meant]
    stays = [h for h in here if h.id in meant]
    if not surplus:
        return
    refused = _out_of_reach(assigned, wanted, (account,), found.title) or _locks_out(
        found, sets, wanted, account, stays
    )
    if refused is not None:
        yield refused
        return
    gone = {h.id for h in surplus}
    kept = [p for p in said(assigned, "principals") if p["PrincipalId"] not in gone]
    thing = known_as(assigned, called(found.title, account), found)
    yield change(
        alters(thing, principals=kept) if kept else deletes(thing),
        steps=[*unassign(wanted, surplus, account, of=found.id)],
        notes=losses(wanted, surplus, account),
    )


def _locks_out(
    found: PermissionSet,
    sets: Given[PermissionSet],
    wanted: PermissionSetWanted,
    account: str,
    stays: Sequence[Holder],
) -> Skip | None:
    """Why an assignment stays although the file does not name it: the caller, or everybody, would be locked out."""
    if wanted.entered == account and not any(h.caller for h in stays):
        return skip("own_way_in", set=found.title, account=account)
    left = any(h.people for h in stays) or not found.makes_administrators
    if not left and not _administered(account, found, sets, wanted):
        return skip("last_administrator", set=found.title, account=account)
    return None


# No control of Security Hub asks for it: it is what the access file says.
REMEDIATIONS: dict[str, Remediation] = {}
