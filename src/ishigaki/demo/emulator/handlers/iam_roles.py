"""IAM: service-linked roles as AWS names and guards them; groups that are not empty."""

from collections.abc import Mapping
from typing import Any

from moto.config.models import config_backends
from moto.moto_api._internal import mock_random

from ishigaki.demo.emulator.defaults import SERVICE_LINKED_ROLES
from ishigaki.demo.emulator.handlers.aws_policies import load
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

LINKED = "/aws-service-role/"
POLICY = "arn:aws:iam::aws:policy/aws-service-role/"
# Service -> the role's name and AWS's policy for it, where moto's guess of the name is wrong or has no policy.
NAMED: Mapping[str, tuple[str, str]] = {
    "access-analyzer.amazonaws.com": ("AccessAnalyzer", "AccessAnalyzerServiceRolePolicy"),
    "config.amazonaws.com": ("Config", "AWSConfigServiceRolePolicy"),
    "guardduty.amazonaws.com": ("AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"),
    "inspector2.amazonaws.com": ("AmazonInspector2", "AmazonInspector2ServiceRolePolicy"),
    "macie.amazonaws.com": ("AmazonMacie", "AmazonMacieServiceRolePolicy"),
    "securityhub.amazonaws.com": ("SecurityHub", "AWSSecurityHubServiceRolePolicy"),
}


def _role(context: Context, name: str) -> Any:
    return next((role for role in context.backend().roles.values() if role.name == name), None)


def create_linked(context: Context, params: Params) -> Answer:
    """CreateServiceLinkedRole: once for a service, with AWS's policy attached."""
    service = str(params["AWSServiceName"])
    if service not in NAMED:
        return context.moto()
    suffix, policy = NAMED[service]
    name = f"AWSServiceRoleFor{suffix}"
    if _role(context, name) is not None:
        message = f"Service role name {name} has been taken in this account, please try a different suffix."
        raise Refused("InvalidInput", message, status=400)
    answer = context.moto()
    iam, role = context.backend(), _role(context, answer["Role"]["RoleName"])
    role.name = name
    load(context, [POLICY + policy])
    if POLICY + policy in iam.managed_policies:
        iam.attach_role_policy(POLICY + policy, name)
    return {"Role": {**answer["Role"], "RoleName": name, "Arn": role.arn}}


def delete_linked(context: Context, params: Params) -> Answer:
    """DeleteServiceLinkedRole: a task, which fails while the service uses the role."""
    role, name = _role(context, params["RoleName"]), params["RoleName"]
    if role is None or not role.path.startswith(LINKED):
        raise Refused("NoSuchEntity", f"The role with name {name} cannot be found.", status=404)
    task = f"task{role.path}{name}/{mock_random.uuid4()}"
    users = _users(context, role)
    context.partition_settings.setdefault("deletions", {})[task] = users
    if not users:
        for policy in list(role.managed_policies.values()):
            context.backend().detach_role_policy(policy.arn, name)
        context.moto()
    return {"DeletionTaskId": task}


def _users(context: Context, role: Any) -> list[str]:
    """What of the service still needs the role."""
    if role.name in SERVICE_LINKED_ROLES.values():
        return [role.name]
    recorders = (r for region in config_backends[context.account].values() for r in region.recorders.values())
    return [recorder.name for recorder in recorders if recorder.role_arn == role.arn]


def deletion_status(context: Context, params: Params) -> Answer:
    """GetServiceLinkedRoleDeletionStatus."""
    tasks = context.partition_settings.get("deletions", {})
    if params["DeletionTaskId"] not in tasks:
        raise Refused("NoSuchEntity", "There is no such deletion task.", status=404)
    if not (users := tasks[params["DeletionTaskId"]]):
        return {"Status": "SUCCEEDED"}
    usage = [{"Region": context.region, "Resources": users}]
    return {"Status": "FAILED", "Reason": {"Reason": "The role is in use.", "RoleUsageList": usage}}


def delete_role(context: Context, params: Params) -> Answer:
    """DeleteRole: not of a role that a service keeps."""
    role = _role(context, params["RoleName"])
    if role is not None and role.path.startswith(LINKED):
        message = f"Cannot perform the operation on the protected role '{role.name}'"
        raise Refused("UnmodifiableEntity", message, status=400)
    return context.moto()


def delete_group(context: Context, params: Params) -> Answer:
    """DeleteGroup: not while it has members or policies."""
    group = context.backend().groups.get(params["GroupName"])
    if group and group.users:
        raise Refused(
            "DeleteConflict", "Cannot delete entity, must remove users from group first.", status=409
        )
    if group and (group.policies or group.managed_policies):
        raise Refused("DeleteConflict", "Cannot delete entity, must delete policies first.", status=409)
    return context.moto()


def password_policy(context: Context, _: Params) -> Answer:
    """GetAccountPasswordPolicy: an age only where passwords expire."""
    answer = context.moto()
    policy = answer["PasswordPolicy"]
    unset = () if policy.get("ExpirePasswords") else ("MaxPasswordAge",)
    return {"PasswordPolicy": {name: value for name, value in policy.items() if name not in unset}}


HANDLERS: Mapping[str, Handler] = {
    "CreateServiceLinkedRole": create_linked,
    "DeleteGroup": delete_group,
    "DeleteRole": delete_role,
    "DeleteServiceLinkedRole": delete_linked,
    "GetAccountPasswordPolicy": password_policy,
    "GetServiceLinkedRoleDeletionStatus": deletion_status,
}
