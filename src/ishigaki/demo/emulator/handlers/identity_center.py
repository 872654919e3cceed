"""IAM Identity Center: the organization's instance, who may ask it, and what AWS is still at work on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.moto_api._internal import mock_random
from moto.organizations.models import organizations_backends

from ishigaki.demo.emulator.handlers.organizations import management_account
from ishigaki.demo.emulator.state import PARTITION, Answer, Context, Emulator, Handler, Params, Refused, now

LATER = 2  # requests after which AWS is done with what it took on
SERVICE = "sso.amazonaws.com"
DENIED = "User is not authorized to perform this operation on the management account"


@dataclass
class Set:
    """A permission set, and the accounts whose role is not as it is now."""

    arn: str
    shown: dict[str, Any]
    policies: list[str] = field(default_factory=list)
    references: list[dict[str, str]] = field(default_factory=list)
    inline: str = ""
    boundary: dict[str, Any] | None = None
    tags: dict[str, str] = field(default_factory=dict)
    outdated: set[str] = field(default_factory=set)


@dataclass
class Task:
    """Something that AWS has taken on: what is to be shown of it, and what is done in the end."""

    kind: str
    set_arn: str
    shown: dict[str, Any]
    work: Callable[[], str]  # why it failed; empty where it did not
    left: int = LATER


@dataclass
class Instance:
    """An organization's instance."""

    arn: str
    store: str
    owner: str
    region: str
    created: datetime = field(default_factory=now)
    sets: dict[str, Set] = field(default_factory=dict)
    assigned: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)  # by account and set
    tasks: dict[str, Task] = field(default_factory=dict)

    def accounts_of(self, set_arn: str) -> list[str]:
        return [account for account, arn in self.assigned if arn == set_arn]


def enable(emulator: Emulator, *, account: str, region: str) -> Instance:
    """Switch IAM Identity Center on, as its console does: for the whole organization where the account manages one."""
    kept = emulator.settings["sso-admin", account, PARTITION]
    if "instance" not in kept:
        name = f"ssoins-{mock_random.get_random_string(16, lower_case=True)}"
        store = f"d-{mock_random.get_random_string(10, lower_case=True)}"
        kept["instance"] = Instance(f"arn:aws:sso:::instance/{name}", store, account, region)
    found: Instance = kept["instance"]
    return found


def _visible(context: Context, *, anywhere: bool = False) -> Instance | None:
    """The instance that the caller sees in its Region: the account's own, or its organization's."""
    settings, management = context.emulator.settings, management_account(context.account)
    for account in filter(None, (context.account, management)):
        found: Instance | None = settings["sso-admin", account, PARTITION].get("instance")
        if found and (anywhere or found.region == context.region):
            return found
    return None


def _delegated(context: Context, owner: str) -> bool:
    admins = organizations_backends[owner][PARTITION].admins
    return any(a.account.id == context.account and SERVICE in a.services for a in admins)


def answering_account(context: Context) -> str:
    """Whose directory is asked; members that administer nothing are refused."""
    found = _visible(context)
    if found is None:
        return context.account
    administers = context.account == found.owner or _delegated(context, found.owner)
    if not administers and context.operation != "ListInstances":
        raise Refused("AccessDeniedException", "You do not have sufficient access", status=400)
    return found.owner


def instance_of(context: Context, params: Params) -> Instance:
    found = _visible(context)
    if found is None or found.arn != params["InstanceArn"]:
        raise Refused("ResourceNotFoundException", "Could not find the instance", status=400)
    _work(found)
    return found


def _work(instance: Instance) -> None:
    """Time passes: with each request AWS comes nearer to the end of what it took on."""
    for task in instance.tasks.values():
        task.left -= 1
        if task.left == 0:
            reason = task.work()
            task.shown["Status"] = "FAILED" if reason else "SUCCEEDED"
            if reason:
                task.shown["FailureReason"] = reason


def set_of(instance: Instance, params: Params) -> Set:
    found = instance.sets.get(params["PermissionSetArn"])
    if found is None:
        raise Refused("ResourceNotFoundException", "Could not find PermissionSet", status=400)
    return found


def changing(context: Context, params: Params) -> tuple[Instance, Set]:
    """The permission set that is to be changed: not by a delegate where the management account has it, and not while
    AWS is still at work on it."""
    instance = instance_of(context, params)
    found = set_of(instance, params)
    if context.account != instance.owner and instance.owner in instance.accounts_of(found.arn):
        raise Refused("AccessDeniedException", DENIED, status=400)
    if any(t.set_arn == found.arn and t.left > 0 for t in instance.tasks.values()):
        raise Refused("ConflictException", "There is a conflicting operation in progress", status=400)
    return instance, found


def list_instances(context: Context, params: Params) -> Answer:
    """ListInstances: the one that the caller sees, from its Region or asked for all Regions."""
    found = _visible(context, anywhere=params.get("RegionScope") == "ALL_REGIONS")
    if found is None:
        return {"Instances": []}
    shown = {"InstanceArn": found.arn, "IdentityStoreId": found.store, "OwnerAccountId": found.owner}
    state = {"CreatedDate": found.created, "Status": "ACTIVE", "PrimaryRegion": found.region}
    return {"Instances": [{**shown, **state}]}


HANDLERS: Mapping[str, Handler] = {
    "ListInstances": list_instances,
}
