"""ECR: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.ecr.resources import Repository, Scanning

POLICY = '{"rules":[{"rulePriority":1,"action":{"type":"expire"}}]}'


def _scanned(frequency: str) -> Repository:
    return Repository(scanning=Scanning(scan_frequency=frequency))


@control(
    "ECR.1",
    examples=[
        passes(_scanned("SCAN_ON_PUSH")),
        passes(_scanned("CONTINUOUS_SCAN")),
        fails("not_scanned", _scanned("MANUAL")),
    ],
)
def scans_images(repository: Repository) -> Faults:
    """A private repository's images are scanned when they are pushed, or continuously.

    What counts is what ECR says of the repository, which the rules of its registry come to.
    """
    if is_not_scanned(repository):
        yield fault("not_scanned")


def is_not_scanned(repository: Repository) -> bool:
    return repository.scanning.scan_frequency == "MANUAL"


@control(
    "ECR.2",
    examples=[
        passes(Repository(image_tag_mutability="IMMUTABLE")),
        fails("mutable_tags", Repository(image_tag_mutability="MUTABLE")),
        fails("mutable_tags", Repository(image_tag_mutability="MUTABLE_WITH_EXCLUSION")),
        fails("mutable_tags", Repository(image_tag_mutability="IMMUTABLE_WITH_EXCLUSION")),
    ],
)
def keeps_tags(repository: Repository) -> Faults:
    """No tag of a private repository can be moved to another image.

    AWS says that the control passes with the value IMMUTABLE; where some tags are excluded, these can be moved.
    """
    if repository.image_tag_mutability != "IMMUTABLE":
        yield fault("mutable_tags", setting=repository.image_tag_mutability)


@control(
    "ECR.3",
    examples=[
        passes(Repository(lifecycle_policy=POLICY)),
        fails("no_lifecycle", Repository(lifecycle_policy=None)),
    ],
)
def has_lifecycle(repository: Repository) -> Faults:
    """A private repository has a lifecycle policy, whatever it says."""
    if repository.lifecycle_policy is None:
        yield fault("no_lifecycle")


CONTROLS = (scans_images, keeps_tags, has_lifecycle)
