"""Search domains, data warehouses, EMR and Glue: what answers amount to that no example can hold."""

from __future__ import annotations

from typing import Any

import pytest

from ishigaki.core.answer import Answer, Place
from ishigaki.core.control import EXAMPLE_NOW, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Status
from ishigaki.core.gather import gather
from ishigaki.core.record import replace
from ishigaki.core.resource import Resource
from ishigaki.services import controls
from ishigaki.services.ec2.security_groups.controls import EMPTY, FROM_IPV4
from ishigaki.services.elasticsearch import controls as elasticsearch
from ishigaki.services.emr.controls import CLUSTER, PRIMARY
from ishigaki.services.emr.resources import (
    BlockPublicAccess,
    EmrSettings,
    PortRange,
    PrimaryNode,
    SecurityConfiguration,
)
from ishigaki.services.glue.controls import JOB
from ishigaki.services.mq.resources import Broker
from ishigaki.services.msk.resources import Cluster as KafkaCluster
from ishigaki.services.opensearch.resources import Domain
from ishigaki.services.redshift import controls as redshift
from ishigaki.services.redshift.resources import UsedParameterGroup
from ishigaki.services.redshift_serverless.controls import OTHER, WORKGROUP

TOKYO = Place("111122223333", "ap-northeast-1")


def status(control: str, subject: Resource, *given: Resource) -> Status | None:
    finding = judge_example(controls()[control], Example(subject, given, None), now=EXAMPLE_NOW)
    return finding.status if finding else None


def test_a_domain_of_each_engine_is_shown_five_at_a_time() -> None:
    asking = gather(Domain, TOKYO, ("encrypted_at_rest", "vpc_id"))
    next(asking)
    listed = [{"DomainName": f"d{n}", "EngineType": "OpenSearch"} for n in range(6)]
    listed.append({"DomainName": "old", "EngineType": "Elasticsearch"})
    asked = asking.send([Answer(({"DomainNames": listed},))])
    assert [call.params["DomainNames"] for call in asked] == [["d0", "d1", "d2", "d3", "d4"], ["d5"]]
    shown = [
        {"DomainName": "d0", "EncryptionAtRestOptions": {"Enabled": True}, "VPCOptions": {"VPCId": "vpc-1"}},
        {"DomainName": "d1", "EncryptionAtRestOptions": {"Enabled": False}},
    ]
    answers = [Answer(({"DomainStatusList": shown},)), Answer(error="AccessDeniedException")]
    with pytest.raises(StopIteration) as end:
        asking.send(answers)
    found = {domain.name: domain for domain in end.value.value.population}
    assert {name: status("Opensearch.1", domain) for name, domain in found.items()} == {
        "d0": Status.PASSED,
        "d1": Status.FAILED,
        **dict.fromkeys(("d2", "d3", "d4", "d5"), Status.NOT_AVAILABLE),
    }
    assert [status("Opensearch.2", found[n]) for n in ("d0", "d1", "d2", "d5")] == [
        Status.PASSED,
        Status.FAILED,
        Status.NOT_AVAILABLE,
        Status.NOT_AVAILABLE,
    ]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("Elasticsearch_1.5", None),
        ("Elasticsearch_2.3", None),
        ("Elasticsearch_5.1", Status.FAILED),
        ("Elasticsearch_7.10", Status.FAILED),
        ("Something_9", Status.NOT_AVAILABLE),
    ],
)
def test_error_logs_are_asked_of_versions_that_have_them(version: str, expected: Status | None) -> None:
    domain = replace(elasticsearch.GOOD, engine_version=version, log_publishing_options={})
    assert status("ES.4", domain) is expected


def test_a_cluster_whose_primary_node_is_not_found_does_not_pass() -> None:
    assert status("EMR.1", CLUSTER) is Status.NOT_AVAILABLE
    assert status("EMR.1", CLUSTER, replace(PRIMARY, tags={})) is Status.NOT_AVAILABLE


def test_primary_nodes_are_the_instances_that_are_tagged_so() -> None:
    asking = gather(PrimaryNode, TOKYO, ("public_ip_address", "network_interfaces"))
    next(asking)
    with pytest.raises(StopIteration) as end:
        asking.send([Answer(({"Reservations": [{"Instances": _instances()}]},))])
    assert [(n.name, n.cluster_id, n.public_addresses) for n in end.value.value.population] == [
        ("i-1", "j-1", {"203.0.113.10", "203.0.113.11"}),
        ("i-2", "j-2", set()),
    ]


def _instances() -> list[dict[str, Any]]:
    running: dict[str, Any] = {"State": {"Name": "running"}, "NetworkInterfaces": []}
    tags = {
        role: [{"Key": "aws:elasticmapreduce:instance-group-role", "Value": role}]
        for role in ("MASTER", "master", "CORE")
    }
    second = {"Association": {"PublicIp": "203.0.113.11"}, "PrivateIpAddresses": []}

    def named(id: str, role: str, **more: Any) -> dict[str, Any]:
        cluster = [{"Key": "aws:elasticmapreduce:job-flow-id", "Value": f"j-{id[-1]}"}]
        return {"InstanceId": id, **running, "Tags": [*tags[role], *cluster], **more}

    return [
        named("i-1", "MASTER", PublicIpAddress="203.0.113.10", NetworkInterfaces=[second]),
        named("i-2", "master"),
        named("i-3", "CORE", PublicIpAddress="203.0.113.12"),
        named("i-4", "MASTER", State={"Name": "terminated"}),
        {"InstanceId": "i-5", **running},
    ]


