"""IAM Identity Center: what is wanted of a permission set, and the steps by which it is made and assigned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from ishigaki.core.call import call
from ishigaki.core.change import Note, Ref, Step, Until, note, step
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.core.remediation import Wanted
from ishigaki.core.resource import Resource
from ishigaki.core.verbatim import new, said
from ishigaki.services.identity_center.resources import OURS, Assigned, PermissionSet

R = TypeVar("R", bound=Resource)
ASSIGNING, PROVISIONING = 300, 600  # seconds within which AWS usually is done
ARN = Ref("create", "PermissionSet.PermissionSetArn")
ADMINISTRATOR = "AdministratorAccess"
MEMBERS = {"Description": "description", "SessionDuration": "session_duration", "RelayState": "relay_state"}
LABEL: Mapping[str, str] = {"Key": OURS, "Value": "access"}
LISTED = 10  # accounts that a note names; the plan has them all
NAMED = 5  # people of a group that are named; the rest is a number


class Holder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user or group, and who is behind it when the plan is made: how many people, the first of them by name, and
    whether the caller is one of them."""

    type: str
    id: str
    name: str = ""
    people: int = 0
    some: tuple[str, ...] = ()
    caller: bool = False


class PermissionSetWanted(Wanted, frozen=True):
    """A permission set as the access file wants it, and who gets it in which account. What is empty is not managed.

    `policies` are AWS's, by what follows `policy/`; `boundary` likewise, or with `customer:` before it the name of a
    policy of one's own. `grants` name the holders by id for each account, `missing` those that the directory does
    not have. `administrators` are by account the principals whom other permission sets of the file make administrators
    there, and behind whom there is somebody, `entered` is the account that the caller came into by this one. `center` is the account that
    owns the instance.
    """

    name: str = ""
    description: str = ""
    policies: tuple[str, ...] = ()
    boundary: str = ""
    session: str = ""
    relay_state: str = ""
    instance: str = ""
    center: str = ""
    holders: tuple[Holder, ...] = ()
    grants: Mapping[str, tuple[str, ...]] = {}
    missing: tuple[str, ...] = ()
    administrators: Mapping[str, tuple[str, ...]] = {}
    entered: str = ""
    take_over: bool = False

    def holder(self, kind: str, id: str) -> Holder:
        """Who a principal is; of one that the directory does not know, nobody."""
        return next((h for h in self.holders if h.id == id), Holder(kind, id, name=id))

    def wanted_in(self, account: str) -> list[Holder]:
        return [self.holder("GROUP", id) for id in self.grants.get(account, ())]


def named(sets: Given[PermissionSet], wanted: PermissionSetWanted) -> PermissionSet | None:
    """The permission set of the name; None where there is none."""
    return next((s for s in sets if s.title == wanted.name), None) if wanted.name else None


def principal(holder: Holder) -> dict[str, Any]:
    """Whom a permission set is assigned to, as AWS says it."""
    return {"PrincipalType": holder.type, "PrincipalId": holder.id}


def administered(
    account: str,
    beside: PermissionSet,
    sets: Given[PermissionSet],
    assigned: Given[Assigned],
    wanted: PermissionSetWanted,
) -> bool:
    """Whether somebody whom the file makes administrator of an account by another permission set has that already:
    what is only planned may fail."""
    meant = wanted.administrators.get(account, ())
    if not meant:
        return False
    others = {s.id for s in sets if s.id != beside.id and account in s.accounts and s.makes_administrators}
    return any(
        p.principal_id in meant
        for a in assigned
        if a.target == account and a.permission_set in others
        for p in a.principals
    )


def known_as(thing: R, name: str, within: PermissionSet) -> R:
    """A thing by the name that people know it by, and with the tags of its permission set, which tell whose it is."""
    return replace(thing, name=name, tags={label.key: label.value for label in within.labels})


def called(title: str, account: str) -> str:
    """A permission set in an account, as people speak of it."""
    return f"{title} / {account}"


def new_assignment(near: Resource, wanted: PermissionSetWanted, account: str, *, of: str) -> Assigned:
    """The permission set in an account in which it is not yet."""
    made = new(
        Assigned,
        near=near,
        item={"": account, "parent": {"": of, "parent": {"InstanceArn": wanted.instance}}},
        principals=[principal(h) for h in wanted.wanted_in(account)],
    )
    return replace(made, name=called(wanted.name, account))


