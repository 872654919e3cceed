"""Listings that are not a plain list of things: what each makes of answers in AWS's shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from re import IGNORECASE, search
from typing import Any

import botocore.session
import pytest

from ishigaki.aws.perform import FLAGS, TOKENS
from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.gather import Gathered, gather
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import Unseen
from ishigaki.demo.emulator.shapes import mismatches
from ishigaki.services import modules, resource_types
from ishigaki.services.apigateway import resources as apigateway
from ishigaki.services.backup import resources as backup
from ishigaki.services.cloudfront import resources as cloudfront
from ishigaki.services.cognito import resources as cognito
from ishigaki.services.dynamodb import resources as dynamodb
from ishigaki.services.ecs import resources as ecs
from ishigaki.services.eks import resources as eks
from ishigaki.services.elasticsearch import resources as elasticsearch
from ishigaki.services.events import resources as events
from ishigaki.services.mq import resources as mq
from ishigaki.services.network_firewall import resources as network_firewall
from ishigaki.services.opensearch import resources as opensearch
from ishigaki.services.rds import resources as rds
from ishigaki.services.route53 import resources as route53
from ishigaki.services.s3.access_points import resources as access_points
from ishigaki.services.sagemaker import resources as sagemaker
from ishigaki.services.step_functions import resources as step_functions
from ishigaki.services.waf import resources as waf

TOKYO = Place("111122223333", "ap-northeast-1")
EVERYWHERE = Place("111122223333", GLOBAL)
HERE = "ap-northeast-1:111122223333"
DENIED = Answer(error="AccessDeniedException")

Page = Mapping[str, Any]
Answers = Callable[[Call], Answer | Page]


@cache
def _output(service: str, operation: str) -> Any:
    return botocore.session.get_session().get_service_model(service).operation_model(operation).output_shape


def shown(
    kind: type[Resource], answers: Answers, *, place: Place = TOKYO, wanted: Sequence[str] = ()
) -> Gathered:
    """What a type's listing amounts to. A page that botocore's model does not know is the test's mistake."""
    asking = gather(kind, place, wanted)
    calls = next(asking)
    while True:
        said = [_answer(call, answers(call)) for call in calls]
        try:
            calls = asking.send(said)
        except StopIteration as end:
            gathered: Gathered = end.value
            return gathered


def _answer(call: Call, said: Answer | Page) -> Answer:
    answer = said if isinstance(said, Answer) else Answer((said,))
    for page in answer.pages:
        wrong = [w for w in mismatches(page, _output(call.service, call.operation)) if "missing" not in w]
        assert not wrong, wrong
    return answer


def ids(gathered: Gathered) -> list[str]:
    assert not gathered.gaps
    return [thing.id for thing in gathered.population]


def in_order(**pages: Page | Callable[[Any], Answer | Page]) -> Answers:
    """Answers by operation: a page, or a function of the call's parameters."""

    def answer(call: Call) -> Answer | Page:
        said = pages[call.operation]
        return said(call.params) if callable(said) else said

    return answer


def _cluster(name: str, engine: str) -> Page:
    arn = f"arn:aws:rds:{HERE}:cluster:{name}"
    return {"DBClusterIdentifier": name, "DBClusterArn": arn, "Engine": engine, "TagList": []}


CLUSTERS = in_order(
    DescribeDBClusters={
        "DBClusters": [_cluster("a", "aurora-mysql"), _cluster("d", "docdb"), _cluster("n", "neptune")]
    }
)


def test_clusters_of_every_engine_are_seen_once() -> None:
    assert ids(shown(rds.DBCluster, CLUSTERS)) == [f"arn:aws:rds:{HERE}:cluster:{name}" for name in "adn"]


def test_the_inventory_of_clusters_is_that_of_every_engine() -> None:
    assert resource_types()["AWS::RDS::DBCluster"] == (rds.DBCluster,)
    assert resource_types()["AWS::RDS::DBClusterSnapshot"] == (rds.DBClusterSnapshot,)


