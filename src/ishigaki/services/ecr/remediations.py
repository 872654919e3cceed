"""ECR: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, skip, step
from ishigaki.core.population import Given, chosen
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.ecr.controls import is_not_scanned
from ishigaki.services.ecr.resources import Filter, Registry, Repository, Rule, Scanning

ON_PUSH = "SCAN_ON_PUSH"
EVERY = {"filter": "*", "filterType": "WILDCARD"}

REGISTRY = Registry(
    id="arn:aws:ecr:ap-northeast-1:111122223333:registry", name="111122223333", scan_type="BASIC", rules=()
)
SOME = replace(
    REGISTRY,
    rules=(
        Rule(scan_frequency=ON_PUSH, repository_filters=(Filter(filter="prod/*", filter_type="WILDCARD"),)),
    ),
)
UNSCANNED = Repository(scanning=Scanning(scan_frequency="MANUAL"))
OTHER = replace(UNSCANNED, id="arn:aws:ecr:ap-northeast-1:111122223333:repository/other", name="other")
SCANNED = Repository(scanning=Scanning(scan_frequency=ON_PUSH))


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(UNSCANNED, REGISTRY),
        mends(UNSCANNED, SOME, OTHER),
        leaves(SCANNED, REGISTRY),
        leaves(UNSCANNED, replace(REGISTRY, scan_type="ENHANCED"), skip="inspector_scans"),
    ],
)
def scan_on_push(
    repository: Repository, registries: Given[Registry], repositories: Given[Repository]
) -> Changes:
    """Lets the registry scan what is pushed to any of its repositories, where it scans by ECR's own basic scanning.

    The setting of a single repository is deprecated by AWS. Basic scanning is free; the enhanced one is Inspector's
    and charged by image, so its rules are left to a person.
    """
    if not is_not_scanned(repository):
        return
    for registry in registries:
        if registry.scan_type != "BASIC":
            yield skip("inspector_scans", repository=repository.name)
            continue
        before = said(registry, "rules")
        filters = [
            f for rule in before if rule["scanFrequency"] == ON_PUSH for f in rule["repositoryFilters"]
        ]
        after = [{"scanFrequency": ON_PUSH, "repositoryFilters": [*filters, EVERY]}]
        others = [each for each in chosen(repositories, is_not_scanned) if each.id != repository.id]
        yield change(
            *(alters(each, scanning=_scanned(each)) for each in (repository, *others)),
            alters(registry, rules=after),
            steps=[step("scan", _scanning(registry, after), undo=_scanning(registry, before))],
        )


def _scanned(repository: Repository) -> dict[str, Any]:
    now = said(repository, "scanning")
    return {**now, "scanOnPush": True, "scanFrequency": ON_PUSH, "appliedScanFilters": [EVERY]}


def _scanning(registry: Registry, rules: list[dict[str, Any]]) -> Call:
    return call("ecr", "PutRegistryScanningConfiguration", scanType=registry.scan_type, rules=rules)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(Repository(image_tag_mutability="MUTABLE")),
        leaves(Repository(image_tag_mutability="IMMUTABLE")),
        leaves(Repository(image_tag_mutability="IMMUTABLE_WITH_EXCLUSION"), skip="tags_excluded"),
        leaves(Repository(image_tag_mutability="MUTABLE_WITH_EXCLUSION"), skip="tags_excluded"),
    ],
)
def fix_tags(repository: Repository) -> Changes:
    """Makes the tags of a repository immutable; where somebody chose exceptions it is left to a person."""
    if repository.image_tag_mutability == "IMMUTABLE":
        return
    if repository.image_tag_mutability != "MUTABLE":
        yield skip("tags_excluded", repository=repository.name)
        return
    yield change(
        alters(repository, image_tag_mutability="IMMUTABLE"),
        steps=[step("fix", _tags(repository, "IMMUTABLE"), undo=_tags(repository, "MUTABLE"))],
    )


def _tags(repository: Repository, setting: str) -> Call:
    return call("ecr", "PutImageTagMutability", repositoryName=repository.name, imageTagMutability=setting)


REMEDIATIONS = {"ECR.1": scan_on_push, "ECR.2": fix_tags}
