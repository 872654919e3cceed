"""IAM users: what can be put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import (
    Changes,
    Disruption,
    Effect,
    Skip,
    Step,
    alters,
    change,
    creates,
    note,
    skip,
    step,
)
from ishigaki.core.population import Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import Wanted, aiming, leaves, mends, remediation
from ishigaki.core.verbatim import new, said
from ishigaki.services.iam.authorization import BLOCK, AttachedPolicy, document_text
from ishigaki.services.iam.identities.resources import Group
from ishigaki.services.iam.users.controls import (
    GOOD,
    KEY,
    LONG_AGO,
    NEVER,
    NO_KEY,
    NONE,
    OLD_KEY,
    POWER,
    RETIRED,
    ROTATION,
    UPLOAD,
    USER,
    Use,
    credentials_of,
    idle,
    is_active,
    is_old,
    listed_key,
    must_show_all,
    uses_of,
    with_key,
)
from ishigaki.services.iam.users.resources import AccessKey, Credentials, User, UserKey

READ = AttachedPolicy(policy_name="ReadOnlyAccess", policy_arn="arn:aws:iam::aws:policy/ReadOnlyAccess")
ADMIN = AttachedPolicy(
    policy_name="AdministratorAccess", policy_arn="arn:aws:iam::aws:policy/AdministratorAccess"
)
OTHER = replace(UPLOAD, policy_document={"Version": "2012-10-17", "Statement": []})
POLICIES, GROUPS = 10, 10  # IAM's quotas: managed policies of a group; groups of a user
OWN = Group(
    id="arn:aws:iam::111122223333:group/ishigaki-example",
    name="ishigaki-example",
    inline_policies=(),
    attached_managed_policies=(READ,),
)
BOTH = replace(USER, attached_managed_policies=(POWER, READ), inline_policies=(UPLOAD,))
JOINED = replace(BOTH, group_list=("developers", OWN.name))
COLLEAGUE = replace(USER, id="arn:aws:iam::111122223333:user/hanako", name="hanako", group_list=(OWN.name,))


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(USER, attached_managed_policies=(POWER,))),
        mends(replace(USER, inline_policies=(UPLOAD,))),
        mends(BOTH, COLLEAGUE),
        mends(BOTH, OWN),
        mends(JOINED, OWN),
        mends(JOINED, replace(OWN, attached_managed_policies=(ADMIN,), inline_policies=(UPLOAD,))),
        leaves(USER),
        leaves(BOTH, COLLEAGUE, OWN, skip="group_has_others"),
        leaves(replace(USER, inline_policies=(replace(UPLOAD, policy_name=BLOCK),)), skip="user_is_retired"),
        leaves(BOTH, replace(OWN, attached_managed_policies=(ADMIN,)), skip="group_differs"),
        leaves(BOTH, replace(OWN, inline_policies=(OTHER,)), skip="group_differs"),
        leaves(
            replace(BOTH, group_list=tuple(f"team-{n}" for n in range(GROUPS))),
            skip="user_in_too_many_groups",
        ),
        leaves(
            replace(
                USER,
                attached_managed_policies=tuple(
                    replace(POWER, policy_arn=f"arn:aws:iam::111122223333:policy/{n}")
                    for n in range(POLICIES + 1)
                ),
            ),
            skip="group_holds_too_few",
        ),
    ],
)
def move_policies_to_group(user: User, users: Given[User], groups: Given[Group]) -> Changes:
    """Gives the user's own policies to a group made for the user, and takes them off the user at the very end.

    The order keeps the user's access at every moment. A group of each user's own means undoing one
    user's change takes nothing from another.
    """
    if not user.attached_managed_policies and not user.inline_policies:
        return
    if any(p.policy_name == BLOCK for p in user.inline_policies):  # moved away it could not be taken back
        yield skip("user_is_retired", user=user.name)
        return
    name = f"ishigaki-{user.name}"
    group = next(chosen(groups, lambda each: each.name == name), None)
    hindrance = _hindrance(user, group, name, users=users)
    if hindrance is not None:
        yield hindrance
        return
    becomes: dict[str, Any] = {"attached_managed_policies": []}
    if user.inline_policies:
        becomes["inline_policies"] = None
    if name not in user.group_list:
        becomes["group_list"] = [*said(user, "group_list"), name]
    yield change(
        alters(user, **becomes),
        *_group_effects(user, group, name),
        steps=[*_furnish(user, group, name), *_join(user, name), *_strip(user)],
        notes=(note("group_of_one", group=name),),
    )


def _hindrance(user: User, group: Group | None, name: str, *, users: Given[User]) -> Skip | None:
    """Why the policies cannot go to the group without a person's decision."""
    held = group.attached_managed_policies if group is not None else ()
    count = len({p.policy_arn for p in (*user.attached_managed_policies, *held)})
    if count > POLICIES:
        return skip("group_holds_too_few", count=count, most=POLICIES)
    if name not in user.group_list and len(user.group_list) >= GROUPS:
        return skip("user_in_too_many_groups", most=GROUPS)
    if group is None:
        return None
    if some(users, lambda other: other.id != user.id and name in other.group_list):
        return skip("group_has_others", group=name)
    return skip("group_differs", group=name) if _differs(user, group) else None


