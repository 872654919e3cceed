"""Lambda: what is required."""

from __future__ import annotations

import json

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.policy import open_to_everyone, open_to_service
from ishigaki.services import policies
from ishigaki.services.lambda_.resources import Function

S3 = "s3.amazonaws.com"
FROM_BUCKET = {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::example"}}
FROM_ACCOUNT = {"StringEquals": {"AWS:SourceAccount": "111122223333"}}


def _allowing(principal: object, **more: object) -> Function:
    statement = {
        "Sid": "Invoke",
        "Effect": "Allow",
        "Principal": principal,
        "Action": "lambda:InvokeFunction",
    }
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*", **more}]}
    return Function(policy=json.dumps(policy))


@control(
    "Lambda.1",
    examples=[
        passes(Function(policy=None)),
        passes(_allowing({"AWS": "arn:aws:iam::444455556666:root"})),
        passes(_allowing({"Service": "events.amazonaws.com"})),
        passes(_allowing("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}})),
        passes(_allowing({"Service": S3}, Condition={**FROM_BUCKET, **FROM_ACCOUNT})),
        fails("open_to_everyone", _allowing("*")),
        fails("open_to_everyone", _allowing({"AWS": "*"})),
        fails(
            "open_to_everyone",
            _allowing("*", Condition={"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}),
        ),
        fails("open_to_any_bucket", _allowing({"Service": S3})),
        fails("open_to_any_bucket", _allowing({"Service": S3}, Condition=FROM_BUCKET)),
    ],
)
def is_not_public(function: Function) -> Faults:
    """The function's policy is open to fixed callers only, and to S3 only for a fixed account.

    The ARN of a bucket names no account, and a bucket's name can be taken by another once it is deleted, so
    aws:SourceArn alone does not keep other accounts' buckets out.
    """
    if function.policy is None:
        return
    policy = policies.read(function.policy, "Function.policy")
    everyone, any_bucket = open_to_everyone(policy), open_to_service(policy, principal=S3)
    if not everyone.is_false:
        yield fault("open_to_everyone", statements=", ".join(everyone.statements))
    if not any_bucket.is_false:
        yield fault("open_to_any_bucket", statements=", ".join(any_bucket.statements))


CONTROLS = (is_not_public,)
