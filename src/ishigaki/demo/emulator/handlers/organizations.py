"""Organizations: what a member account may not ask, and what a delegated administrator may read."""

from collections.abc import Mapping

from moto.organizations.models import organizations_backends

from ishigaki.demo.emulator.state import PARTITION, Account, Answer, Context, Handler, Params, Refused

# What any account may call; everything else is the management account's, or read by delegated administrators.
ANYONE = frozenset(
    {
        "AcceptHandshake",
        "CancelHandshake",
        "CreateOrganization",
        "DeclineHandshake",
        "DescribeEffectivePolicy",
        "DescribeHandshake",
        "DescribeOrganization",
        "LeaveOrganization",
        "ListHandshakesForAccount",
    }
)
READS = ("Describe", "List")
DENIED = "You don't have permissions to access this resource."


def management_account(account: str) -> str | None:
    """The management account of the organization that the account is in."""
    if organizations_backends[account][PARTITION].org:
        return account
    found = organizations_backends.master_accounts.get(account)
    return str(found[0]) if found else None


def organization_id(account: str) -> str | None:
    """The organization that the account is in."""
    management = management_account(account)
    return str(organizations_backends[management][PARTITION].org.id) if management else None


def answering_account(context: Context) -> str:
    """Whose state is asked; refuses who is in no organization, and members that ask for too much."""
    if context.operation in ANYONE:
        return context.account
    management = management_account(context.account)
    if management is None:
        raise Refused(
            "AWSOrganizationsNotInUseException",
            "Your account is not a member of an organization.",
            status=400,
        )
    if management == context.account:
        return management
    backend = organizations_backends[management][PARTITION]
    delegated = context.account in {admin.account.id for admin in backend.admins}
    if not (delegated and context.operation.startswith(READS)):
        raise Refused("AccessDeniedException", DENIED, status=400)
    return management


def create_account(context: Context, params: Params) -> Answer:
    """CreateAccount: the new account is known; an e-mail address serves one account only."""
    backend = context.backend()
    if params["Email"].lower() in {account.email.lower() for account in backend.accounts}:
        failed = {"State": "FAILED", "FailureReason": "EMAIL_ALREADY_EXISTS"}
        return {"CreateAccountStatus": {"AccountName": params["AccountName"], **failed}}
    answer = context.moto()
    context.emulator.account(answer["CreateAccountStatus"]["AccountId"])
    return answer


def close_account(context: Context, params: Params) -> Answer:
    """CloseAccount: from then on nobody gets in."""
    answer = context.moto()
    context.emulator.account(params["AccountId"]).suspended = True
    return answer


def show_state(account: Account) -> None:
    """Tell the organization that the account is in, if it is in one, whether it is suspended."""
    management = management_account(account.id)
    for listed in organizations_backends[management][PARTITION].accounts if management else ():
        if listed.id == account.id:
            listed.status = listed.state = "SUSPENDED" if account.suspended else "ACTIVE"


HANDLERS: Mapping[str, Handler] = {"CloseAccount": close_account, "CreateAccount": create_account}