def _differs(user: User, group: Group) -> bool:
    """Whether the group says something else by a name of the user's, or would give the user more than they have."""
    own = {p.policy_name: p.policy_document for p in user.inline_policies}
    held = {p.policy_name: p.policy_document for p in group.inline_policies}
    arns = {p.policy_arn for p in user.attached_managed_policies}
    more = bool(held.keys() - own.keys()) or any(
        p.policy_arn not in arns for p in group.attached_managed_policies
    )
    clash = any(own[name] != held[name] for name in own.keys() & held.keys())
    return clash or (more and group.name not in user.group_list)


Said = list[Mapping[str, Any]]  # policies as AWS lists them


def _policies(identity: User | Group | None) -> tuple[Said, Said]:
    """The managed and the inline policies of an identity."""
    if identity is None:
        return [], []
    return said(identity, "attached_managed_policies"), said(identity, "inline_policies") or []


def _lacking(user: User, group: Group | None) -> tuple[Said, Said]:
    """Which of the user's policies the group does not have yet."""
    (own, own_inline), (held, held_inline) = _policies(user), _policies(group)
    arns, names = {p["PolicyArn"] for p in held}, {p["PolicyName"] for p in held_inline}
    return [p for p in own if p["PolicyArn"] not in arns], [
        p for p in own_inline if p["PolicyName"] not in names
    ]


def _group_effects(user: User, group: Group | None, name: str) -> tuple[Effect, ...]:
    managed, inline = _lacking(user, group)
    if group is None:
        item = {
            "Arn": f"arn:{user.partition}:iam::{user.account}:group/{name}",
            "GroupName": name,
            "AttachedManagedPolicies": managed,
            "GroupPolicyList": inline,
        }
        return (creates(new(Group, near=user, item=item)),)
    held, held_inline = _policies(group)
    becomes: dict[str, Any] = {}
    if managed:
        becomes["attached_managed_policies"] = [*held, *managed]
    if inline:
        becomes["inline_policies"] = [*held_inline, *inline]
    return (alters(group, **becomes),) if becomes else ()


def _furnish(user: User, group: Group | None, name: str) -> Iterator[Step]:
    """Make the group, and give it what it lacks."""
    of: dict[str, Any] = {"GroupName": name}
    if group is None:
        yield step("create", call("iam", "CreateGroup", **of), undo=call("iam", "DeleteGroup", **of))
    managed, inline = _lacking(user, group)
    for each in managed:
        arn = each["PolicyArn"]
        yield step(
            f"attach {arn}",
            call("iam", "AttachGroupPolicy", **of, PolicyArn=arn),
            undo=call("iam", "DetachGroupPolicy", **of, PolicyArn=arn),
        )
    for each in inline:
        policy = each["PolicyName"]
        document = document_text(each["PolicyDocument"])
        yield step(
            f"put {policy}",
            call("iam", "PutGroupPolicy", **of, PolicyName=policy, PolicyDocument=document),
            undo=call("iam", "DeleteGroupPolicy", **of, PolicyName=policy),
        )


def _join(user: User, name: str) -> Iterator[Step]:
    if name not in user.group_list:
        both: dict[str, Any] = {"GroupName": name, "UserName": user.name}
        yield step(
            "join", call("iam", "AddUserToGroup", **both), undo=call("iam", "RemoveUserFromGroup", **both)
        )


def _strip(user: User) -> Iterator[Step]:
    """Take the policies off the user."""
    of: dict[str, Any] = {"UserName": user.name}
    managed, inline = _policies(user)
    for each in managed:
        arn = each["PolicyArn"]
        yield step(
            f"detach {arn}",
            call("iam", "DetachUserPolicy", **of, PolicyArn=arn),
            undo=call("iam", "AttachUserPolicy", **of, PolicyArn=arn),
        )
    for each in inline:
        policy = each["PolicyName"]
        document = document_text(each["PolicyDocument"])
        yield step(
            f"delete {policy}",
            call("iam", "DeleteUserPolicy", **of, PolicyName=policy),
            undo=call("iam", "PutUserPolicy", **of, PolicyName=policy, PolicyDocument=document),
        )


