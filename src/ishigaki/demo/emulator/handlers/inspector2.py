"""Inspector: what it scans in an account and Region."""

from collections.abc import Mapping
from typing import Any

from ishigaki.demo.emulator.handlers.organizations import management_account
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

MEMBERS: Mapping[str, str] = {  # resource type -> member of the answers
    "EC2": "ec2",
    "ECR": "ecr",
    "LAMBDA": "lambda",
    "LAMBDA_CODE": "lambdaCode",
    "CODE_REPOSITORY": "codeRepository",
}


def _on(context: Context, account: str) -> set[str]:
    of_region = context.emulator.settings["inspector2", account, context.region]
    found: set[str] = of_region.setdefault("on", set())
    return found


def _accounts(context: Context, params: Params) -> list[str]:
    return list(params.get("accountIds") or [context.account])


def _word(on: bool) -> str:
    return "ENABLED" if on else "DISABLED"


def _state(on: bool) -> dict[str, Any]:
    return {"status": _word(on), "errorCode": "", "errorMessage": ""}


def status(context: Context, params: Params) -> Answer:
    """BatchGetAccountStatus; of other accounts only for those this one may ask about: itself."""
    mine = [account for account in _accounts(context, params) if account == context.account]
    others = [account for account in _accounts(context, params) if account != context.account]
    accounts = []
    for account in mine:
        on = _on(context, account)
        resources = {member: _state(kind in on) for kind, member in MEMBERS.items()}
        accounts.append({"accountId": account, "state": _state(bool(on)), "resourceState": resources})
    refused = {"errorCode": "ACCESS_DENIED", "errorMessage": "The account is not a member."}
    return {"accounts": accounts, "failedAccounts": [{"accountId": a, **refused} for a in others]}


def _switched(context: Context, params: Params) -> Answer:
    accounts = [
        {
            "accountId": account,
            "status": _word(bool(_on(context, account))),
            "resourceStatus": {m: _word(kind in _on(context, account)) for kind, m in MEMBERS.items()},
        }
        for account in _accounts(context, params)
    ]
    return {"accounts": accounts, "failedAccounts": []}


def enable(context: Context, params: Params) -> Answer:
    """Enable: at once, where AWS answers ENABLING for a while."""
    for account in _accounts(context, params):
        _on(context, account).update(params["resourceTypes"])
    return _switched(context, params)


def disable(context: Context, params: Params) -> Answer:
    """Disable: some resource types, or all."""
    for account in _accounts(context, params):
        _on(context, account).difference_update(params.get("resourceTypes") or list(MEMBERS))
    return _switched(context, params)


def delegated_administrator(context: Context, _: Params) -> Answer:
    """GetDelegatedAdminAccount: where the organization has one for Inspector in this Region."""
    management = management_account(context.account)
    known = context.backend(account=management).admin_accounts if management else {}
    for account, state in known.items():
        if state == "ENABLED":
            return {"delegatedAdmin": {"accountId": account, "relationshipStatus": state}}
    raise Refused("ResourceNotFoundException", "There is no delegated administrator.")


HANDLERS: Mapping[str, Handler] = {
    "BatchGetAccountStatus": status,
    "Disable": disable,
    "Enable": enable,
    "GetDelegatedAdminAccount": delegated_administrator,
}
