"""The rooms, one per AWS service: what is collected, what is required, what is said. Nothing here acts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from types import ModuleType

import msgspec

from ishigaki.core.control import Control
from ishigaki.core.grant import Grant
from ishigaki.core.remediation import Remediation
from ishigaki.core.resource import Resource

ROOMS = (
    "accessanalyzer",
    "account",
    "acm",
    "acmpca",
    "apigateway",
    "appsync",
    "athena",
    "autoscaling",
    "backup",
    "bedrock_agentcore",
    "budgets",
    "cloudformation",
    "cloudfront",
    "cloudfront.origins",
    "cloudtrail",
    "cloudwatch",
    "codebuild",
    "cognito",
    "config_",
    "connect",
    "cost_explorer",
    "datasync",
    "dms",
    "dynamodb",
    "ec2.connections",
    "ec2.instances",
    "ec2.launches",
    "ec2.network_acls",
    "ec2.security_groups",
    "ec2.settings",
    "ec2.storage",
    "ec2.vpcs",
    "ecr",
    "ecs",
    "efs",
    "eks",
    "elasticache",
    "elasticbeanstalk",
    "elasticsearch",
    "elb",
    "elb.classic",
    "emr",
    "events",
    "firehose",
    "fsx",
    "glue",
    "guardduty",
    "iam.certificates",
    "iam.federation",
    "iam.identities",
    "iam.passwords",
    "iam.policies",
    "iam.root",
    "iam.users",
    "iam.users.retiring",
    "identity_center",
    "inspector2",
    "kinesis",
    "kms",
    "lambda_",
    "logs",
    "macie2",
    "mq",
    "msk",
    "network_firewall",
    "opensearch",
    "rds",
    "rds.documentdb",
    "rds.encryption",
    "rds.events",
    "rds.exposure",
    "rds.identities",
    "rds.monitoring",
    "rds.neptune",
    "rds.resilience",
    "rds.tls",
    "rds.upgrades",
    "redshift",
    "redshift_serverless",
    "route53",
    "s3.access_points",
    "s3.buckets",
    "s3.directory_buckets",
    "s3.permissions",
    "s3.public_access",
    "sagemaker",
    "secretsmanager",
    "securityhub",
    "securityhub.parameters",
    "service_catalog",
    "ses",
    "sns",
    "sqs",
    "ssm",
    "step_functions",
    "transfer",
    "waf",
    "workspaces",
)


def modules(part: str) -> Iterator[ModuleType]:
    """The rooms' modules of one kind: `resources`, `controls` or `remediations`; a room may have only the first."""
    for room in ROOMS:
        name = f"{__name__}.{room}.{part}"
        if find_spec(name) is not None:
            yield import_module(name)


@cache
def controls() -> dict[str, Control]:
    """Every implemented control, by id (with variant)."""
    return {c.id: c for module in modules("controls") for c in module.CONTROLS}


@cache
def remediations() -> dict[str, Remediation]:
    """The remediation of each control that an API can put right, by control id (with variant)."""
    return {c: r for module in modules("remediations") for c, r in module.REMEDIATIONS.items()}


@cache
def remedies() -> dict[str, Remediation]:
    """Every remediation by its name, those that only the baseline uses among them."""
    found: dict[str, Remediation] = {}
    for module in modules("remediations"):
        for value in vars(module).values():
            if isinstance(value, Remediation) and value.plan.__module__ == module.__name__:
                if value.name in found:
                    raise ValueError(f"two remediations are called {value.name}")
                found[value.name] = value
    return found


@cache
def resource_types() -> dict[str, tuple[type[Resource], ...]]:
    """For each AWS resource type the classes that list it: its inventory.

    `account` and `account_region` stand for the account. Where several classes share an AWS type, the first
    that is declared for a scope is the inventory of that scope (a web ACL may be regional or CloudFront's).
    """
    found: dict[str, tuple[type[Resource], ...]] = {}
    for module in modules("resources"):
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Resource)
                and value.__module__ == module.__name__
            ):
                known = found.get(value.aws, ())
                if value.scope not in {k.scope for k in known}:
                    found[value.aws] = (*known, value)
    return found


def key(kind: type[Resource]) -> str:
    """The name of a type in the table of reads: its room and class."""
    return f"{kind.__module__.removeprefix(__name__ + '.')}.{kind.__name__}"


@cache
def kinds() -> dict[str, type[Resource]]:
    """Every declared type by its key."""
    return {
        key(value): value
        for module in modules("resources")
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Resource) and value.__module__ == module.__name__
    }


@cache
def reads() -> dict[str, dict[str, list[str]]]:
    """For each control the members it reads of each type, as recorded over its examples (`make generate`)."""
    text = files(__name__).joinpath("reads.json").read_text(encoding="utf-8")
    return msgspec.json.decode(text, type=dict[str, dict[str, list[str]]])


class Writes(msgspec.Struct, frozen=True):
    """What a remediation reads of each type beyond what a scan lists, the IAM actions of what it does, of taking
    it back and of what it looks at meanwhile; `grants`: what it does and takes back, on which resources."""

    reads: dict[str, list[str]]
    permissions: list[str]
    undo: list[str]
    looks: list[str]
    grants: list[Grant]


@cache
def writes() -> dict[str, Writes]:
    """What each remediation reads and does, as recorded over its examples (`make generate`)."""
    text = files(__name__).joinpath("writes.json").read_text(encoding="utf-8")
    return msgspec.json.decode(text, type=dict[str, Writes])