UNUSED_KEY = with_key(last_rotated=LONG_AGO, last_used_date=NONE)
IN_USE = with_key(last_rotated=LONG_AGO)
SECOND = replace(
    OLD_KEY,
    id="AWS::IAM::AccessKey:AKIAI44QH8DHBEXAMPLE",
    name="AKIAI44QH8DHBEXAMPLE",
    create_date=datetime.fromisoformat("2024-02-01T00:00:00Z"),
)
TWO_UNUSED = replace(
    GOOD,
    access_keys=(
        replace(KEY, last_rotated=LONG_AGO, last_used_date=NONE),
        replace(KEY, number=2, last_rotated="2024-02-01T00:00:00Z", last_used_date="2025-01-01T00:00:00Z"),
    ),
)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(USER, UNUSED_KEY, OLD_KEY),
        mends(USER, UNUSED_KEY, OLD_KEY, replace(OLD_KEY, user_name="hanako")),
        mends(USER, TWO_UNUSED, OLD_KEY, SECOND),
        leaves(USER, GOOD, OLD_KEY),
        leaves(USER, with_key(last_rotated=LONG_AGO, active=False), RETIRED),
        leaves(USER, IN_USE, OLD_KEY, skip="key_in_use"),
        leaves(USER, UNUSED_KEY, RETIRED),
        leaves(USER, UNUSED_KEY, replace(OLD_KEY, create_date=SECOND.create_date), skip="key_not_identified"),
        leaves(USER, UNUSED_KEY, replace(OLD_KEY, user_name="hanako"), skip="key_not_identified"),
    ],
)
def deactivate_old_keys(
    user: User, report: Given[Credentials], keys: Given[UserKey], now: datetime
) -> Changes:
    """Deactivates the keys older than 90 days that nothing has used for 90 days; no key is ever deleted.

    A key that is in use is not touched: whoever uses it has to be given another way first.
    """
    row = credentials_of(user, report)
    old = list(chosen(row.access_keys, lambda key: is_old(key, now) and is_active(row, key, keys)))
    unused = [key for key in old if _unused_for(key, now) >= ROTATION]
    for key in old:
        if key not in unused:
            yield skip(
                "key_in_use",
                user=user.name,
                number=key.number,
                date=key.last_used_date[:10],
                service=key.last_used_service,
                region=key.last_used_region,
            )
    yield from _deactivate(row, unused, keys)
    must_show_all(row)


class Unused(Wanted, frozen=True):
    """After how many days without use a credential is taken away. Source: IAM.8; CIS asks for 45 (IAM.22)."""

    days: int = 90


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(USER, with_key(last_used_date=LONG_AGO, last_rotated=LONG_AGO), OLD_KEY),
        mends(USER, UNUSED_KEY, OLD_KEY),
        mends(USER, TWO_UNUSED, OLD_KEY, SECOND),
        mends(
            USER,
            with_key(last_used_date="2026-09-15T00:00:00Z", last_rotated=LONG_AGO),
            OLD_KEY,
            wanted=Unused(days=45),
        ),
        leaves(USER, with_key(last_used_date="2026-09-15T00:00:00Z", last_rotated=LONG_AGO), OLD_KEY),
        leaves(USER, IN_USE, OLD_KEY),
        leaves(USER, replace(UNUSED_KEY, access_keys=(NO_KEY,)), OLD_KEY),
        leaves(USER, replace(GOOD, password_last_used=LONG_AGO), OLD_KEY, skip="password_unused"),
        leaves(USER, replace(GOOD, password_last_used=NEVER), OLD_KEY, skip="password_unused"),
        leaves(USER, UNUSED_KEY, RETIRED),
    ],
)
def deactivate_unused_keys(
    user: User, report: Given[Credentials], keys: Given[UserKey], now: datetime, wanted: Unused
) -> Changes:
    """Deactivates the access keys that nothing has used for so long; no key is ever deleted.

    A password that is taken away cannot be given back, and an emergency user's is meant to lie unused: that is
    a person's decision.
    """
    row = credentials_of(user, report)
    limit = timedelta(days=wanted.days)
    unused = [use for use in uses_of(row) if idle(use, now) >= limit]
    found = [use.key for use in unused if use.key is not None and is_active(row, use.key, keys)]
    yield from _deactivate(row, found, keys)
    for use in unused:
        if use.key is None:
            yield skip("password_unused", user=user.name, days=idle(use, now).days)
    must_show_all(row)


def _unused_for(key: AccessKey, now: datetime) -> timedelta:
    return idle(Use(key.last_used_date, key.last_rotated), now)


def _deactivate(row: Credentials, unused: Sequence[AccessKey], keys: Given[UserKey]) -> Changes:
    for key in unused:
        listed = listed_key(row, key, keys)
        if listed is None:
            yield skip("key_not_identified", user=row.name, number=key.number)
            continue
        yield change(
            alters(listed, status="Inactive"),
            steps=[
                step("deactivate", _set_status(listed, "Inactive"), undo=_set_status(listed, listed.status))
            ],
        )


def _set_status(key: UserKey, status: str) -> Call:
    return call("iam", "UpdateAccessKey", UserName=key.user_name, AccessKeyId=key.name, Status=status)


REMEDIATIONS = {
    "IAM.2": move_policies_to_group,
    "IAM.3": deactivate_old_keys,
    "IAM.8": deactivate_unused_keys,
    "IAM.22": aiming(deactivate_unused_keys, Unused(days=45)),
}