def test_exceptions_of_emr_are_told_by_their_ports() -> None:
    permitted = (PortRange(min_range=80, max_range=80), PortRange(min_range=443, max_range=445))
    block = BlockPublicAccess(
        block_public_security_group_rules=True, permitted_public_security_group_rule_ranges=permitted
    )
    emr = EmrSettings(block_public_access=block)
    finding = judge_example(controls()["EMR.2"], Example(emr, (), None), now=EXAMPLE_NOW)
    assert finding is not None
    assert [each.facts["ports"] for each in finding.faults] == ["80", "443-445"]


@pytest.mark.parametrize(
    ("engine", "audit", "expected"),
    [
        ("ActiveMQ", True, Status.PASSED),
        ("ActiveMQ", False, Status.FAILED),
        ("ACTIVEMQ", False, Status.FAILED),
        ("RabbitMQ", False, None),
    ],
)
def test_a_broker_is_what_aws_calls_its_engine(engine: str, audit: bool, expected: Status | None) -> None:
    asking = gather(Broker, TOKYO, ("engine_type", "logs"))
    next(asking)
    arn = "arn:aws:mq:ap-northeast-1:111122223333:broker:orders:b-1"
    listed = {"BrokerArn": arn, "BrokerId": "b-1", "BrokerName": "orders", "EngineType": engine}
    asking.send([Answer(({"BrokerSummaries": [listed]},))])
    with pytest.raises(StopIteration) as end:
        asking.send([Answer(({"EngineType": engine, "Logs": {"Audit": audit, "General": True}},))])
    (found,) = end.value.value.population
    assert status("MQ.2", found) is expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ('{"EncryptionConfiguration": {"EnableAtRestEncryption": true}}', Status.PASSED),
        ('{"EncryptionConfiguration": {"EnableAtRestEncryption": "true"}}', Status.FAILED),
        ('{"EncryptionConfiguration": {}}', Status.FAILED),
        ('{"EncryptionConfiguration": null}', Status.FAILED),
        ("{}", Status.FAILED),
        ("[]", Status.NOT_AVAILABLE),
        ("not JSON", Status.NOT_AVAILABLE),
    ],
)
def test_a_security_configuration_says_what_it_encrypts(document: str, expected: Status) -> None:
    assert status("EMR.3", SecurityConfiguration(document=document)) is expected


def test_a_security_group_that_is_not_seen_may_be_open() -> None:
    assert status("Redshift.15", redshift.GOOD) is Status.NOT_AVAILABLE
    assert status("Redshift.15", redshift.TWO, EMPTY) is Status.NOT_AVAILABLE
    open_to_all = replace(FROM_IPV4, from_port=redshift.PORT, to_port=redshift.PORT)
    assert status("Redshift.15", redshift.TWO, replace(EMPTY, ip_permissions=(open_to_all,))) is Status.FAILED


def test_a_parameter_group_that_is_not_seen_may_let_plain_text_through() -> None:
    assert status("Redshift.2", redshift.GOOD) is Status.NOT_AVAILABLE
    assert status("Redshift.2", redshift.GOOD, replace(redshift.REQUIRING, ssl=())) is Status.NOT_AVAILABLE


def test_a_parameter_that_a_workgroup_does_not_show_is_not_seen() -> None:
    workgroup = replace(WORKGROUP, config_parameters=(OTHER,))
    assert status("RedshiftServerless.2", workgroup) is Status.NOT_AVAILABLE


def test_a_kafka_cluster_that_does_not_say_who_may_connect_does_not_pass() -> None:
    asking = gather(KafkaCluster, TOKYO, ("client_authentication", "public_access"))
    next(asking)
    arn = "arn:aws:kafka:ap-northeast-1:111122223333:cluster/old/1"
    with pytest.raises(StopIteration) as end:
        asking.send(
            [Answer(({"ClusterInfoList": [{"ClusterArn": arn, "ClusterName": "old", "Provisioned": {}}]},))]
        )
    (found,) = end.value.value.population
    assert [status(control, found) for control in ("MSK.4", "MSK.6")] == [Status.NOT_AVAILABLE] * 2


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("5.1", Status.PASSED),
        ("10.0", Status.PASSED),
        ("2.0", Status.FAILED),
        (None, Status.FAILED),
        ("auto", Status.NOT_AVAILABLE),
        ("3", Status.NOT_AVAILABLE),
    ],
)
def test_versions_of_glue_are_numbers(version: str | None, expected: Status) -> None:
    assert status("Glue.4", replace(JOB, glue_version=version)) is expected


def test_parameters_are_asked_of_groups_that_are_used() -> None:
    asking = gather(UsedParameterGroup, TOKYO, ("parameter_group_name", "ssl"))
    next(asking)
    used = [{"ClusterParameterGroups": [{"ParameterGroupName": name}]} for name in ("analytics", "analytics")]
    (first, second) = asking.send([Answer(({"Clusters": used},))])
    assert first.key == second.key  # so that it is made once
    shown = {
        "Parameters": [{"ParameterName": "require_ssl", "ParameterValue": "true"}, {"ParameterName": "x"}]
    }
    with pytest.raises(StopIteration) as end:
        asking.send([Answer((shown,)), Answer((shown,))])
    assert [group.requires_ssl for group in end.value.value.population] == [True, True]
    assert status("Redshift.2", redshift.GOOD, *end.value.value.population) is Status.PASSED
