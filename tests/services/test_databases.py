"""What databases say in forms of their own: settings of tasks, versions of engines, attributes of snapshots."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ishigaki.core.record import replace
from ishigaki.core.unseen import Unseen
from ishigaki.services.dms.controls import is_sparse, logging_of
from ishigaki.services.elasticache.controls import ALONE, major_version
from ishigaki.services.elasticache.remediations import LONELY, PAIR, backup_source
from ishigaki.services.rds.exposure.controls import restorable_by
from ishigaki.services.rds.resources import SnapshotAttribute, SnapshotAttributes

COMPONENTS = [{"Id": "TARGET_LOAD", "Severity": "LOGGER_SEVERITY_DEFAULT", "Future": 1}]


def settings(logging: Any) -> str:
    return json.dumps({"TargetMetadata": {}, "Logging": logging})


def test_the_logging_of_a_task_is_read_from_its_settings() -> None:
    said = logging_of(
        settings({"EnableLogging": True, "LogComponents": COMPONENTS, "CloudWatchLogGroup": None})
    )
    known = {"Id": "TARGET_LOAD", "Severity": "LOGGER_SEVERITY_DEFAULT"}
    assert said == {"EnableLogging": True, "LogComponents": [known]}


@pytest.mark.parametrize("components", [None, []])
def test_no_components_are_none(components: Any) -> None:
    said = logging_of(settings({"EnableLogging": True, "LogComponents": components}))
    assert said["LogComponents"] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        settings(None),
        settings({}),
        settings({"LogComponents": COMPONENTS}),
        settings({"EnableLogging": "true", "LogComponents": COMPONENTS}),
        settings({"EnableLogging": True}),
        settings({"EnableLogging": True, "LogComponents": [{"Id": "TARGET_LOAD"}]}),
        settings({"EnableLogging": True, "LogComponents": ["TARGET_LOAD"]}),
    ],
)
def test_settings_in_another_form_are_unseen(text: str) -> None:
    with pytest.raises(Unseen):
        logging_of(text)


def test_a_level_of_the_future_is_unseen() -> None:
    with pytest.raises(Unseen):
        is_sparse("LOGGER_SEVERITY_FUTURE")


@pytest.mark.parametrize(
    ("version", "major"), [("5.0.6", 5), ("3.2.10", 3), ("6.x", 6), ("7.1", 7), ("10.0.0", 10)]
)
def test_the_major_version_of_an_engine(version: str, major: int) -> None:
    assert major_version(replace(ALONE, engine_version=version)) == major


@pytest.mark.parametrize("version", ["", "x", "v7.0", "latest"])
def test_a_version_in_another_form_is_unseen(version: str) -> None:
    with pytest.raises(Unseen):
        major_version(replace(ALONE, engine_version=version))


def test_a_replica_is_backed_up_where_there_is_one() -> None:
    assert backup_source(PAIR) == "cache-002"
    assert backup_source(replace(PAIR, **LONELY)) == "cache-001"


def test_whom_a_snapshot_is_shared_with() -> None:
    assert restorable_by("all", "999988887777").restorable_by == ("all", "999988887777")
    assert restorable_by().restorable_by == ()


def test_a_snapshot_without_the_attribute_is_unseen() -> None:
    other = SnapshotAttribute(attribute_name="future", attribute_values=("all",))
    for attributes in ((), (other,)):
        with pytest.raises(Unseen):
            _ = SnapshotAttributes(db_cluster_snapshot_attributes=attributes).restorable_by