def test_snapshots_of_clusters_of_every_engine_are_seen_once() -> None:
    def snapshot(name: str, engine: str) -> Page:
        arn = f"arn:aws:rds:{HERE}:cluster-snapshot:{name}"
        return {"DBClusterSnapshotIdentifier": name, "DBClusterSnapshotArn": arn, "Engine": engine}

    page = {
        "DBClusterSnapshots": [snapshot("d", "docdb"), snapshot("n", "neptune"), snapshot("p", "postgres")]
    }
    answers = in_order(DescribeDBClusterSnapshots=page)
    seen = shown(rds.DBClusterSnapshot, answers).population.seen
    assert [(each.name, each.engine) for each in seen] == [
        ("d", "docdb"),
        ("n", "neptune"),
        ("p", "postgres"),
    ]


def test_a_global_database_is_listed_once_and_only_auroras() -> None:
    def cluster(name: str, engine: str) -> Page:
        arn = f"arn:aws:rds::111122223333:global-cluster:{name}"
        return {"GlobalClusterIdentifier": name, "GlobalClusterArn": arn, "Engine": engine}

    page = {"GlobalClusters": [cluster("a", "aurora-mysql"), cluster("d", "docdb"), cluster("n", "neptune")]}
    gathered = shown(rds.GlobalCluster, in_order(DescribeGlobalClusters=page), place=EVERYWHERE)
    assert ids(gathered) == ["arn:aws:rds::111122223333:global-cluster:a"]
    assert [c.region for c in gathered.population] == [GLOBAL]


ECS = f"arn:aws:ecs:{HERE}"
CLUSTER_ARNS = {"clusterArns": [f"{ECS}:cluster/web", f"{ECS}:cluster/batch"]}


def services(params: Mapping[str, Any]) -> Page:
    cluster = params["cluster"].rpartition("/")[2]
    return {"serviceArns": [f"{ECS}:service/{cluster}/one"]}


def test_services_are_listed_cluster_by_cluster() -> None:
    gathered = shown(ecs.Service, in_order(ListClusters=CLUSTER_ARNS, ListServices=services))
    assert ids(gathered) == [f"{ECS}:service/web/one", f"{ECS}:service/batch/one"]
    assert [s.name for s in gathered.population] == ["one", "one"]


def test_a_cluster_whose_services_are_denied_leaves_the_population_incomplete() -> None:
    def denied_in_batch(params: Mapping[str, Any]) -> Answer | Page:
        return DENIED if params["cluster"].endswith("/batch") else services(params)

    gathered = shown(ecs.Service, in_order(ListClusters=CLUSTER_ARNS, ListServices=denied_in_batch))
    assert [s.id for s in gathered.population.seen] == [f"{ECS}:service/web/one"]
    assert [(g.operation, g.code) for g in gathered.gaps] == [("ecs:ListServices", "AccessDeniedException")]
    with pytest.raises(Unseen):
        len(gathered.population)


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (ecs.Service, "ListClusters"),
        (ecs.TaskSet, "ListClusters"),
        (ecs.TaskDefinition, "ListTaskDefinitionFamilies"),
        (eks.Nodegroup, "ListClusters"),
        (apigateway.RestStage, "GetRestApis"),
        (apigateway.Route, "GetApis"),
        (backup.RecoveryPoint, "ListBackupVaults"),
    ],
)
def test_a_denied_parent_listing_is_never_an_empty_population(kind: type[Resource], parent: str) -> None:
    gathered = shown(kind, in_order(**{parent: lambda _: DENIED}))
    assert not gathered.population.complete
    assert [g.code for g in gathered.gaps] == ["AccessDeniedException"]
    with pytest.raises(Unseen):
        bool(gathered.population)


def described_services(params: Mapping[str, Any]) -> Page:
    """Each service with a task set; an external controller deploys those of the cluster web alone."""
    return {
        "services": [
            {
                "serviceArn": service,
                "deploymentController": {"type": "EXTERNAL" if "/web/" in service else "CODE_DEPLOY"},
                "taskSets": [
                    {
                        "id": "ecs-svc/1",
                        "taskSetArn": f"{service.replace(':service/', ':task-set/')}/ecs-svc/1",
                    }
                ],
                "launchType": "FARGATE",
            }
            for service in params["services"]
        ]
    }


def test_only_services_of_an_external_controller_have_task_sets() -> None:
    answers = in_order(ListClusters=CLUSTER_ARNS, ListServices=services, DescribeServices=described_services)
    assert ids(shown(ecs.TaskSet, answers)) == [f"{ECS}:task-set/web/one/ecs-svc/1"]


