"""IAM: the root user, passwords' dates, AWS's managed policies loaded when they are first used."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ishigaki.demo.emulator.handlers import credential_report
from ishigaki.demo.emulator.handlers.aws_policies import AWS_POLICY, every_policy, load
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, now

VIRTUAL_ROOT_MFA = "arn:aws:iam::{}:mfa/root-account-mfa-device"
USED_AS: Mapping[str, str] = {  # how a policy may be used -> what counts it
    "PermissionsPolicy": "AttachmentCount",
    "PermissionsBoundary": "PermissionsBoundaryUsageCount",
}


def with_policy(context: Context, params: Params) -> Answer:
    """Moto's answer, once the AWS policy that is named exists."""
    load(context, [params["PolicyArn"]])
    return context.moto()


def list_policies(context: Context, params: Params) -> Answer:
    """ListPolicies: AWS's own too unless only local or used ones are wanted (slow, as they are 1,500)."""
    usage = USED_AS.get(str(params.get("PolicyUsageFilter")))
    if params.get("Scope") != "Local" and not params.get("OnlyAttached") and not usage:
        load(context, every_policy())
    answer = context.moto(params)
    if usage:
        answer["Policies"] = [policy for policy in answer.get("Policies") or [] if policy[usage]]
    return answer


def authorization_details(context: Context, params: Params) -> Answer:
    """GetAccountAuthorizationDetails: of AWS's policies only those in use."""
    answer = context.moto(params)
    policies = answer.get("Policies") or []
    answer["Policies"] = [
        p for p in policies if AWS_POLICY not in p["Arn"] or any(map(p.get, USED_AS.values()))
    ]
    return answer


def account_summary(context: Context, _: Params) -> Answer:
    """GetAccountSummary: with the root user's credentials."""
    root = context.emulator.account(context.account).root
    answer = context.moto()
    answer["SummaryMap"] |= {
        "AccountMFAEnabled": int(root.mfa != "none"),
        "AccountAccessKeysPresent": int(root.access_keys > 0),
        "AccountPasswordPresent": int(root.password),
    }
    return answer


def virtual_devices(context: Context, params: Params) -> Answer:
    """ListVirtualMFADevices: the root user's own among them, if it is a virtual one."""
    answer = context.moto(params)
    account = context.emulator.account(context.account)
    if account.root.mfa != "virtual" or params.get("AssignmentStatus") == "Unassigned":
        return answer
    arn = f"arn:aws:iam::{context.account}:root"
    user = {"Path": "/", "UserName": "root", "UserId": context.account, "Arn": arn}
    device = {
        "SerialNumber": VIRTUAL_ROOT_MFA.format(context.account),
        "EnableDate": account.created,
        "User": {**user, "CreateDate": account.created},
    }
    return {**answer, "VirtualMFADevices": [device, *answer["VirtualMFADevices"]]}


def _passwords(context: Context) -> tuple[dict[str, datetime], dict[str, bool]]:
    """When each password was set, and who must choose a new one."""
    kept = context.partition_settings
    return kept.setdefault("password_changes", {}), kept.setdefault("reset_required", {})


def put_password(context: Context, params: Params) -> Answer:
    """CreateLoginProfile and UpdateLoginProfile: what moto forgets of them."""
    answer = context.moto({**_kept_password(context, params), **params})
    changes, resets = _passwords(context)
    if params.get("Password") is not None:
        changes[params["UserName"]] = now().replace(tzinfo=None)
    if params.get("PasswordResetRequired") is not None:
        resets[params["UserName"]] = bool(params["PasswordResetRequired"])
    return _profile(context, params["UserName"], answer)


def _kept_password(context: Context, params: Params) -> Params:
    """The password as it is, which moto forgets when an update does not repeat it."""
    user = context.backend().users.get(params["UserName"])
    updates = context.operation == "UpdateLoginProfile" and user and user.password
    return {"Password": user.password} if updates else {}


def get_password(context: Context, params: Params) -> Answer:
    """GetLoginProfile."""
    return _profile(context, params["UserName"], context.moto())


def _profile(context: Context, user: str, answer: Answer) -> Answer:
    changes, resets = _passwords(context)
    if "LoginProfile" in answer:
        made = changes.get(user)
        date = {"CreateDate": made.replace(tzinfo=UTC)} if made else {}
        answer["LoginProfile"] |= {"PasswordResetRequired": resets.get(user, False), **date}
    return answer


def delete_password(context: Context, params: Params) -> Answer:
    """DeleteLoginProfile."""
    answer = context.moto()
    for kept in _passwords(context):
        kept.pop(params["UserName"], None)
    return answer


NAMING_A_POLICY = (
    "AttachGroupPolicy",
    "AttachRolePolicy",
    "AttachUserPolicy",
    "GetPolicy",
    "GetPolicyVersion",
    "ListPolicyVersions",
)
HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(NAMING_A_POLICY, with_policy),
    "CreateLoginProfile": put_password,
    "DeleteLoginProfile": delete_password,
    "GenerateCredentialReport": credential_report.generate,
    "GetAccountAuthorizationDetails": authorization_details,
    "GetAccountSummary": account_summary,
    "GetCredentialReport": credential_report.get,
    "GetLoginProfile": get_password,
    "ListPolicies": list_policies,
    "ListVirtualMFADevices": virtual_devices,
    "UpdateLoginProfile": put_password,
}
