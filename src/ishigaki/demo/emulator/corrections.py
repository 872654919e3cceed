"""What moto writes otherwise than AWS. Set on its classes, as CloudFormation makes these things too."""

from collections.abc import Mapping
from typing import Any

from moto.awslambda.policy import Policy
from moto.core.serialize import never_return
from moto.iam.models import ManagedPolicy, iam_backends
from moto.iam.responses import IamResponse
from moto.moto_api._internal import mock_random
from moto.s3.models import OWNER
from moto.s3.responses import S3Response

from ishigaki.demo.emulator.state import PARTITION, Answer

# Parameter of AddPermission -> the operator and the key of the condition that AWS makes of it.
CONDITIONS: Mapping[str, tuple[str, str]] = {
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "OrganizationId": ("StringEquals", "aws:PrincipalOrgID"),  # of AddLayerVersionPermission
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}


def install() -> None:
    """Put the answers right; called once, before the first request."""
    Policy.decode_policy = _permission
    S3Response._acl_to_dict = staticmethod(_acl)
    ManagedPolicy.policy_name = property(lambda policy: policy.name)
    ManagedPolicy.policy_id = property(lambda policy: policy.id)
    ManagedPolicy.permissions_boundary_usage_count = property(_bounds)
    IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER["ListUsersResponse.Users.User.PermissionsBoundary"] = (
        never_return
    )


def _permission(policy: Any, given: Mapping[str, Any]) -> Any:
    """A Lambda permission as the one statement of a policy."""
    arn = getattr(policy.parent, "function_arn", None) or policy.parent.arn
    statement: dict[str, Any] = {
        "Sid": given.get("StatementId") or str(mock_random.uuid4()),
        "Effect": "Allow",
        "Principal": _principal(str(given["Principal"])),
        "Action": given["Action"],
        "Resource": f"{arn}:$LATEST",  # moto takes the version away again
    }
    for name, (operator, key) in CONDITIONS.items():
        if given.get(name) is not None:
            value = given[name]
            tests = statement.setdefault("Condition", {}).setdefault(operator, {})
            tests[key] = str(value).lower() if isinstance(value, bool) else value
    made = Policy(policy.parent)
    made.revision = given.get("RevisionId", "")
    made.statements.append(statement)
    return made


def _principal(name: str) -> str | dict[str, str]:
    """Everybody, an account, a service, or an ARN."""
    if name == "*":
        return name
    if name.isdigit():
        return {"AWS": f"arn:{PARTITION}:iam::{name}:root"}
    return {"AWS": name} if name.startswith("arn:") else {"Service": name}


def _acl(acl: Any) -> Answer:
    """An access control list: a grant of AWS's has one grantee and one permission."""
    return {
        "Owner": {"ID": OWNER},
        "Grants": [
            {
                "Grantee": {"Type": to.type, "URI": to.uri or None, "ID": to.id or None},
                "Permission": permission,
            }
            for grant in acl.grants
            for to in grant.grantees
            for permission in grant.permissions
        ],
    }


def _bounds(policy: Any) -> int:
    """How many users and roles the policy bounds."""
    iam = iam_backends[policy.account_id][PARTITION]
    boundaries = (
        getattr(one, "permissions_boundary", None) for one in (*iam.users.values(), *iam.roles.values())
    )
    return sum(1 for found in boundaries if found and found["PermissionsBoundaryArn"] == policy.arn)
