"""IAM Identity Center: one instance for an organization, where moto shows one in every account and Region.

It is there once the control endpoint has enabled it (`PUT identity-center`), as the console does. Every account of the
organization sees it; its management account and a delegated administrator look into it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.backends import get_backend
from moto.organizations.models import organizations_backends

from ishigaki.demo.emulator.handlers.organizations import management_account
from ishigaki.demo.emulator.state import PARTITION, Answer, Context, Emulator, Handler, Params, Refused

PRINCIPAL = "sso.amazonaws.com"  # a delegated administrator's, in Organizations
SERVICE = "sso-admin"


def enable(emulator: Emulator, body: Mapping[str, Any]) -> Answer:
    """Have an instance in the account and Region: that of the whole organization, where the account manages one."""
    account, region = emulator.account(body["account"]).id, body["region"]
    emulator.settings[SERVICE, account, PARTITION]["region"] = region
    return _shown(account, region)


def _owner(context: Context) -> str | None:
    """The account whose instance the caller sees."""
    management = management_account(context.account)
    for account in (context.account, management):
        if account and "region" in context.emulator.settings[SERVICE, account, PARTITION]:
            return account
    return None


def answering_account(context: Context) -> str:
    """Whose state is asked; refuses who may not look into the organization's instance."""
    owner = _owner(context)
    if context.operation == "ListInstances" or owner in (None, context.account):
        return context.account
    admins = organizations_backends[owner][PARTITION].admins
    if context.account not in {a.account.id for a in admins if PRINCIPAL in a.services}:
        raise Refused(
            "AccessDeniedException", "You do not have sufficient access to perform this action.", status=400
        )
    return str(owner)


def list_instances(context: Context, params: Params) -> Answer:
    """ListInstances: the one that the caller sees, from its Region or asked for all Regions."""
    owner = _owner(context)
    if owner is None:
        return {"Instances": []}
    region = context.emulator.settings[SERVICE, owner, PARTITION]["region"]
    here = params.get("RegionScope") == "ALL_REGIONS" or region == context.region
    return {"Instances": [_shown(owner, region)] if here else []}


def _shown(owner: str, region: str) -> Answer:
    (instance,) = get_backend(SERVICE)[owner][region].instances
    return {
        "InstanceArn": instance.instance_arn,
        "IdentityStoreId": instance.identity_store_id,
        "OwnerAccountId": owner,
        "CreatedDate": datetime.fromtimestamp(int(instance.created_date), UTC),
        "Status": instance.status,
        "PrimaryRegion": region,
    }


def provisioned_accounts(context: Context, params: Params) -> Answer:
    """ListAccountsForProvisionedPermissionSet: wherever it is assigned."""
    assigned = context.backend().account_assignments
    found = [a.target_id for a in assigned if a.permission_set_arn == params["PermissionSetArn"]]
    return {"AccountIds": list(dict.fromkeys(found))}


HANDLERS: Mapping[str, Handler] = {
    "ListAccountsForProvisionedPermissionSet": provisioned_accounts,
    "ListInstances": list_instances,
}
