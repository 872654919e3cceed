"""Backup plans: which file systems they include, by the rules of AWS Backup for selections."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ishigaki.core.policy import glob
from ishigaki.core.population import some
from ishigaki.core.unseen import NOT_IN_ANSWER, UNKNOWN_VALUE, Unseen
from ishigaki.services.efs.resources import BackupSelection, FileSystem, TagValue

TAG = "aws:ResourceTag/"
SERVICE, TYPE = "EFS", ":file-system/"


def selects(selection: BackupSelection, system: FileSystem) -> bool:
    """Whether a selection includes a file system. Raises `Unseen` where AWS's words do not tell.

    A selection by tags, or of a whole service, includes it only where the service is opted in to in the Region; one
    that names its type includes it in any case.
    """
    if _names(selection.not_resources, system):
        return False
    if not _chosen(selection, system) or not _conditions_hold(selection, system):
        return False
    return _names((each for each in selection.resources if TYPE in each), system) or _opted_in(selection)


def _names(patterns: Iterable[str], system: FileSystem) -> bool:
    return any(glob(pattern).matches(system.id) for pattern in patterns)


def _chosen(selection: BackupSelection, system: FileSystem) -> bool:
    """Whether it is among the resources and tags that are listed: any of them is enough, and no list means all.

    Tags do not filter the resources: AWS combines the two lists by OR.
    """
    if not selection.resources and not selection.list_of_tags:
        return True
    return _names(selection.resources, system) or some(selection.list_of_tags, lambda t: _bears(t, system))


def _bears(tag: TagValue, system: FileSystem) -> bool:
    """Whether it has a tag of the list, whose key is the tag's own. AWS does not say what the key of a condition,
    which has a prefix, means there."""
    if system.tags.get(tag.condition_key) == tag.condition_value:
        return True
    if system.tags.get(tag.condition_key.removeprefix(TAG)) == tag.condition_value:
        raise Unseen(f"BackupSelection.list_of_tags {tag.condition_key}", UNKNOWN_VALUE)
    return False


def _conditions_hold(selection: BackupSelection, system: FileSystem) -> bool:
    asked = selection.conditions
    if asked is None:
        return True
    tests: tuple[tuple[tuple[TagValue, ...], Callable[[str, str], bool], bool], ...] = (
        (asked.string_equals, str.__eq__, True),
        (asked.string_like, _like, True),
        (asked.string_not_equals, str.__eq__, False),
        (asked.string_not_like, _like, False),
    )
    return all(
        _meets(condition, compare, system) is wanted
        for conditions, compare, wanted in tests
        for condition in conditions
    )


def _like(value: str, pattern: str) -> bool:
    return bool(glob(pattern).matches(value))


def _meets(condition: TagValue, compare: Callable[[str, str], bool], system: FileSystem) -> bool:
    """Whether the tag is there and compares so: as in IAM policies, one that is missing meets no comparison."""
    if not condition.condition_key.startswith(TAG):
        raise Unseen(f"BackupSelection.conditions {condition.condition_key}", UNKNOWN_VALUE)
    value = system.tags.get(condition.condition_key.removeprefix(TAG))
    return value is not None and compare(value, condition.condition_value)


def _opted_in(selection: BackupSelection) -> bool:
    if SERVICE not in selection.services:
        raise Unseen(f"BackupSelection.services {SERVICE}", NOT_IN_ANSWER)
    return selection.services[SERVICE]