def test_ten_services_and_their_task_sets_are_described_by_one_call() -> None:
    def many(params: Mapping[str, Any]) -> Page:
        cluster = params["cluster"].rpartition("/")[2]
        return {"serviceArns": [f"{ECS}:service/{cluster}/{n}" for n in range(23)]}

    answer = in_order(ListClusters=CLUSTER_ARNS, ListServices=many, DescribeServices=described_services)
    asked: dict[type[Resource], set[Any]] = {ecs.Service: set(), ecs.TaskSet: set()}
    found = {}
    for kind, calls in asked.items():

        def noted(call: Call, calls: set[Any] = calls) -> Answer | Page:
            calls.add(call.key)
            return answer(call)

        found[kind] = shown(kind, noted, wanted=("launch_type",)).population
    assert asked[ecs.Service] == asked[ecs.TaskSet]
    assert len([key for key in asked[ecs.Service] if key[1] == "DescribeServices"]) == 6
    assert [s.launch_type for s in found[ecs.Service]] == ["FARGATE"] * 46
    assert len(found[ecs.TaskSet]) == 23


def test_a_family_is_judged_by_its_latest_active_revision() -> None:
    def described(params: Mapping[str, Any]) -> Page:
        family = params["taskDefinition"]
        return {
            "taskDefinition": {"family": family, "taskDefinitionArn": f"{ECS}:task-definition/{family}:7"}
        }

    answers = in_order(ListTaskDefinitionFamilies={"families": ["web"]}, DescribeTaskDefinition=described)
    assert ids(shown(ecs.TaskDefinition, answers)) == [f"{ECS}:task-definition/web:7"]


def test_capacity_providers_of_aws_and_deleted_ones_are_not_listed() -> None:
    def provider(name: str, status: str = "ACTIVE") -> Page:
        return {
            "name": name,
            "status": status,
            "capacityProviderArn": f"{ECS}:capacity-provider/{name}",
            "tags": [],
        }

    page = {
        "capacityProviders": [
            provider("FARGATE"),
            provider("FARGATE_SPOT"),
            provider("own"),
            provider("x", "INACTIVE"),
        ]
    }
    assert ids(shown(ecs.CapacityProvider, in_order(DescribeCapacityProviders=page))) == [
        f"{ECS}:capacity-provider/own"
    ]


def test_a_node_group_is_known_by_the_arn_that_only_its_description_shows() -> None:
    def described(params: Mapping[str, Any]) -> Page:
        cluster, name = params["clusterName"], params["nodegroupName"]
        arn = f"arn:aws:eks:{HERE}:nodegroup/{cluster}/{name}/4ec0"
        return {"nodegroup": {"clusterName": cluster, "nodegroupName": name, "nodegroupArn": arn}}

    answers = in_order(
        ListClusters={"clusters": ["prod"]},
        ListNodegroups={"nodegroups": ["blue"]},
        DescribeNodegroup=described,
    )
    gathered = shown(eks.Nodegroup, answers)
    assert ids(gathered) == [f"arn:aws:eks:{HERE}:nodegroup/prod/blue/4ec0"]
    assert [n.name for n in gathered.population] == ["prod/blue"]


def test_stages_of_rest_apis_are_known_by_api_and_name() -> None:
    answers = in_order(
        GetRestApis={"items": [{"id": "a1", "name": "shop"}, {"id": "b2", "name": "empty"}]},
        GetStages=lambda params: {"item": [{"stageName": "prod"}] if params["restApiId"] == "a1" else []},
    )
    assert ids(shown(apigateway.RestStage, answers)) == [
        "arn:aws:apigateway:ap-northeast-1::/restapis/a1/stages/prod"
    ]


def test_stages_of_http_apis_are_known_by_api_and_name() -> None:
    answers = in_order(GetApis={"Items": [{"ApiId": "c3"}]}, GetStages={"Items": [{"StageName": "$default"}]})
    assert ids(shown(apigateway.Stage, answers)) == [
        "arn:aws:apigateway:ap-northeast-1::/apis/c3/stages/$default"
    ]


