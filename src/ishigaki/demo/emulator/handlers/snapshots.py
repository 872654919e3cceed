"""EC2: the snapshots that an account may use, those of other accounts among them."""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.backends import get_backend

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

EVERYBODY = "all"


def describe(context: Context, params: Params) -> Answer:
    """DescribeSnapshots: own ones, those shared with the account and public ones; by owner, by who may use it."""
    ids, owners, users = (params.get(n) or [] for n in ("SnapshotIds", "OwnerIds", "RestorableByUserIds"))
    kept = dict(_kept(context))
    if missing := [name for name in ids if name not in kept]:
        message = f"The snapshot '{missing[0]}' does not exist."
        raise Refused("InvalidSnapshot.NotFound", message, status=400)
    wanted = {
        name
        for name, snapshot in kept.items()
        if _usable(snapshot, context.account)
        and (not ids or name in ids)
        and (not owners or snapshot.owner_id in _named(owners, context))
        and (not users or any(_restorable(snapshot, user, context) for user in _named(users, context)))
    }
    filters = params.get("Filters") or []
    by_tag = any(wish["Name"].startswith("tag") for wish in filters)
    others = () if by_tag else (kept[name].owner_id for name in wanted)  # whose tags are not shown
    shown = [
        _seen_by(context.account, snapshot)
        for holder in dict.fromkeys([context.account, *others])
        for snapshot in context.moto({"Filters": filters}, account=holder).get("Snapshots") or []
        if snapshot["SnapshotId"] in wanted
    ]
    return {"Snapshots": shown}


def _kept(context: Context) -> Iterator[tuple[str, Any]]:
    """Every snapshot of every account in this Region. A Region that nobody has looked at holds none."""
    for account in list(context.emulator.accounts):
        backend = get_backend("ec2")[account].get(context.region)
        yield from backend.snapshots.items() if backend else ()


def _named(ids: list[str], context: Context) -> set[str]:
    return {context.account if name == "self" else name for name in ids}


def _usable(snapshot: Any, account: str) -> bool:
    """Whether an account has create volume permissions: implicit, public or explicit."""
    shared = snapshot.create_volume_permission_userids | snapshot.create_volume_permission_groups
    return snapshot.owner_id == account or bool(shared & {account, EVERYBODY})


def _restorable(snapshot: Any, user: str, context: Context) -> bool:
    """Whether `all` or an account was given permission; the caller's own need none. Whom else a snapshot is
    shared with is its owner's to know."""
    if user == EVERYBODY:
        return EVERYBODY in snapshot.create_volume_permission_groups
    if user == context.account:
        return snapshot.owner_id == user or user in snapshot.create_volume_permission_userids
    return snapshot.owner_id == context.account and user in snapshot.create_volume_permission_userids


def _seen_by(account: str, snapshot: Answer) -> Answer:
    """Tags are shown to the owner alone."""
    own = snapshot["OwnerId"] == account
    return snapshot if own else {name: value for name, value in snapshot.items() if name != "Tags"}


def modify_attribute(context: Context, params: Params) -> Answer:
    """ModifySnapshotAttribute: permissions in both of AWS's forms, of which moto knows the older."""
    asked = params.get("CreateVolumePermission") or {}
    for verb in ("Add", "Remove"):
        given = asked.get(verb) or []
        groups = [one["Group"] for one in given if "Group" in one]
        users = [one["UserId"] for one in given if "UserId" in one]
        if groups or users:
            one_form = {"SnapshotId": params["SnapshotId"], "OperationType": verb.lower()}
            context.moto({**one_form, "GroupNames": groups, "UserIds": users})
    return {} if asked else context.moto()


HANDLERS: Mapping[str, Handler] = {"DescribeSnapshots": describe, "ModifySnapshotAttribute": modify_attribute}
