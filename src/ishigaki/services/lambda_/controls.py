"""Lambda: what is required."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Literal

from ishigaki.core.control import Parameters, cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.policy import open_to_everyone, open_to_service
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, UNKNOWN_VALUE, Unseen
from ishigaki.services import policies
from ishigaki.services.ec2.vpcs.resources import Subnet
from ishigaki.services.lambda_.resources import Environment, Function
from ishigaki.services.lambda_.secret_names import says_secret

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


# When Lambda deprecates a runtime, by the tables of "Lambda runtimes" in its developer guide, as cfn-lint 1.58.0 carries
# them (2026); docs/adr says why they are here.
DEPRECATED_FROM = {
    "dotnet8": date(2026, 11, 10),
    "dotnet10": date(2028, 11, 14),
    "java8.al2": date(2027, 6, 30),
    "java11": date(2027, 6, 30),
    "java17": date(2027, 6, 30),
    "java21": date(2029, 6, 30),
    "java25": date(2029, 6, 30),
    "nodejs22.x": date(2027, 4, 30),
    "nodejs24.x": date(2028, 4, 30),
    "python3.10": date(2026, 10, 31),
    "python3.11": date(2027, 6, 30),
    "python3.12": date(2028, 10, 31),
    "python3.13": date(2029, 6, 30),
    "python3.14": date(2029, 6, 30),
    "ruby3.3": date(2027, 3, 31),
    "ruby3.4": date(2028, 3, 31),
    "ruby4.0": date(2029, 3, 31),
}
DEPRECATED = frozenset(
    [
        "dotnetcore1.0",
        "dotnetcore2.0",
        "dotnetcore2.1",
        "dotnetcore3.1",
        "dotnet6",
        "go1.x",
        "java8",
        "nodejs",
        "nodejs4.3",
        "nodejs4.3-edge",
        "nodejs6.10",
        "nodejs8.10",
        "nodejs10.x",
        "nodejs12.x",
        "nodejs14.x",
        "nodejs16.x",
        "nodejs18.x",
        "nodejs20.x",
        "python2.7",
        "python3.6",
        "python3.7",
        "python3.8",
        "python3.9",
        "ruby2.5",
        "ruby2.7",
        "ruby3.2",
    ]
)
OS_ONLY = "provided"  # `provided`, `provided.al2`, `provided.al2023`: the function brings its own language
PYTHON = Function(package_type="Zip", runtime="python3.13")


@control(
    "Lambda.2",
    where=lambda function: function.package_type == "Zip" and not function.runtime.startswith(OS_ONLY),
    examples=[
        passes(PYTHON),
        passes(replace(PYTHON, runtime="dotnet8")),
        fails("old_runtime", replace(PYTHON, runtime="python3.10")),
        fails("old_runtime", replace(PYTHON, runtime="nodejs20.x")),
        fails("old_runtime", replace(PYTHON, runtime="go1.x")),
        cannot_tell(replace(PYTHON, runtime="python4.0")),
        ignores(replace(PYTHON, runtime="provided.al2")),
        ignores(Function(package_type="Image")),
    ],
)
def uses_supported_runtime(function: Function, now: datetime) -> Faults:
    """A function from a .zip file uses a runtime that Lambda has not deprecated; one unknown here is not judged.

    Container images and the OS-only runtimes are not asked about, as AWS's rule says.
    """
    end = DEPRECATED_FROM.get(function.runtime)
    if end is None and function.runtime not in DEPRECATED:
        raise Unseen("Function.runtime", UNKNOWN_VALUE)
    if end is None or now.astimezone(UTC).date() >= end:
        yield fault("old_runtime", runtime=function.runtime)


class Zones(Parameters, frozen=True):
    """What AWS lets an account set of Lambda.5."""

    availability_zones: Literal[2, 3, 4, 5, 6] = 2


SUBNETS = [Subnet(name=f"subnet-{zone}", availability_zone=f"ap-northeast-1{zone}") for zone in "acd"]
IN_VPC = Function(subnet_ids=("subnet-a", "subnet-c"))


@control(
    "Lambda.5",
    where=lambda function: bool(function.subnet_ids),
    examples=[
        passes(IN_VPC, *SUBNETS),
        passes(
            Function(subnet_ids=("subnet-a", "subnet-c", "subnet-d")),
            *SUBNETS,
            asked=Zones(availability_zones=3),
        ),
        fails("few_zones", Function(subnet_ids=("subnet-a",)), *SUBNETS),
        fails(
            "few_zones",
            Function(subnet_ids=("subnet-a", "subnet-b")),
            *SUBNETS,
            replace(SUBNETS[0], name="subnet-b"),
        ),
        fails("few_zones", IN_VPC, *SUBNETS, asked=Zones(availability_zones=3)),
        cannot_tell(Function(subnet_ids=("subnet-a", "subnet-unknown")), *SUBNETS),
        passes(Function(subnet_ids=("subnet-a", "subnet-c", "subnet-unknown")), *SUBNETS),
        ignores(Function(subnet_ids=()), *SUBNETS),
    ],
)
def spans_zones(function: Function, subnets: Given[Subnet], asked: Zones) -> Faults:
    """A function that is attached to a VPC has subnets in as many Availability Zones as are asked for, or more."""
    found = [(id, [*subnets.by("name")[id]]) for id in function.subnet_ids]
    zones = {subnet.availability_zone for _, those in found for subnet in those}
    if len(zones) >= asked.availability_zones:
        return
    for id, those in found:
        if not those:
            raise Unseen(f"Subnet {id}", NOT_IN_ANSWER)
    yield fault("few_zones", zones=len(zones), least=asked.availability_zones)


HIDDEN = "redacted:str:8:0011223344556677"  # how every value is collected


def _with(*names: str) -> Function:
    return Function(environment=Environment(variables=dict.fromkeys(names, HIDDEN), error=None))


@control(
    "Ishigaki.Lambda.1",
    examples=[
        passes(Function(environment=None)),
        passes(_with()),
        passes(_with("STAGE", "TABLE_NAME", "TOKENIZER", "MAX_TOKENS", "PASSWORDLESS", "KMS_KEY")),
        passes(
            _with("DB_PASSWORD_ARN", "SECRET_NAME", "CLIENT_SECRET_ID", "TOKEN_PATH", "API_KEY_PARAMETER")
        ),
        passes(_with("SECRETS_MANAGER_TTL", "PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE", "PASSWORD_LENGTH")),
        *(
            fails("secret_in_variable", _with("STAGE", name))
            for name in (
                "DB_PASSWORD",
                "MYSQL_PASSWD",
                "SMTP_PASS",
                "CLIENT_SECRET",
                "SLACK_TOKEN",
                "STRIPE_API_KEY",
                "MAIL_ACCESS_KEY",
                "SSH_PRIVATE_KEY",
                "LDAP_CREDENTIALS",
                "CONNECTION_STRING",
                "DATABASE_URL",
                "dbPassword",
                "apikey",
            )
        ),
        fails("secret_in_variable", _with("DB_PASSWORD_ARN", "DB_PASSWORD")),
        cannot_tell(Function(environment=Environment(error="AccessDeniedException"))),
        cannot_tell(
            Function(environment=Environment(variables={"STAGE": HIDDEN}, error="AccessDeniedException"))
        ),
    ],
)
def keeps_secrets_out_of_variables(function: Function) -> Faults:
    """No environment variable of the function has a name which says that its value is a secret.

    A control of our own: no standard of AWS's asks for it. It is judged by names alone, since values are redacted
    when they are collected: a secret under a harmless name is not seen, and a name that ends as a reference or a
    setting does (`_ARN`, `_NAME`, `_ID`, `_PATH`, `_FILE`, `_PARAMETER`, `_TTL` …) is no fault. Where Lambda could
    not read the variables it cannot be told. Published versions have variables of their own, which are not asked about.
    """
    environment = function.environment
    if environment is None:
        return
    if environment.error is not None:
        raise Unseen("Function.environment", environment.error)
    for name in sorted(filter(says_secret, environment.variables)):
        yield fault("secret_in_variable", variable=name)


CONTROLS = (is_not_public, uses_supported_runtime, spans_zones, keeps_secrets_out_of_variables)
