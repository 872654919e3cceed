"""SageMaker: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource

# SageMaker AI's features differ by Region. The GovCloud user guide says that calls to those which are not
# available fail with this message.
NOT_HERE = ("UnknownOperationException: The requested operation is not supported in the called region",)


@resource(
    "AWS::SageMaker::NotebookInstance",
    listed_by=call("sagemaker", "ListNotebookInstances", MaxResults=100),
    at="NotebookInstances",
    nothing=NOT_HERE,
    id="{NotebookInstanceArn}",
    name="{NotebookInstanceName}",
)
class NotebookInstance(Resource):
    """A notebook instance."""


@resource(
    "AWS::SageMaker::EndpointConfig",
    listed_by=call("sagemaker", "ListEndpointConfigs", MaxResults=100),
    at="EndpointConfigs",
    nothing=NOT_HERE,
    id="{EndpointConfigArn}",
    name="{EndpointConfigName}",
)
class EndpointConfig(Resource):
    """What an endpoint runs on."""


@resource(
    "AWS::SageMaker::Model",
    listed_by=call("sagemaker", "ListModels", MaxResults=100),
    at="Models",
    nothing=NOT_HERE,
    id="{ModelArn}",
    name="{ModelName}",
)
class Model(Resource):
    """A model."""


@resource(
    "AWS::SageMaker::FeatureGroup",
    listed_by=call("sagemaker", "ListFeatureGroups", MaxResults=100),
    at="FeatureGroupSummaries",
    nothing=NOT_HERE,
    id="{FeatureGroupArn}",
    name="{FeatureGroupName}",
    owner="{FeatureGroupArn!account}",
)
class FeatureGroup(Resource):
    """A group of features of the feature store."""


@resource(
    "AWS::SageMaker::MonitoringSchedule",
    listed_by=call("sagemaker", "ListMonitoringSchedules", MaxResults=100),
    at="MonitoringScheduleSummaries",
    nothing=NOT_HERE,
    id="{MonitoringScheduleArn}",
    name="{MonitoringScheduleName}",
)
class MonitoringSchedule(Resource):
    """A schedule of monitoring jobs."""


@resource(
    "AWS::SageMaker::DataQualityJobDefinition",
    listed_by=call("sagemaker", "ListDataQualityJobDefinitions", MaxResults=100),
    at="JobDefinitionSummaries",
    nothing=NOT_HERE,
    id="{MonitoringJobDefinitionArn}",
    name="{MonitoringJobDefinitionName}",
)
class DataQualityJobDefinition(Resource):
    """A definition of data quality monitoring jobs."""


@resource(
    "AWS::SageMaker::ModelBiasJobDefinition",
    listed_by=call("sagemaker", "ListModelBiasJobDefinitions", MaxResults=100),
    at="JobDefinitionSummaries",
    nothing=NOT_HERE,
    id="{MonitoringJobDefinitionArn}",
    name="{MonitoringJobDefinitionName}",
)
class ModelBiasJobDefinition(Resource):
    """A definition of model bias monitoring jobs."""


@resource(
    "AWS::SageMaker::ModelExplainabilityJobDefinition",
    listed_by=call("sagemaker", "ListModelExplainabilityJobDefinitions", MaxResults=100),
    at="JobDefinitionSummaries",
    nothing=NOT_HERE,
    id="{MonitoringJobDefinitionArn}",
    name="{MonitoringJobDefinitionName}",
)
class ModelExplainabilityJobDefinition(Resource):
    """A definition of model explainability monitoring jobs."""


@resource(
    "AWS::SageMaker::ModelQualityJobDefinition",
    listed_by=call("sagemaker", "ListModelQualityJobDefinitions", MaxResults=100),
    at="JobDefinitionSummaries",
    nothing=NOT_HERE,
    id="{MonitoringJobDefinitionArn}",
    name="{MonitoringJobDefinitionName}",
)
class ModelQualityJobDefinition(Resource):
    """A definition of model quality monitoring jobs."""
