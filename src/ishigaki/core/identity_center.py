"""IAM Identity Center: who has which permission set in which account. Asks; does not act (see `core.gather`).

Every account of an organization sees the instance; only the management account and a delegated administrator may look
into it. When a user last signed in it does not tell: that lies in CloudTrail alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from ishigaki.core.answer import Answer
from ishigaki.core.call import Call, call
from ishigaki.core.gather import Asking
from ishigaki.core.policy import PolicyError, grants_all, parse

OF_SET: dict[str, Any] = {"InstanceArn": "{InstanceArn}", "PermissionSetArn": "{PermissionSetArn}"}
INSTANCES = call("sso-admin", "ListInstances", RegionScope="ALL_REGIONS")
SETS = call("sso-admin", "ListPermissionSets", InstanceArn="{InstanceArn}", MaxResults=100)
SET = call("sso-admin", "DescribePermissionSet", **OF_SET)
MANAGED = call("sso-admin", "ListManagedPoliciesInPermissionSet", **OF_SET)
CUSTOMER = call("sso-admin", "ListCustomerManagedPolicyReferencesInPermissionSet", **OF_SET)
INLINE = call("sso-admin", "GetInlinePolicyForPermissionSet", **OF_SET)
ACCOUNTS = call("sso-admin", "ListAccountsForProvisionedPermissionSet", **OF_SET)
ASSIGNED = call("sso-admin", "ListAccountAssignments", AccountId="{AccountId}", **OF_SET)
USERS = call("identitystore", "ListUsers", IdentityStoreId="{IdentityStoreId}")
GROUPS = call("identitystore", "ListGroups", IdentityStoreId="{IdentityStoreId}")
MEMBERS = call(
    "identitystore", "ListGroupMemberships", IdentityStoreId="{IdentityStoreId}", GroupId="{GroupId}"
)
CALLS = (INSTANCES, SETS, SET, MANAGED, CUSTOMER, INLINE, ACCOUNTS, ASSIGNED, USERS, GROUPS, MEMBERS)
ADMINISTRATOR = ":iam::aws:policy/AdministratorAccess"
READ, NONE = "read", "none"
Item = Mapping[str, Any]


class PermissionSet(msgspec.Struct, frozen=True, kw_only=True):
    """A permission set. `admin` is None where a policy that could make it one was not seen."""

    arn: str
    name: str
    session: str
    policies: tuple[str, ...]
    admin: bool | None
    admin_by: tuple[str, ...]


class User(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    display_name: str = ""
    email: str = ""
    status: str = ""
    created_at: datetime | None = None


class Given(msgspec.Struct, frozen=True):
    """An assignment: to whom (`USER` or `GROUP`, and its id) a permission set is given in an account."""

    account: str
    permission_set: str
    kind: str
    principal: str


class Centre(msgspec.Struct, frozen=True, kw_only=True):
    """What one account shows of an instance. `members` are the users of each group, None where they were not seen;
    `gaps` what was not seen, as "operation: code"."""

    instance: str
    owner: str
    sets: Mapping[str, PermissionSet]
    users: Mapping[str, User]
    groups: Mapping[str, str]
    members: Mapping[str, tuple[str, ...] | None]
    given: tuple[Given, ...]
    gaps: tuple[str, ...]


class Shown(msgspec.Struct, frozen=True):
    """What became of looking: read, none, or the code by which it was refused; and the instances that were read."""

    code: str
    centres: tuple[Centre, ...] = ()


def look(region: str) -> Asking[Shown]:
    """The instances that the account may look into. `region` is where it is asked which there are."""
    (answer,) = yield [INSTANCES.filled({}, region=region)]
    if answer.error:
        return Shown(answer.error)
    code, found = NONE, []
    for instance in _items(answer, "Instances"):
        if instance.get("Status", "ACTIVE") != "ACTIVE":
            continue
        centre = yield from _centre(instance, instance.get("PrimaryRegion") or region)
        if isinstance(centre, Centre):
            found.append(centre)
        else:
            code = centre
    return Shown(READ if found else code, tuple(found))


def _centre(instance: Item, region: str) -> Asking[Centre | str]:
    """An instance, or the code by which its permission sets were refused."""
    (listed,) = yield [SETS.filled(instance, region=region)]
    if listed.error:
        return listed.error
    gaps: list[str] = []
    arns = [str(arn) for page in listed.pages for arn in page.get("PermissionSets", ())]
    asked = [{**instance, "PermissionSetArn": arn} for arn in arns]
    details: dict[str, Sequence[Answer]] = {}
    for each in (SET, MANAGED, CUSTOMER, INLINE, ACCOUNTS):
        details[each.operation] = yield from _each(each, asked, region, gaps)
    people, grouped = yield from _directory(instance, region, gaps)
    inside = [{**instance, "GroupId": g} for g in grouped]
    members = yield from _each(MEMBERS, inside, region, gaps)
    places = [
        {**one, "AccountId": account}
        for one, answer in zip(asked, details[ACCOUNTS.operation], strict=True)
        for page in answer.pages
        for account in page.get("AccountIds", ())
    ]
    assigned = yield from _each(ASSIGNED, places, region, gaps)
    return Centre(
        instance=instance["InstanceArn"],
        owner=instance.get("OwnerAccountId", ""),
        sets={arn: _set(arn, {o: a[n] for o, a in details.items()}) for n, arn in enumerate(arns)},
        users=people,
        groups=grouped,
        members={g: _members(a) for g, a in zip(grouped, members, strict=True)},
        given=tuple(_given(a) for answer in assigned for a in _items(answer, "AccountAssignments")),
        gaps=tuple(dict.fromkeys(gaps)),
    )


def _each(asked: Call, items: Iterable[Item], region: str, gaps: list[str]) -> Asking[Sequence[Answer]]:
    """The answers to a call about each of the items; what was refused is a gap."""
    calls = [asked.filled(item, region=region) for item in items]
    answers = (yield calls) if calls else ()
    gaps += [f"{asked.service}:{asked.operation}: {a.error}" for a in answers if a.error]
    return answers


def _directory(
    instance: Item, region: str, gaps: list[str]
) -> Asking[tuple[dict[str, User], dict[str, str]]]:
    (users,) = yield from _each(USERS, [instance], region, gaps)
    (groups,) = yield from _each(GROUPS, [instance], region, gaps)
    return (
        {u["UserId"]: _user(u) for u in _items(users, "Users")},
        {g["GroupId"]: str(g.get("DisplayName", "")) for g in _items(groups, "Groups")},
    )


def _user(item: Item) -> User:
    emails = item.get("Emails") or ()
    best = next((e for e in emails if e.get("Primary")), emails[0] if emails else {})
    made = item.get("CreatedAt")
    return User(
        id=item["UserId"],
        name=str(item.get("UserName", "")),
        display_name=str(item.get("DisplayName", "")),
        email=str(best.get("Value", "")),
        status=str(item.get("UserStatus", "")),
        created_at=datetime.fromisoformat(made) if made else None,
    )


def _members(answer: Answer) -> tuple[str, ...] | None:
    if answer.error:
        return None
    found = (m.get("MemberId", {}).get("UserId") for m in _items(answer, "GroupMemberships"))
    return tuple(str(user) for user in found if user)


def _given(item: Item) -> Given:
    return Given(item["AccountId"], item["PermissionSetArn"], item["PrincipalType"], item["PrincipalId"])


def _set(arn: str, answers: Mapping[str, Answer]) -> PermissionSet:
    described = answers[SET.operation].merged.get("PermissionSet") or {}
    managed = [str(p.get("Arn", "")) for p in _items(answers[MANAGED.operation], "AttachedManagedPolicies")]
    customer = [
        str(p.get("Name", "")) for p in _items(answers[CUSTOMER.operation], "CustomerManagedPolicyReferences")
    ]
    inline = str(answers[INLINE.operation].merged.get("InlinePolicy") or "")
    admin_by = [arn for arn in managed if arn.endswith(ADMINISTRATOR)]
    whole = _is_whole(inline) if inline else False
    # What a customer managed policy allows is told by each account, not by Identity Center.
    unsure = any(answers[c.operation].error for c in (MANAGED, CUSTOMER, INLINE)) or customer or whole is None
    admin_by += ["inline"] if whole else []
    return PermissionSet(
        arn=arn,
        name=str(described.get("Name") or arn.rpartition("/")[2]),
        session=str(described.get("SessionDuration", "")),
        policies=(*managed, *(f"customer:{n}" for n in customer), *(["inline"] if inline else [])),
        admin=True if admin_by else None if unsure else False,
        admin_by=tuple(admin_by),
    )


def _is_whole(document: str) -> bool | None:
    """Whether a policy allows everything; None where it cannot be read."""
    try:
        return grants_all(parse(document)).is_true
    except PolicyError:
        return None


def _items(answer: Answer, name: str) -> list[Item]:
    return [item for page in answer.pages for item in page.get(name) or ()]
