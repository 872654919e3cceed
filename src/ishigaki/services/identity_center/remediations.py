"""IAM Identity Center: permission sets and assignments brought to what the access file says.

A permission set that the file names is managed as a whole: its policies, and in every account those to whom it is
assigned; but not one that others made, unless the file takes it over. What the file does not name is not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.change import (
    Changes,
    Disruption,
    Skip,
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
from ishigaki.services.identity_center.examples import (
    ACCOUNT,
    ADMIN,
    ADMIN_POLICY,
    ADMIN_SET,
    ALL_INLINE,
    AUDIT,
    CENTER,
    CLOUD,
    EMPTY,
    OTHER_SET,
    OTHERS_SET,
    OWN,
    READ_POLICY,
    READS_SET,
    SECOND_SET,
    UNUSED_SET,
    held,
    wanting,
)
from ishigaki.services.identity_center.making import (
    ADMINISTRATOR,
    ARN,
    LABEL,
    Holder,
    PermissionSetWanted,
    administered,
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
    named,
    new_assignment,
    new_set,
    policy_arn,
    principal,
    provision,
    then_provisioned,
    unassign,
)
from ishigaki.services.identity_center.resources import (
    Assigned,
    Center,
    PermissionSet,
)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(Center(), wanted=ADMIN),
        mends(Center(), wanted=wanting(boundary="customer:edges/team", description="x", relay_state="y")),
        mends(Center(), replace(ADMIN_SET, title="Emergency"), wanted=ADMIN),
        mends(Center(), replace(ADMIN_SET, session_duration="PT1H"), wanted=ADMIN),
        mends(Center(), replace(ADMIN_SET, managed_policies=()), wanted=ADMIN),
        mends(Center(), replace(ADMIN_SET, managed_policies=(ADMIN_POLICY, READ_POLICY)), wanted=ADMIN),
        mends(Center(), replace(UNUSED_SET, managed_policies=(READ_POLICY,)), wanted=ADMIN),
        mends(Center(), ADMIN_SET, wanted=wanting(boundary="PowerUserAccess")),
        mends(Center(), replace(ADMIN_SET, outdated=(ACCOUNT,)), wanted=ADMIN),
        mends(Center(), UNUSED_SET, wanted=wanting(policies=("ReadOnlyAccess",))),
        mends(
            Center(),
            ADMIN_SET,
            SECOND_SET,
            held(CLOUD, of=OTHER_SET),
            wanted=wanting(policies=("ReadOnlyAccess",), administrators={ACCOUNT: (CLOUD.id,)}),
        ),
        mends(Center(), replace(OTHERS_SET, session_duration="PT1H"), wanted=wanting(take_over=True)),
        leaves(Center(), replace(OTHERS_SET, session_duration="PT1H"), wanted=ADMIN, skip="set_of_others"),
        mends(Center(), READS_SET, wanted=wanting(policies=("ReadOnlyAccess", "AWSSupportAccess"))),
        leaves(Center()),
        leaves(Center(), ADMIN_SET, wanted=ADMIN),
        leaves(Center(), ADMIN_SET, wanted=wanting(policies=("ReadOnlyAccess",)), skip="last_administrators"),
        leaves(
            Center(),
            replace(ADMIN_SET, session_duration="PT1H"),
            wanted=wanting(center=ACCOUNT),
            skip="set_of_management_account",
        ),
    ],
)
def make_permission_set(
    center: Center, sets: Given[PermissionSet], assigned: Given[Assigned], wanted: PermissionSetWanted
) -> Changes:
    """Makes a permission set as the access file wants it, one that does not exist yet with its assignments.

    What is changed of one that is in use is provisioned in its accounts. AdministratorAccess is left where nobody
    else would be administrator of an account, and what others made where the file does not take it over.
    """
    if not wanted.name:
        return
    found = named(sets, wanted)
    if found is None:
        yield from _made(center, wanted)
        return
    steps, becomes, loses = differing(found, wanted)
    if not steps and not found.outdated:
        return
    reason = (
        _of_others(found, wanted)
        or _out_of_reach(center, wanted, found.accounts, found.title)
        or _strips(found, sets, assigned, wanted)
    )
    if reason is not None:
        yield reason
        return
    if found.accounts:
        steps = [*then_provisioned(steps, provision(wanted, found.id)), provision(wanted, found.id)]
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
        permission=("sso:CreatePermissionSet", "sso:TagResource"),
        InstanceArn=wanted.instance,
        Name=wanted.name,
        Tags=[LABEL],
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


def _out_of_reach(
    near: Resource, wanted: PermissionSetWanted, accounts: Sequence[str], title: str
) -> Skip | None:
    """Why a delegated administrator leaves this alone: it has to do with the management account."""
    if wanted.center in accounts and near.account != wanted.center:
        return skip("set_of_management_account", set=title, account=wanted.center)
    return None


def _of_others(found: PermissionSet, wanted: PermissionSetWanted) -> Skip | None:
    """Why a permission set is left as it is: neither did ishigaki make it, nor does the file take it over."""
    if wanted.take_over or found.is_ours:
        return None
    return skip("set_of_others", set=found.title)


def _strips(
    found: PermissionSet,
    sets: Given[PermissionSet],
    assigned: Given[Assigned],
    wanted: PermissionSetWanted,
) -> Skip | None:
    """Why AdministratorAccess stays: some account would have no administrator left."""
    if not wanted.policies or ADMINISTRATOR in wanted.policies or not found.makes_administrators:
        return None
    bare = [a for a in found.accounts if not administered(a, found, sets, assigned, wanted)]
    return skip("last_administrators", set=found.title, accounts=", ".join(bare)) if bare else None


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(Center(), UNUSED_SET, wanted=ADMIN),
        mends(Center(), UNUSED_SET, wanted=wanting(grants={CENTER: (EMPTY.id,)})),
        mends(Center(), ADMIN_SET, held(CLOUD), wanted=wanting(grants={"333344445555": (CLOUD.id,)})),
        leaves(Center()),
        leaves(Center(), wanted=ADMIN),
        leaves(Center(), ADMIN_SET, held(CLOUD), wanted=ADMIN),
        leaves(Center(), ADMIN_SET, held(CLOUD), wanted=wanting(missing=("ops",)), skip="principal_missing"),
        leaves(
            Center(),
            UNUSED_SET,
            wanted=wanting(center=ACCOUNT),
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
        mends(held(AUDIT), ADMIN_SET, wanted=ADMIN),
        mends(held(), ADMIN_SET, wanted=ADMIN),
        leaves(held(CLOUD), ADMIN_SET),
        leaves(held(CLOUD, AUDIT), ADMIN_SET, wanted=ADMIN),
        leaves(held(AUDIT, of=OTHER_SET), SECOND_SET, wanted=ADMIN),
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
        mends(held(CLOUD, AUDIT), ADMIN_SET, wanted=ADMIN),
        mends(held(CLOUD, OWN), ADMIN_SET, wanted=ADMIN),
        mends(
            held(AUDIT),
            held(CLOUD, of=OTHER_SET),
            ADMIN_SET,
            SECOND_SET,
            wanted=wanting(grants={}, administrators={ACCOUNT: (CLOUD.id,)}),
        ),
        mends(held(CLOUD, AUDIT), OTHERS_SET, wanted=wanting(take_over=True)),
        leaves(held(CLOUD, AUDIT), OTHERS_SET, wanted=ADMIN, skip="set_of_others"),
        leaves(
            held(AUDIT),
            held(EMPTY, of=OTHER_SET),
            ADMIN_SET,
            SECOND_SET,
            wanted=wanting(grants={}, administrators={ACCOUNT: (CLOUD.id,)}),
            skip="last_administrator",
        ),
        mends(held(AUDIT), READS_SET, wanted=wanting(grants={})),
        leaves(
            held(AUDIT),
            replace(READS_SET, inline_policy=ALL_INLINE),
            wanted=wanting(grants={}),
            skip="last_administrator",
        ),
        leaves(held(CLOUD), ADMIN_SET),
        leaves(held(CLOUD), ADMIN_SET, wanted=ADMIN),
        leaves(held(AUDIT, of=OTHER_SET), SECOND_SET, wanted=ADMIN),
        leaves(held(AUDIT), ADMIN_SET, wanted=wanting(grants={}), skip="last_administrator"),
        leaves(
            held(AUDIT, EMPTY),
            ADMIN_SET,
            wanted=wanting(grants={ACCOUNT: (EMPTY.id,)}),
            skip="last_administrator",
        ),
        leaves(
            held(AUDIT),
            ADMIN_SET,
            wanted=wanting(grants={}, administrators={ACCOUNT: (CLOUD.id,)}),
            skip="last_administrator",
        ),
        leaves(held(CLOUD, OWN), ADMIN_SET, wanted=wanting(entered=ACCOUNT), skip="own_way_in"),
        leaves(
            held(CLOUD, AUDIT), ADMIN_SET, wanted=wanting(center=ACCOUNT), skip="set_of_management_account"
        ),
    ],
)
def withdraw_access(
    assigned: Assigned, sets: Given[PermissionSet], others: Given[Assigned], wanted: PermissionSetWanted
) -> Changes:
    """Takes a permission set away from those in an account whom the access file does not name.

    Never one that others made and assigned, unless the file takes it over. Never the caller's own way in, and never the last administrator of an account: only where somebody remains.
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
    refused = (
        _of_others(found, wanted)
        or _out_of_reach(assigned, wanted, (account,), found.title)
        or _locks_out(found, sets, others, wanted, account, stays)
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
    others: Given[Assigned],
    wanted: PermissionSetWanted,
    account: str,
    stays: Sequence[Holder],
) -> Skip | None:
    """Why an assignment stays although the file does not name it: the caller, or everybody, would be locked out."""
    if wanted.entered == account and not any(h.caller for h in stays):
        return skip("own_way_in", set=found.title, account=account)
    left = any(h.people for h in stays) or not found.makes_administrators
    if not left and not administered(account, found, sets, others, wanted):
        return skip("last_administrator", set=found.title, account=account)
    return None


# No control of Security Hub asks for it: it is what the access file says.
REMEDIATIONS: dict[str, Remediation] = {}
