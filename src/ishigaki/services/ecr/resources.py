"""ECR: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Batch, Resource, Source, facet, resource


class Scanning(Value):
    """What the registry's rules come to for one repository."""

    scan_frequency: str = member(values=("SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"))


@resource(
    "AWS::ECR::Repository",
    listed_by=call("ecr", "DescribeRepositories", maxResults=1000),
    at="repositories",
    id="{repositoryArn}",
    name="{repositoryName}",
    owner="{registryId}",
)
class Repository(Resource):
    """A private repository."""

    image_tag_mutability: str = member(
        values=("MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION")
    )
    scanning: Scanning = facet(
        Source(
            call("ecr", "BatchGetRepositoryScanningConfiguration"),
            "scanningConfigurations",
            Batch(param="repositoryNames", of="{repositoryName}", size=25, by="{repositoryName}"),
        )
    )
    lifecycle_policy: str | None = facet(
        call("ecr", "GetLifecyclePolicy", repositoryName="{repositoryName}"),
        at="lifecyclePolicyText",
        absent={"LifecyclePolicyNotFoundException": None},
        why="The lifecycle policy could not be found, and no policy is set to the repository",
    )


class Filter(Value):
    filter: str
    filter_type: str


class Rule(Value):
    """Which repositories are scanned, and when."""

    scan_frequency: str
    repository_filters: tuple[Filter, ...]


@resource(
    "ecr_registry",
    listed_by=call("ecr", "GetRegistryScanningConfiguration"),
    id="arn:{partition}:ecr:{region}:{account}:registry",
    name="{registryId}",
    owner="{registryId}",
)
class Registry(Resource):
    """The account's private registry in one Region, and how it scans."""

    scan_type: str = member(at="scanningConfiguration.scanType", values=("BASIC", "ENHANCED"))
    rules: tuple[Rule, ...] = member(at="scanningConfiguration.rules")