def assign(
    wanted: PermissionSetWanted, holders: Sequence[Holder], account: str, *, of: str | Ref
) -> Iterator[Step]:
    """Assign a permission set in an account, to one after the other. AWS takes the order and works it off."""
    for holder in holders:
        name = f"assign_{account}_{holder.id}"
        yield step(
            name,
            call("sso-admin", "CreateAccountAssignment", **_assignment(wanted, holder, account, of=of)),
            undo=call("sso-admin", "DeleteAccountAssignment", **_assignment(wanted, holder, account, of=of)),
            until=_until(wanted, "AccountAssignmentCreation", name, seconds=ASSIGNING),
        )


def unassign(
    wanted: PermissionSetWanted, holders: Sequence[Holder], account: str, *, of: str
) -> Iterator[Step]:
    """Take assignments in an account away, one after the other."""
    for holder in holders:
        name = f"unassign_{account}_{holder.id}"
        yield step(
            name,
            call("sso-admin", "DeleteAccountAssignment", **_assignment(wanted, holder, account, of=of)),
            undo=call("sso-admin", "CreateAccountAssignment", **_assignment(wanted, holder, account, of=of)),
            until=_until(wanted, "AccountAssignmentDeletion", name, seconds=ASSIGNING),
        )


def _assignment(
    wanted: PermissionSetWanted, holder: Holder, account: str, *, of: str | Ref
) -> dict[str, Any]:
    return {
        "InstanceArn": wanted.instance,
        "TargetId": account,
        "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": of,
        "PrincipalType": holder.type,
        "PrincipalId": holder.id,
    }


def _until(wanted: PermissionSetWanted, what: str, name: str, *, seconds: int) -> Until:
    asked: dict[str, Any] = {
        "InstanceArn": wanted.instance,
        f"{what}RequestId": Ref(name, f"{what}Status.RequestId"),
    }
    return Until(
        call("sso-admin", f"Describe{what}Status", **asked),
        f"{what}Status.Status",
        ("SUCCEEDED",),
        seconds,
    )


def provision(wanted: PermissionSetWanted, arn: str) -> Step:
    """Bring a changed permission set into every account that has it."""
    made = call(
        "sso-admin",
        "ProvisionPermissionSet",
        InstanceArn=wanted.instance,
        PermissionSetArn=arn,
        TargetType="ALL_PROVISIONED_ACCOUNTS",
    )
    asked = Ref("provision", "PermissionSetProvisioningStatus.RequestId")
    until = Until(
        call(
            "sso-admin",
            "DescribePermissionSetProvisioningStatus",
            InstanceArn=wanted.instance,
            ProvisionPermissionSetRequestId=asked,
        ),
        "PermissionSetProvisioningStatus.Status",
        ("SUCCEEDED",),
        PROVISIONING,
    )
    return step("provision", made, undo=made, until=until)


def then_provisioned(steps: Sequence[Step], provisioning: Step) -> list[Step]:
    """The steps, so that taking them back ends with provisioning: the first is what is taken back last."""
    if not steps:
        return []
    first = steps[0]
    return [step(first.name, first.call, undo=(*first.undo, provisioning.call)), *steps[1:]]


def policy_arn(partition: str, name: str) -> str:
    return f"arn:{partition}:iam::aws:policy/{name}"


def attach(wanted: PermissionSetWanted, arn: str, *, of: str | Ref) -> Step:
    what: dict[str, Any] = {"InstanceArn": wanted.instance, "PermissionSetArn": of, "ManagedPolicyArn": arn}
    return step(
        f"attach_{_last(arn)}",
        call("sso-admin", "AttachManagedPolicyToPermissionSet", **what),
        undo=call("sso-admin", "DetachManagedPolicyFromPermissionSet", **what),
    )


def detach(wanted: PermissionSetWanted, arn: str, *, of: str) -> Step:
    what: dict[str, Any] = {"InstanceArn": wanted.instance, "PermissionSetArn": of, "ManagedPolicyArn": arn}
    return step(
        f"detach_{_last(arn)}",
        call("sso-admin", "DetachManagedPolicyFromPermissionSet", **what),
        undo=call("sso-admin", "AttachManagedPolicyToPermissionSet", **what),
    )


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


def boundary_of(wanted: PermissionSetWanted, partition: str) -> dict[str, Any] | None:
    """The boundary as AWS shows it; None where none is wanted."""
    if wanted.boundary.startswith("customer:"):
        path, _, name = wanted.boundary.removeprefix("customer:").rpartition("/")
        reference = {"Name": name, "Path": f"/{path}/".replace("//", "/")}
        return {"CustomerManagedPolicyReference": reference}
    return {"ManagedPolicyArn": policy_arn(partition, wanted.boundary)} if wanted.boundary else None