def test_private_domain_names_are_another_type() -> None:
    names = [
        {"domainName": "edge.example.com", "endpointConfiguration": {"types": ["EDGE"]}},
        {"domainName": "in.example.com", "endpointConfiguration": {"types": ["PRIVATE"]}},
        {"domainName": "old.example.com"},
    ]
    assert ids(shown(apigateway.DomainName, in_order(GetDomainNames={"items": names}))) == [
        "arn:aws:apigateway:ap-northeast-1::/domainnames/edge.example.com",
        "arn:aws:apigateway:ap-northeast-1::/domainnames/old.example.com",
    ]


def test_recovery_points_are_those_of_the_accounts_own_vaults() -> None:
    def points(params: Mapping[str, Any]) -> Page:
        kind = "RESTORE_ACCESS_BACKUP_VAULT" if params["BackupVaultName"] == "lent" else "BACKUP_VAULT"
        arn = f"arn:aws:backup:{HERE}:recovery-point:{params['BackupVaultName']}"
        return {"RecoveryPoints": [{"RecoveryPointArn": arn, "VaultType": kind}]}

    vaults = [
        {"BackupVaultName": name, "BackupVaultArn": f"arn:aws:backup:{HERE}:backup-vault:{name}"}
        for name in ("own", "lent")
    ]
    answers = in_order(ListBackupVaults={"BackupVaultList": vaults}, ListRecoveryPointsByBackupVault=points)
    assert ids(shown(backup.RecoveryPoint, answers)) == [f"arn:aws:backup:{HERE}:recovery-point:own"]


def test_recovery_points_of_a_vault_that_another_account_shares_are_that_accounts() -> None:
    snapshot = "arn:aws:ec2:ap-northeast-1::snapshot/snap-1"
    vault = {
        "BackupVaultName": "airgap",
        "BackupVaultArn": "arn:aws:backup:ap-northeast-1:444455556666:backup-vault:airgap",
    }
    answers = in_order(
        ListBackupVaults={"BackupVaultList": [vault]},
        ListRecoveryPointsByBackupVault={"RecoveryPoints": [{"RecoveryPointArn": snapshot}]},
    )
    assert [v.account for v in shown(backup.BackupVault, answers).population] == ["444455556666"]
    assert [p.account for p in shown(backup.RecoveryPoint, answers).population] == ["444455556666"]


def test_access_points_to_file_systems_are_asked_for_too() -> None:
    asked: list[Mapping[str, Any]] = []

    def points(call: Call) -> Page:
        asked.append(call.params)
        arn = f"arn:aws:s3:{HERE}:accesspoint/files"
        return {
            "AccessPointList": [{"Name": "files", "AccessPointArn": arn, "DataSourceType": "FSX_OPENZFS"}]
        }

    assert ids(shown(access_points.AccessPoint, points)) == [f"arn:aws:s3:{HERE}:accesspoint/files"]
    assert asked == [{"AccountId": "111122223333", "DataSourceType": "ALL"}]


NOT_OFFERED_HERE = [
    (
        sagemaker.FeatureGroup,
        "UnknownOperationException",
        "The requested operation is not supported in the called region.",
    ),
    (dynamodb.AcceleratorCluster, "InvalidParameterValueException", "Access Denied to API Version: DAX_V3"),
]


@pytest.mark.parametrize(("kind", "code", "words"), NOT_OFFERED_HERE)
def test_where_a_feature_is_not_offered_there_is_none(kind: type[Resource], code: str, words: str) -> None:
    assert ids(shown(kind, lambda _: Answer(error=code, message=words))) == []


@pytest.mark.parametrize(("kind", "code", "words"), NOT_OFFERED_HERE)
@pytest.mark.parametrize("otherwise", ["code", "words"])
def test_any_other_refusal_leaves_it_unseen(
    kind: type[Resource], code: str, words: str, otherwise: str
) -> None:
    refused = Answer(error="AccessDeniedException", message=words)
    if otherwise == "words":
        refused = Answer(error=code, message="User is not authorized to perform this operation")
    gathered = shown(kind, lambda _: refused)
    assert [g.code for g in gathered.gaps] == [refused.error]
    with pytest.raises(Unseen):
        bool(gathered.population)


@cache
def _paged(service: str) -> Mapping[str, Any]:
    loader = botocore.session.get_session().get_component("data_loader")
    pages: Mapping[str, Any] = loader.load_service_model(service, "paginators-1")["pagination"]
    return pages


