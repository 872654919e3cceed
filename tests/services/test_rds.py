"""RDS: which parameter groups are looked at, and when auditing and TLS are on, from answers in AWS's shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.finding import Finding
from ishigaki.core.gather import gather
from ishigaki.core.plan import Planned
from ishigaki.core.planning import plan_account
from ishigaki.core.population import Population
from ishigaki.core.proposal import Setting
from ishigaki.core.record import replace
from ishigaki.core.remediation import Around
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import Unseen
from ishigaki.core.world import World
from ishigaki.flows.planning import implemented
from ishigaki.flows.units import judge_world
from ishigaki.services import key, remediations
from ishigaki.services.rds.documentdb import controls as documentdb
from ishigaki.services.rds.monitoring.controls import logs_of
from ishigaki.services.rds.neptune import controls as neptune
from ishigaki.services.rds.resources import (
    DBCluster,
    DBClusterSnapshot,
    DBInstance,
    EventSubscription,
    ParameterGroup,
)
from ishigaki.services.rds.tls.controls import is_on
from ishigaki.standards.choice import choose
from tools.verbatim import verbatim

TOKYO = Place("111122223333", "ap-northeast-1")


def database(name: str, engine: str, **more: Any) -> dict[str, Any]:
    groups = [{"DBParameterGroupName": f"of-{name}", "ParameterApplyStatus": "in-sync"}]
    arn = f"arn:aws:rds:ap-northeast-1:111122223333:db:{name}"
    named = {"DBInstanceArn": arn, "DBInstanceIdentifier": name, "Engine": engine}
    return {**named, "DBParameterGroups": groups, **more}


def gathered(kind: type[Any], wanted: set[str], answers: Mapping[str, Mapping[str, Any]]) -> list[Any]:
    """What a listing and its facets come to, each operation answered by one page."""
    asking = gather(kind, TOKYO, wanted)
    calls = next(asking)
    while True:
        try:
            calls = asking.send([Answer((answers[each.operation],)) for each in calls])
        except StopIteration as done:
            return list(done.value.population)


def test_only_groups_of_instances_that_can_insist_on_tls_are_looked_at() -> None:
    instances = [
        database("alone", "postgres"),
        database("windows", "sqlserver-se"),
        database("maria", "mariadb"),
        database("my", "mysql"),
        database("member", "mysql", DBClusterIdentifier="cluster"),
        database("oracle", "oracle-ee"),
        database("aurora", "aurora-mysql", DBClusterIdentifier="cluster"),
    ]
    groups = gathered(ParameterGroup, set(), {"DescribeDBInstances": {"DBInstances": instances}})
    assert {group.name for group in groups} == {"of-alone", "of-windows", "of-maria", "of-my"}
    assert groups[0].id == "arn:aws:rds:ap-northeast-1:111122223333:pg:of-alone"


@pytest.mark.parametrize(
    ("value", "on"), [("1", True), ("on", True), ("0", False), ("OFF", False), ("", False)]
)
def test_a_parameter_is_on(value: str, on: bool) -> None:
    shown = {"ParameterName": "require_secure_transport", **({"ParameterValue": value} if value else {})}
    answers = {
        "DescribeDBInstances": {"DBInstances": [database("my", "mysql")]},
        "DescribeDBParameters": {"Parameters": [shown]},
    }
    (group,) = gathered(ParameterGroup, {"tls_parameters"}, answers)
    assert is_on(group, "require_secure_transport") is on
    with pytest.raises(Unseen):
        is_on(group, "rds.force_ssl")


def test_what_an_instance_leaves_out() -> None:
    """Without a cluster it is alone, without a list it exports no logs; a port is not guessed."""
    (instance,) = gathered(
        DBInstance, {"engine"}, {"DescribeDBInstances": {"DBInstances": [database("a", "mysql")]}}
    )
    assert instance.is_alone
    assert instance.exported_logs == ()
    assert instance.pending_modified_values == {}
    with pytest.raises(Unseen):
        _ = instance.port


def test_a_subscription_without_source_or_categories_is_to_all() -> None:
    arn = "arn:aws:rds:ap-northeast-1:111122223333:es:all"
    listed = {"EventSubscriptionArn": arn, "CustSubscriptionId": "all", "Enabled": True}
    answers = {"DescribeEventSubscriptions": {"EventSubscriptionsList": [listed]}}
    (subscription,) = gathered(EventSubscription, {"enabled"}, answers)
    assert subscription.source_type is None
    assert subscription.event_categories_list == ()


@pytest.mark.parametrize(
    ("engine", "logs"),
    [
        ("oracle-se2-cdb", ("alert", "audit", "listener", "trace")),
        ("sqlserver-web", ("agent", "error")),
        ("aurora-postgresql", ("postgresql",)),
        ("custom-sqlserver-ee", ()),
        ("aurora-of-the-future", ()),
        ("docdb", ()),
    ],
)
def test_the_logs_of_an_engine(engine: str, logs: tuple[str, ...]) -> None:
    assert tuple(logs_of(engine)) == logs


NOW = datetime(2026, 11, 1, tzinfo=UTC)


def planned(thing: Resource, *controls: str) -> list[Planned]:
    """What is planned for an account that has this alone."""
    asked = choose(globs=controls)
    seen = {type(thing): Population((verbatim(thing),))}
    world = World({Place(TOKYO.account, GLOBAL): {}, TOKYO: seen})

    def judge(world: World) -> list[Finding]:
        return [f for f in judge_world(world, asked, now=NOW) if isinstance(f, Finding)]

    around = Around(TOKYO.account, kind="non-production", regions=(TOKYO.region,))
    setting = Setting(around, implemented(asked), remediations(), judge, key, NOW)
    return plan_account(world, setting)[0]


BARE: dict[str, Any] = {"deletion_protection": False, "backup_retention_period": 1, "tags": {}}


@pytest.mark.parametrize(
    ("thing", "controls"),
    [
        (replace(neptune.GOOD, **BARE), ("Neptune.4", "RDS.7")),
        (replace(neptune.GOOD, **BARE), ("Neptune.5", "RDS.50")),
        (replace(neptune.PUBLIC, tags={}), ("Neptune.3", "RDS.1")),
        (replace(neptune.GOOD, iam_database_authentication_enabled=False, tags={}), ("Neptune.7", "RDS.12")),
        (replace(documentdb.GOOD, **BARE), ("DocumentDB.5", "RDS.7")),
        (replace(documentdb.GOOD, **BARE), ("DocumentDB.2", "RDS.50")),
        (replace(documentdb.PUBLIC, tags={}), ("DocumentDB.3", "RDS.1")),
    ],
)
def test_what_two_controls_ask_of_one_thing_is_planned_once(
    thing: DBCluster | DBClusterSnapshot, controls: tuple[str, str]
) -> None:
    (change,) = planned(thing, *controls)
    assert set(change.proves) == set(change.serves) == set(controls)