def bound(
    wanted: PermissionSetWanted,
    boundary: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    *,
    of: str | Ref,
) -> Step:
    """Set the boundary; the way back is the one that was there before, or none."""
    where: dict[str, Any] = {"InstanceArn": wanted.instance, "PermissionSetArn": of}
    put = "PutPermissionsBoundaryToPermissionSet"
    return step(
        "bound",
        call("sso-admin", put, **where, PermissionsBoundary=boundary),
        undo=call("sso-admin", put, **where, PermissionsBoundary=before)
        if before
        else call("sso-admin", "DeletePermissionsBoundaryFromPermissionSet", **where),
    )


def gains(wanted: PermissionSetWanted, given: Mapping[str, Sequence[Holder]]) -> tuple[Note, ...]:
    """What is to be known of assignments, by account: who gets what, which groups are empty, and that the management
    account is no account like others."""
    holders = {h.id: h for several in given.values() for h in several}
    said = [
        note("gains_access", **_who(h), set=wanted.name, accounts=_few([a for a in given if h in given[a]]))
        for h in holders.values()
    ]
    said += [
        note("nobody_behind", who=h.name) for h in holders.values() if h.type == "GROUP" and not h.people
    ]
    if wanted.center in given:
        said.append(note("management_account", account=wanted.center))
    return tuple(said)


def losses(wanted: PermissionSetWanted, holders: Sequence[Holder], account: str) -> tuple[Note, ...]:
    """Who loses what."""
    return tuple(note("loses_access", **_who(h), set=wanted.name, account=account) for h in holders)


def _who(holder: Holder) -> dict[str, Any]:
    more = ", …" if holder.people > len(holder.some) else ""
    return {"who": holder.name, "people": holder.people, "names": ", ".join(holder.some) + more or "–"}


def _few(accounts: Sequence[str]) -> str:
    more = f", … (+{len(accounts) - LISTED})" if len(accounts) > LISTED else ""
    return ", ".join(accounts[:LISTED]) + more


def shown_policies(arns: Sequence[str]) -> list[dict[str, str]]:
    """Managed policies as AWS lists them."""
    return [{"Name": _last(arn), "Arn": arn} for arn in arns]


def new_set(near: Resource, wanted: PermissionSetWanted, accounts: Sequence[str]) -> PermissionSet:
    """The permission set that does not exist yet. Until AWS has given it an id it goes by its name."""
    arn = f"{wanted.instance.replace(':instance/', ':permissionSet/')}/new-{wanted.name}"
    arns = [policy_arn(near.partition, p) for p in wanted.policies]
    made = new(
        PermissionSet,
        near=near,
        item={"": arn, "parent": {"InstanceArn": wanted.instance}, **described(wanted), "Name": wanted.name},
        managed_policies=shown_policies(arns),
        boundary=boundary_of(wanted, near.partition),
        accounts=list(accounts),
        outdated=None,
        labels=[LABEL],
        inline_policy=None,
    )
    return replace(made, name=wanted.name)


def described(wanted: PermissionSetWanted) -> dict[str, Any]:
    """What a permission set says of itself, as far as the file wants it to say something."""
    said = {
        "Description": wanted.description,
        "SessionDuration": wanted.session,
        "RelayState": wanted.relay_state,
    }
    return {name: value for name, value in said.items() if value}


def differing(found: PermissionSet, wanted: PermissionSetWanted) -> tuple[list[Step], dict[str, Any], bool]:
    """What takes a permission set to what is wanted, what becomes of its members, and whether people lose something."""
    steps: list[Step] = []
    becomes: dict[str, Any] = {}
    now = {name: getattr(found, member) for name, member in MEMBERS.items()}
    before = {name: value for name, value in now.items() if value}
    if any(now[name] != value for name, value in described(wanted).items()):
        where: dict[str, Any] = {"InstanceArn": wanted.instance, "PermissionSetArn": found.id}
        after = {**before, **described(wanted)}
        steps.append(
            step(
                "update",
                call("sso-admin", "UpdatePermissionSet", **where, **after),
                undo=call("sso-admin", "UpdatePermissionSet", **where, **before),
            )
        )
        becomes |= {MEMBERS[n]: v for n, v in after.items() if now[n] != v}
    arns = [policy_arn(found.partition, p) for p in wanted.policies]
    has = [p.arn for p in found.managed_policies]
    surplus = [arn for arn in has if arns and arn not in arns]
    if surplus or any(arn not in has for arn in arns):
        steps += [attach(wanted, arn, of=found.id) for arn in arns if arn not in has]
        steps += [detach(wanted, arn, of=found.id) for arn in surplus]
        becomes["managed_policies"] = shown_policies(arns)
    boundary = boundary_of(wanted, found.partition)
    if boundary and said(found, "boundary") != boundary:
        steps.append(bound(wanted, boundary, said(found, "boundary"), of=found.id))
        becomes["boundary"] = boundary
    return steps, becomes, bool(surplus or "boundary" in becomes)
