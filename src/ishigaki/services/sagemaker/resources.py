"""SageMaker: what is collected."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, Source, resource

# SageMaker AI's features differ by Region. The GovCloud user guide says that calls to those which are not
# available fail with this message.
NOT_HERE = ("UnknownOperationException: The requested operation is not supported in the called region",)

# The platforms that SageMaker AI has had for notebook instances.
PLATFORMS = (
    "notebook-al1-v1",
    "notebook-al2-v1",
    "notebook-al2-v2",
    "notebook-al2-v3",
    "notebook-al2023-v1",
)
SWITCH = ("Enabled", "Disabled")


def _isolated(at: str) -> bool:
    return member(at=at, absent=False, why="containers are internet-enabled by default")


def _encrypted(at: str) -> bool:
    return member(at=at, absent=False, why="By default, inter-container traffic is unencrypted")


def _definition(operation: str, specification: str) -> Call:
    """The call that shows one definition of monitoring jobs, without what its containers find in their environment."""
    return call(
        "sagemaker",
        operation,
        JobDefinitionName="{MonitoringJobDefinitionName}",
        secret=(f"{specification}.Environment.*",),
    )


@resource(
    "AWS::SageMaker::NotebookInstance",
    listed_by=call("sagemaker", "ListNotebookInstances", MaxResults=100),
    at="NotebookInstances",
    nothing=NOT_HERE,
    id="{NotebookInstanceArn}",
    name="{NotebookInstanceName}",
    detail=Source(
        call("sagemaker", "DescribeNotebookInstance", NotebookInstanceName="{NotebookInstanceName}")
    ),
)
class NotebookInstance(Resource):
    """A notebook instance."""

    notebook_instance_status: str
    direct_internet_access: str = member(
        absent="Enabled", values=SWITCH, why="Notebook Instances Are Internet-Enabled by Default"
    )
    root_access: str = member(absent="Enabled", values=SWITCH, why="The default value is Enabled")
    platform_identifier: str = member(values=PLATFORMS)
    subnet_id: str | None = member(
        absent=None, why="If you specified SubnetId, SageMaker AI creates a network interface in your own VPC"
    )


class Variant(Value):
    """A model behind an endpoint, and what it runs on."""

    variant_name: str
    initial_instance_count: int
    serverless_memory: int | None = member(
        at="ServerlessConfig.MemorySizeInMB",
        absent=None,
        why="Specifies a serverless endpoint configuration instead of an instance-based endpoint configuration",
    )


@resource(
    "AWS::SageMaker::EndpointConfig",
    listed_by=call("sagemaker", "ListEndpointConfigs", MaxResults=100),
    at="EndpointConfigs",
    nothing=NOT_HERE,
    id="{EndpointConfigArn}",
    name="{EndpointConfigName}",
    detail=Source(call("sagemaker", "DescribeEndpointConfig", EndpointConfigName="{EndpointConfigName}")),
)
class EndpointConfig(Resource):
    """What an endpoint runs on."""

    production_variants: tuple[Variant, ...]


class Container(Value):
    """A container of a model: from where its image comes."""

    repository_access_mode: str = member(
        at="ImageConfig.RepositoryAccessMode",
        absent="",
        values=("Platform", "Vpc"),
        why="ImageConfig is shown where it was given: without it there is no private registry",
    )


@resource(
    "AWS::SageMaker::Model",
    listed_by=call("sagemaker", "ListModels", MaxResults=100),
    at="Models",
    nothing=NOT_HERE,
    id="{ModelArn}",
    name="{ModelName}",
    detail=Source(
        call(
            "sagemaker",
            "DescribeModel",
            ModelName="{ModelName}",
            secret=(
                "PrimaryContainer.Environment.*",
                "Containers[].Environment.*",
                "DeploymentRecommendation.RealTimeInferenceRecommendations[].Environment.*",
            ),
        )
    ),
)
class Model(Resource):
    """A model."""

    enable_network_isolation: bool = _isolated("EnableNetworkIsolation")
    primary_container: Container | None = member(
        absent=None, why="a model has a primary container or the containers of an inference pipeline"
    )
    containers: tuple[Container, ...] = member(
        absent=(), why="a model has a primary container or the containers of an inference pipeline"
    )


class OfflineStore(Value):
    """Where a feature group keeps its history."""

    kms_key_id: str | None = member(
        at="S3StorageConfig.KmsKeyId",
        absent=None,
        why="the key of the offline store is shown where one was given",
    )


@resource(
    "AWS::SageMaker::FeatureGroup",
    listed_by=call("sagemaker", "ListFeatureGroups", MaxResults=100),
    at="FeatureGroupSummaries",
    nothing=NOT_HERE,
    id="{FeatureGroupArn}",
    name="{FeatureGroupName}",
    owner="{FeatureGroupArn!account}",
    detail=Source(call("sagemaker", "DescribeFeatureGroup", FeatureGroupName="{FeatureGroupArn}")),
)
class FeatureGroup(Resource):
    """A group of features of the feature store."""

    offline_store: OfflineStore | None = member(
        at="OfflineStoreConfig",
        absent=None,
        why="You must include at least one of OnlineStoreConfig and OfflineStoreConfig: one may be missing",
    )


@resource(
    "AWS::SageMaker::MonitoringSchedule",
    listed_by=call("sagemaker", "ListMonitoringSchedules", MaxResults=100),
    at="MonitoringScheduleSummaries",
    nothing=NOT_HERE,
    id="{MonitoringScheduleArn}",
    name="{MonitoringScheduleName}",
    detail=Source(
        call(
            "sagemaker",
            "DescribeMonitoringSchedule",
            MonitoringScheduleName="{MonitoringScheduleName}",
            secret=("MonitoringScheduleConfig.MonitoringJobDefinition.Environment.*",),
        )
    ),
)
class MonitoringSchedule(Resource):
    """A schedule of monitoring jobs."""

    network_isolation: bool = _isolated(
        "MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.EnableNetworkIsolation"
    )


@resource(
    "AWS::SageMaker::DataQualityJobDefinition",
    listed_by=call("sagemaker", "ListDataQualityJobDefinitions", MaxResults=100),
    at="JobDefinitionSummaries",
    nothing=NOT_HERE,
    id="{MonitoringJobDefinitionArn}",
    name="{MonitoringJobDefinitionName}",
    detail=Source(_definition("DescribeDataQualityJobDefinition", "DataQualityAppSpecification")),
)
class DataQualityJobDefinition(Resource):
    """A definition of data quality monitoring jobs."""

    network_isolation: bool = _isolated("NetworkConfig.EnableNetworkIsolation")
    traffic_encryption: bool = _encrypted("NetworkConfig.EnableInterContainerTrafficEncryption")


@resource(
    "AWS::SageMaker::ModelBiasJobDefinition",
    listed_by=call("sagemaker", "ListModelBiasJobDefinitions", MaxResults=100),
    at="JobDefinitionSummaries",
    nothing=NOT_HERE,
    id="{MonitoringJobDefinitionArn}",
    name="{MonitoringJobDefinitionName}",
    detail=Source(_definition("DescribeModelBiasJobDefinition", "ModelBiasAppSpecification")),
)
class ModelBiasJobDefinition(Resource):
    """A definition of model bias monitoring jobs."""

    network_isolation: bool = _isolated("NetworkConfig.EnableNetworkIsolation")
    traffic_encryption: bool = _encrypted("NetworkConfig.EnableInterContainerTrafficEncryption")
    instance_count: int = member(at="JobResources.ClusterConfig.InstanceCount")


@resource(
    "AWS::SageMaker::ModelExplainabilityJobDefinition",
    listed_by=call("sagemaker", "ListModelExplainabilityJobDefinitions", MaxResults=100),
    at="JobDefinitionSummaries",
    nothing=NOT_HERE,
    id="{MonitoringJobDefinitionArn}",
    name="{MonitoringJobDefinitionName}",
    detail=Source(
        _definition("DescribeModelExplainabilityJobDefinition", "ModelExplainabilityAppSpecification")
    ),
)
class ModelExplainabilityJobDefinition(Resource):
    """A definition of model explainability monitoring jobs."""

    traffic_encryption: bool = _encrypted("NetworkConfig.EnableInterContainerTrafficEncryption")


@resource(
    "AWS::SageMaker::ModelQualityJobDefinition",
    listed_by=call("sagemaker", "ListModelQualityJobDefinitions", MaxResults=100),
    at="JobDefinitionSummaries",
    nothing=NOT_HERE,
    id="{MonitoringJobDefinitionArn}",
    name="{MonitoringJobDefinitionName}",
    detail=Source(_definition("DescribeModelQualityJobDefinition", "ModelQualityAppSpecification")),
)
class ModelQualityJobDefinition(Resource):
    """A definition of model quality monitoring jobs."""

    traffic_encryption: bool = _encrypted("NetworkConfig.EnableInterContainerTrafficEncryption")
