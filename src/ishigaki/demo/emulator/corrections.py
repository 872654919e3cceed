"""What moto writes otherwise than AWS. Set on its classes, as CloudFormation makes these things too."""

from collections.abc import Mapping
from inspect import signature
from typing import Any

from moto.awslambda.policy import Policy
from moto.core.serialize import never_return
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule
from moto.iam.models import ManagedPolicy, iam_backends
from moto.iam.responses import IamResponse
from moto.moto_api._internal import mock_random
from moto.s3.models import OWNER, FakeBucket, S3Backend
from moto.s3.responses import S3Response

from ishigaki.demo.emulator.handlers.delivery import may_write
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
    FakeBucket._log_permissions_enabled_policy = staticmethod(_takes_access_logs)
    # AWS delivers hours later; an object that a mere look makes would keep a bucket from being deleted.
    S3Backend.log_incoming_request = lambda *_: None
    _with_descriptions()
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


def _with_descriptions() -> None:
    """Security group rules described whatever their source, and told apart by everything else."""
    make, flatten = SecurityGroupRule.__init__, SecurityGroup._flattened_rules
    parameters = signature(make)

    def made(rule: Any, *args: Any, **kwargs: Any) -> None:
        make(rule, *args, **kwargs)
        prefixes = parameters.bind(rule, *args, **kwargs).arguments.get("prefix_list_id")
        rule.prefix_description = (prefixes or {}).get("Description")

    def flattened(group: Any, rules: Any) -> Any:
        views = flatten(group, rules)
        said = {
            (r.ip_protocol, r.from_port, r.to_port, r.prefix_list_id): r.prefix_description for r in rules
        }
        for view in views:
            place = (view.ip_protocol, view.from_port, view.to_port)
            for listed in view.prefix_list_ids:
                if description := said[*place, listed["PrefixListId"]]:
                    listed["Description"] = description
        return views

    SecurityGroupRule.__init__, SecurityGroup._flattened_rules = made, flattened
    SecurityGroupRule.description = property(_description)
    SecurityGroupRule.__eq__ = lambda rule, other: _admits(rule) == _admits(other)


def _description(rule: Any) -> str | None:
    said = (rule.ip_range.get("Description"), rule.source_group.get("Description"), rule.prefix_description)
    return next(filter(None, said), None)


def _admits(rule: Any) -> tuple[Any, ...]:
    """What a rule is about; AWS wants no description to find a rule by."""
    ports = () if rule.ip_protocol == "-1" else (rule.from_port, rule.to_port)
    source = (rule.cidr_ipv4, rule.cidr_ipv6, rule.source_group.get("GroupId"), rule.prefix_list_id)
    return (rule.ip_protocol, *ports, *source)


def _takes_access_logs(target_bucket: Any, target_prefix: str | None) -> bool:
    """Whether a bucket's policy lets S3 write server access logs under the prefix."""
    return may_write(target_bucket, "logging.s3.amazonaws.com", f"{target_prefix or ''}log")


def _bounds(policy: Any) -> int:
    """How many users and roles the policy bounds."""
    iam = iam_backends[policy.account_id][PARTITION]
    boundaries = (
        getattr(one, "permissions_boundary", None) for one in (*iam.users.values(), *iam.roles.values())
    )
    return sum(1 for found in boundaries if found and found["PermissionsBoundaryArn"] == policy.arn)