LISTINGS = {
    (kind.listed_by.service, kind.listed_by.operation): kind.listed_by
    for module in modules("resources")
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Resource) and kind is not Resource and kind.listed_by
}
UNPAGED = [c for (service, operation), c in sorted(LISTINGS.items()) if operation not in _paged(service)]


@pytest.mark.parametrize("call", UNPAGED, ids=lambda c: f"{c.service}:{c.operation}")
def test_the_token_of_a_listing_that_botocore_does_not_page_is_followed(call: Call) -> None:
    """A token that nobody follows is a list cut short, and what lies behind it would pass."""
    members = _output(call.service, call.operation).members
    model = botocore.session.get_session().get_service_model(call.service)
    asked = model.operation_model(call.operation).input_shape
    taken = asked.members if asked else {}
    for name in (m for m in members if search("token$|marker$|^position$|^last.*(key|name)$", m, IGNORECASE)):
        assert any(into in taken for into in TOKENS.get(name, ())), name
    flags = {m for m in members if search("more|truncated", m, IGNORECASE)}
    assert flags <= set(FLAGS)


def test_web_acls_of_cloudfront_are_asked_once_and_apart_from_the_regions() -> None:
    asked: list[tuple[str, str]] = []

    def acls(call: Call) -> Page:
        asked.append((call.params["Scope"], call.region))
        where = "global" if call.params["Scope"] == "CLOUDFRONT" else "regional"
        arn = f"arn:aws:wafv2:{call.region}:111122223333:{where}/webacl/shop/5f1e"
        return {"WebACLs": [{"Name": "shop", "Id": "5f1e", "ARN": arn}]}

    assert ids(shown(waf.WebACL, acls)) == [f"arn:aws:wafv2:{HERE}:regional/webacl/shop/5f1e"]
    assert ids(shown(waf.CloudFrontWebACL, acls, place=EVERYWHERE)) == [
        "arn:aws:wafv2:us-east-1:111122223333:global/webacl/shop/5f1e"
    ]
    assert asked == [("REGIONAL", "ap-northeast-1"), ("CLOUDFRONT", "us-east-1")]


def test_classic_rules_have_an_arn_with_and_without_a_region() -> None:
    rules = in_order(ListRules={"Rules": [{"RuleId": "r1", "Name": "deny"}]})
    assert ids(shown(waf.GlobalRule, rules, place=EVERYWHERE)) == ["arn:aws:waf::111122223333:rule/r1"]
    assert ids(shown(waf.RegionalRule, rules)) == [f"arn:aws:waf-regional:{HERE}:rule/r1"]


@pytest.mark.parametrize("names", [(), ("E1", "E2")])
def test_distributions_lie_inside_a_list_that_may_have_no_items(names: tuple[str, ...]) -> None:
    items = [{"Id": n, "ARN": f"arn:aws:cloudfront::111122223333:distribution/{n}"} for n in names]
    page = {"DistributionList": {"Quantity": len(items), **({"Items": items} if items else {})}}
    gathered = shown(cloudfront.Distribution, in_order(ListDistributions=page), place=EVERYWHERE)
    assert ids(gathered) == [f"arn:aws:cloudfront::111122223333:distribution/{n}" for n in names]


def test_hosted_zones_lose_the_path_of_their_id() -> None:
    page = {"HostedZones": [{"Id": "/hostedzone/Z1", "Name": "example.com.", "CallerReference": "x"}]}
    gathered = shown(route53.HostedZone, in_order(ListHostedZones=page), place=EVERYWHERE)
    assert ids(gathered) == ["arn:aws:route53:::hostedzone/Z1"]


def test_pools_are_known_by_arns_made_of_their_ids() -> None:
    users = in_order(ListUserPools={"UserPools": [{"Id": "ap-northeast-1_A", "Name": "customers"}]})
    identities = in_order(
        ListIdentityPools={
            "IdentityPools": [{"IdentityPoolId": "ap-northeast-1:7c", "IdentityPoolName": "app"}]
        }
    )
    assert ids(shown(cognito.UserPool, users)) == [f"arn:aws:cognito-idp:{HERE}:userpool/ap-northeast-1_A"]
    assert ids(shown(cognito.IdentityPool, identities)) == [
        f"arn:aws:cognito-identity:{HERE}:identitypool/ap-northeast-1:7c"
    ]


