"""Lambda: what can be put right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Skip, Step, alters, change, note, skip, step
from ishigaki.core.policy import open_to_everyone, open_to_service
from ishigaki.core.population import AccountWide, some
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services import policies
from ishigaki.services.lambda_.resources import Function
from ishigaki.services.s3.buckets.resources import Bucket

S3 = "s3.amazonaws.com"
Statement = Mapping[str, Any]

VIA_URL = "InvokedViaFunctionUrl"
# How AddPermission's parameters come back as conditions (operators and keys are compared in lower case).
CONDITIONS = {
    ("arnlike", "aws:sourcearn"): "SourceArn",
    ("stringlike", "aws:sourcearn"): "SourceArn",
    ("stringequals", "aws:sourceaccount"): "SourceAccount",
    ("stringequals", "aws:principalorgid"): "PrincipalOrgID",
    ("stringequals", "lambda:functionurlauthtype"): "FunctionUrlAuthType",
    ("stringequals", "lambda:eventsourcetoken"): "EventSourceToken",
    ("bool", "lambda:invokedviafunctionurl"): VIA_URL,
}
ELEMENTS = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


def _permission(statement: Statement) -> dict[str, Any] | None:
    """What AddPermission has to be given to write the statement; None where it cannot."""
    principal = statement.get("Principal")
    if isinstance(principal, Mapping) and len(principal) == 1 and principal.keys() <= {"AWS", "Service"}:
        (principal,) = principal.values()
    conditions = _conditions(statement)
    named = {"StatementId": statement.get("Sid"), "Action": statement.get("Action"), "Principal": principal}
    if conditions is None or statement.keys() - ELEMENTS:
        return None
    if not all(isinstance(value, str) for value in named.values()):
        return None
    return {**named, **conditions}


def _conditions(statement: Statement) -> dict[str, Any] | None:
    """A statement's conditions as parameters; None where one of them is none of AddPermission's."""
    found: dict[str, Any] = {}
    for operator, keys in statement.get("Condition", {}).items():
        for key, value in keys.items():
            parameter = CONDITIONS.get((operator.lower(), key.lower()))
            if parameter is None or parameter in found or not isinstance(value, str):
                return None
            found[parameter] = value == "true" if parameter == VIA_URL else value
    return found


def _policy(*statements: Statement) -> Function:
    return Function(policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


EVERYONE = {
    "Sid": "Everyone",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "lambda:InvokeFunctionUrl",
    "Resource": "*",
    "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
}
SCHEDULE = {**EVERYONE, "Sid": "Schedule", "Principal": {"Service": "events.amazonaws.com"}, "Condition": {}}
FROM_BUCKET = {
    **EVERYONE,
    "Sid": "Bucket",
    "Principal": {"Service": S3},
    "Action": "lambda:InvokeFunction",
    "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::example"}},
}
BUCKET = Bucket(id="arn:aws:s3:::example", name="example")
BY_URL = {**EVERYONE, "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}}
OVER_TLS = {**EVERYONE, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_policy(EVERYONE)),
        mends(_policy(BY_URL, SCHEDULE)),
        mends(_policy(EVERYONE, FROM_BUCKET), BUCKET),
        mends(_policy(FROM_BUCKET), BUCKET),
        leaves(_policy(SCHEDULE)),
        leaves(Function(policy=None)),
        leaves(_policy(FROM_BUCKET), skip="bucket_of_unknown_owner"),
        leaves(_policy({**FROM_BUCKET, "Condition": {}}), BUCKET, skip="bucket_of_unknown_owner"),
        leaves(_policy(OVER_TLS), skip="permission_not_writable"),
    ],
)
def close_function(function: Function, buckets: AccountWide[Bucket]) -> Changes:
    """Removes the statements that let everyone call the function, and limits those that let S3 in for any account
    to this one, where the bucket is this account's.

    A limited statement is added before the old one goes, so that no event is lost. Versions and aliases have
    policies of their own, which are not touched.
    """
    if function.policy is None:
        return
    policy = policies.read(function.policy, "Function.policy")
    everyone, any_bucket = open_to_everyone(policy), open_to_service(policy, principal=S3)
    open_to_all = frozenset() if everyone.is_false else frozenset(everyone.statements)
    open_to_s3 = frozenset() if any_bucket.is_false else frozenset(any_bucket.statements)
    if not open_to_all | open_to_s3:
        return
    document = json.loads(said(function, "policy"))
    mending = Mending()
    for place, statement in enumerate(_statements(document)):
        name = statement.get("Sid") or f"Statement[{place}]"
        if name in open_to_all:
            mending = _removed(mending, function, statement, name)
        elif name in open_to_s3:
            mending = _limited(mending, function, statement, name, buckets=buckets)
        else:
            mending = replace(mending, statements=(*mending.statements, statement))
    if mending.steps:
        kept = json.dumps({**document, "Statement": list(mending.statements)})
        yield change(
            alters(function, policy=kept if mending.statements else None),
            steps=mending.steps,
            notes=(note("function_callers", function=function.name),),
        )
    yield from mending.left


@dataclass(frozen=True)
class Mending:
    """What becomes of the statements of a policy, in order, and the steps it takes."""

    statements: tuple[Statement, ...] = ()
    steps: tuple[Step, ...] = ()
    left: tuple[Skip, ...] = ()


def _statements(document: Mapping[str, Any]) -> list[Statement]:
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def _removed(mending: Mending, function: Function, statement: Statement, name: str) -> Mending:
    permission = _permission(statement)
    if permission is None:
        return _left(mending, statement, skip("permission_not_writable", statement=name))
    return replace(mending, steps=(*mending.steps, _removal(function, permission)))


def _limited(
    mending: Mending, function: Function, statement: Statement, name: str, *, buckets: AccountWide[Bucket]
) -> Mending:
    permission = _permission(statement)
    if permission is None:
        return _left(mending, statement, skip("permission_not_writable", statement=name))
    source = permission.get("SourceArn", "")
    if not some(buckets, lambda bucket: bucket.id == source):
        return _left(mending, statement, skip("bucket_of_unknown_owner", statement=name))
    after = {**permission, "StatementId": f"{name[:90]}-account", "SourceAccount": function.account}
    steps = (
        step(f"limit {name}", _add(function, after), undo=_remove(function, after)),
        _removal(function, permission),
    )
    return replace(
        mending, statements=(*mending.statements, _written(statement, after)), steps=(*mending.steps, *steps)
    )


def _left(mending: Mending, statement: Statement, why: Skip) -> Mending:
    return replace(mending, statements=(*mending.statements, statement), left=(*mending.left, why))


def _written(statement: Statement, permission: Mapping[str, Any]) -> Statement:
    """A statement for S3 as Lambda writes it once an account is given."""
    account = {"StringEquals": {"AWS:SourceAccount": permission["SourceAccount"]}}
    return {
        **statement,
        "Sid": permission["StatementId"],
        "Condition": {**statement["Condition"], **account},
    }


def _removal(function: Function, permission: Mapping[str, Any]) -> Step:
    return step(
        f"remove {permission['StatementId']}", _remove(function, permission), undo=_add(function, permission)
    )


def _add(function: Function, permission: Mapping[str, Any]) -> Call:
    return call("lambda", "AddPermission", FunctionName=function.name, **permission)


def _remove(function: Function, permission: Mapping[str, Any]) -> Call:
    return call(
        "lambda", "RemovePermission", FunctionName=function.name, StatementId=permission["StatementId"]
    )


REMEDIATIONS = {"Lambda.1": close_function}
