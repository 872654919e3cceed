"""ECS: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::ECS::Cluster",
    listed_by=call("ecs", "ListClusters", maxResults=100),
    at="clusterArns",
    id="{}",
    name="{!name}",
)
class Cluster(Resource):
    """A cluster."""


@resource(
    "AWS::ECS::Service",
    listed_by=call("ecs", "ListServices", cluster="{}", maxResults=100),
    at="serviceArns",
    id="{}",
    name="{!name}",
    over=Cluster,
)
class Service(Resource):
    """A service."""


@resource(
    "AWS::ECS::TaskSet",
    # Asked of the service: DescribeTaskSets is for services that another controller deploys.
    listed_by=call("ecs", "DescribeServices", cluster="{parent.}", services=["{}"]),
    at="services[?deploymentController.type=='EXTERNAL'].taskSets[]",
    id="{taskSetArn}",
    name="{id}",
    over=Service,
)
class TaskSet(Resource):
    """A set of tasks of a service whose deployments an external controller makes."""


@resource(
    "ecs_task_definition_family",
    listed_by=call("ecs", "ListTaskDefinitionFamilies", status="ACTIVE", maxResults=100),
    at="families",
    id="arn:{partition}:ecs:{region}:{account}:task-definition/{}",
    name="{}",
)
class TaskDefinitionFamily(Resource):
    """The revisions of a task definition, at least one of them active."""


@resource(
    "AWS::ECS::TaskDefinition",
    # Security Hub judges the latest active revision only; AWS answers with it when asked by the family.
    listed_by=call(
        "ecs",
        "DescribeTaskDefinition",
        taskDefinition="{}",
        secret=("taskDefinition.containerDefinitions[].environment[].value",),
    ),
    at="taskDefinition",
    id="{taskDefinitionArn}",
    name="{family}",
    over=TaskDefinitionFamily,
)
class TaskDefinition(Resource):
    """The latest active revision of a task definition."""


@resource(
    "AWS::ECS::CapacityProvider",
    listed_by=call("ecs", "DescribeCapacityProviders", include=["TAGS"]),
    # FARGATE and FARGATE_SPOT are AWS's own; a deleted provider stays as INACTIVE.
    at="capacityProviders[?name!='FARGATE' && name!='FARGATE_SPOT' && status!='INACTIVE']",
    id="{capacityProviderArn}",
    name="{name}",
    tags="tags",
)
class CapacityProvider(Resource):
    """A capacity provider of the account."""