def test_every_page_of_state_machines_counts() -> None:
    pages = tuple(
        {"stateMachines": [{"stateMachineArn": f"arn:aws:states:{HERE}:stateMachine:{n}", "name": n}]}
        for n in "ab"
    )
    assert ids(shown(step_functions.StateMachine, lambda _: Answer(pages))) == [
        f"arn:aws:states:{HERE}:stateMachine:{n}" for n in "ab"
    ]


def test_pages_before_an_error_are_seen_but_not_all_there_is() -> None:
    broken = Answer(({"TableNames": ["orders"]},), error="InternalServerError")
    gathered = shown(dynamodb.Table, lambda _: broken)
    assert [t.id for t in gathered.population.seen] == [f"arn:aws:dynamodb:{HERE}:table/orders"]
    assert not gathered.population.complete


def test_tables_are_listed_by_name() -> None:
    gathered = shown(dynamodb.Table, in_order(ListTables={"TableNames": ["orders", "stock"]}))
    assert ids(gathered) == [f"arn:aws:dynamodb:{HERE}:table/{n}" for n in ("orders", "stock")]
    assert [t.name for t in gathered.population] == ["orders", "stock"]


DOMAINS = in_order(
    ListDomainNames={
        "DomainNames": [
            {"DomainName": "old", "EngineType": "Elasticsearch"},
            {"DomainName": "new", "EngineType": "OpenSearch"},
            {"DomainName": "unsaid"},
        ]
    }
)


def test_a_domain_is_elasticsearchs_or_opensearchs_and_never_neithers() -> None:
    assert ids(shown(elasticsearch.Domain, DOMAINS)) == [f"arn:aws:es:{HERE}:domain/old"]
    assert ids(shown(opensearch.Domain, DOMAINS)) == [
        f"arn:aws:es:{HERE}:domain/{n}" for n in ("new", "unsaid")
    ]


@pytest.mark.parametrize(
    "kinds",
    [
        (elasticsearch.Domain, opensearch.Domain),
        (network_firewall.Firewall, network_firewall.LoggingConfiguration),
    ],
)
def test_types_that_one_call_shows_ask_the_same_call(kinds: tuple[type[Resource], ...]) -> None:
    calls = [kind.listed_by for kind in kinds]
    assert len({c.key for c in calls if c}) == 1
    assert len({c.secret for c in calls if c}) == 1


def test_job_definitions_are_told_apart_by_the_call() -> None:
    def summaries(call: Call) -> Page:
        kind = call.operation.removeprefix("List").removesuffix("JobDefinitions").lower()
        arn = f"arn:aws:sagemaker:{HERE}:{kind}-job-definition/one"
        return {
            "JobDefinitionSummaries": [
                {"MonitoringJobDefinitionName": "one", "MonitoringJobDefinitionArn": arn}
            ]
        }

    assert ids(shown(sagemaker.ModelBiasJobDefinition, summaries)) == [
        f"arn:aws:sagemaker:{HERE}:modelbias-job-definition/one"
    ]
    assert ids(shown(sagemaker.DataQualityJobDefinition, summaries)) == [
        f"arn:aws:sagemaker:{HERE}:dataquality-job-definition/one"
    ]


def test_brokers_of_both_engines_are_listed() -> None:
    brokers = [
        {"BrokerArn": f"arn:aws:mq:{HERE}:broker:{n}:b-1", "BrokerName": n, "EngineType": engine}
        for n, engine in (("orders", "ACTIVEMQ"), ("mail", "RABBITMQ"))
    ]
    gathered = shown(mq.Broker, in_order(ListBrokers={"BrokerSummaries": brokers}))
    assert ids(gathered) == [f"arn:aws:mq:{HERE}:broker:{n}:b-1" for n in ("orders", "mail")]


def test_the_default_event_bus_is_nobodys() -> None:
    buses = [{"Name": n, "Arn": f"arn:aws:events:{HERE}:event-bus/{n}"} for n in ("default", "orders")]
    assert ids(shown(events.EventBus, in_order(ListEventBuses={"EventBuses": buses}))) == [
        f"arn:aws:events:{HERE}:event-bus/orders"
    ]
