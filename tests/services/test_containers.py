"""Containers and builds: calendars as time passes, and what is not known or not seen never passes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ishigaki.core.control import EXAMPLE_NOW, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Status
from ishigaki.core.record import replace
from ishigaki.core.resource import Resource
from ishigaki.services import controls
from ishigaki.services.codebuild.resources import Project, Repository
from ishigaki.services.ec2.vpcs.resources import Subnet
from ishigaki.services.ecs.controls import ON_FARGATE, TASK, WINDOWS_FARGATE
from ishigaki.services.ecs.resources import Service, TaskDefinition
from ishigaki.services.eks.resources import Cluster, Nodegroup
from ishigaki.services.elasticbeanstalk.resources import Environment, Option
from ishigaki.services.lambda_.resources import Function
from ishigaki.services.step_functions.resources import StateMachine

PASSED, FAILED, NOT_AVAILABLE = Status.PASSED, Status.FAILED, Status.NOT_AVAILABLE


def verdict(
    control: str, subject: Resource, *given: Resource, now: datetime = EXAMPLE_NOW, listed: bool = True
) -> Status | None:
    finding = judge_example(controls()[control], Example(subject, given, None), now=now, listed=listed)
    return finding.status if finding else None


@pytest.mark.parametrize(
    ("version", "day", "expected"),
    [
        ("1.34", "2026-12-01", PASSED),
        ("1.34", "2026-12-02", FAILED),
        ("1.32", "2026-01-01", FAILED),
        ("1.36", "2027-03-26", PASSED),
        ("1.36", "2027-03-27", NOT_AVAILABLE),
        ("1.35", "2030-01-01", FAILED),
        ("2.0", "2026-12-01", PASSED),
        ("1.34.2", "2026-12-01", NOT_AVAILABLE),
        ("", "2026-12-01", NOT_AVAILABLE),
    ],
)
def test_kubernetes_versions_as_time_passes(version: str, day: str, expected: Status) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert verdict("EKS.2", Cluster(version=version), now=now) is expected
    assert verdict("EKS.9", Nodegroup(version=version), now=now) is expected


@pytest.mark.parametrize(
    ("runtime", "day", "expected"),
    [
        ("dotnet8", "2026-11-09", PASSED),
        ("dotnet8", "2026-11-10", FAILED),
        ("python3.14", "2029-07-01", FAILED),
        ("python3.9", "2025-01-01", FAILED),
        ("python4.0", "2026-11-09", NOT_AVAILABLE),
        ("provided.al2023", "2026-11-09", None),
        ("provided", "2026-11-09", None),
    ],
)
def test_lambda_runtimes_as_time_passes(runtime: str, day: str, expected: Status | None) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert verdict("Lambda.2", Function(package_type="Zip", runtime=runtime), now=now) is expected


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (replace(ON_FARGATE, platform_version="1.5.0"), NOT_AVAILABLE),
        (replace(WINDOWS_FARGATE, platform_version="1.4.0"), NOT_AVAILABLE),
        (replace(ON_FARGATE, platform_version="newest"), NOT_AVAILABLE),
        (replace(ON_FARGATE, platform_version="1.3.0").without("platform_family"), NOT_AVAILABLE),
        (replace(ON_FARGATE, launch_type="EXTERNAL", platform_version="1.3.0"), None),
    ],
)
def test_platform_versions(service: Service, expected: Status | None) -> None:
    assert verdict("ECS.10", service) is expected


def _as_user(user: str) -> TaskDefinition:
    (app,) = TASK.container_definitions
    return replace(TASK, container_definitions=(replace(app, user=user),))


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("www", PASSED),
        ("1000:0", PASSED),
        ("rooted", PASSED),
        ("10", PASSED),
        ("00", FAILED),
        (":1000", FAILED),
        ("0", FAILED),
    ],
)
def test_users_that_are_root(user: str, expected: Status) -> None:
    assert verdict("ECS.20", _as_user(user)) is expected


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("ContainerUser", PASSED),
        ("User Manager\\ContainerAdministrator", FAILED),
        ("CONTAINERADMINISTRATOR", FAILED),
    ],
)
def test_users_that_are_windows_administrators(user: str, expected: Status) -> None:
    assert verdict("ECS.21", replace(_as_user(user), system="WINDOWS_SERVER_2025_FULL")) is expected


@pytest.mark.parametrize(
    ("kind", "location", "expected"),
    [
        ("BITBUCKET", "redacted:str:52:0011223344556677", NOT_AVAILABLE),
        ("BITBUCKET", "https://redacted:str:9:0011223344556677@bitbucket.org/a/b.git", FAILED),
        ("BITBUCKET", "https://bitbucket.org/a/b.git", PASSED),
        ("GITHUB", "redacted:str:52:0011223344556677", PASSED),
    ],
)
def test_addresses_of_sources(kind: str, location: str, expected: Status) -> None:
    source = Repository(type=kind, location=location)
    plain = Repository(type="GITHUB", location=None)
    assert verdict("CodeBuild.1", Project(source=source, secondary_sources=())) is expected
    assert verdict("CodeBuild.1", Project(source=plain, secondary_sources=(plain, source))) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", PASSED),
        ("false", FAILED),
        ("redacted:str:4:0011223344556677", NOT_AVAILABLE),
        ("yes", NOT_AVAILABLE),
    ],
)
def test_options_that_are_not_kept_or_not_known(value: str, expected: Status) -> None:
    streamed = Option(namespace="aws:elasticbeanstalk:cloudwatch:logs", option_name="StreamLogs", value=value)
    assert verdict("ElasticBeanstalk.3", Environment(options=(streamed,))) is expected


def test_an_option_that_is_not_shown_is_unseen() -> None:
    elsewhere = Option(namespace="aws:elasticbeanstalk:other", option_name="StreamLogs", value="true")
    assert verdict("ElasticBeanstalk.3", Environment(options=(elsewhere,))) is NOT_AVAILABLE


HERE = Subnet(name="subnet-a", availability_zone="ap-northeast-1a")
THERE = Subnet(name="subnet-c", availability_zone="ap-northeast-1c")


def test_subnets_that_are_not_seen() -> None:
    function = Function(subnet_ids=("subnet-a", "subnet-c", "subnet-x"))
    assert verdict("Lambda.5", function, HERE, THERE) is PASSED
    assert verdict("Lambda.5", function, HERE) is NOT_AVAILABLE
    assert verdict(
        "Lambda.5", Function(subnet_ids=("subnet-a", "subnet-c")), HERE, THERE.without("name")
    ) is (NOT_AVAILABLE)
    assert verdict("Lambda.5", function, HERE, THERE, listed=False) is NOT_AVAILABLE


def test_a_level_that_is_not_known() -> None:
    assert verdict("StepFunctions.1", StateMachine(logging_level="TRACE")) is NOT_AVAILABLE
