"""Machine learning: SageMaker AI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.journeys.rooms.thing import Make, named, subnets
from tests.journeys.scenes.started import made
from tests.journeys.workshop import ID, TOKYO, Workshop

ROLE = f"arn:aws:iam::{ID}:role/worker"
INPUT = {"EndpointName": "all", "LocalPath": "/in"}
OUTPUT = {"MonitoringOutputs": [{"S3Output": {"S3Uri": "s3://reports/all", "LocalPath": "/out"}}]}


def notebook(workshop: Workshop, sound: bool) -> str:
    network: dict[str, Any] = {"SubnetId": subnets(workshop)[0], "SecurityGroupIds": ["sg-0123456789abcdef0"]}
    made(
        workshop,
        "sagemaker:CreateNotebookInstance",
        NotebookInstanceName=named(sound),
        InstanceType="ml.t3.medium",
        RoleArn=ROLE,
        DirectInternetAccess="Disabled" if sound else "Enabled",
        RootAccess="Disabled" if sound else "Enabled",
        PlatformIdentifier="notebook-al2023-v1" if sound else "notebook-al1-v1",
        **(network if sound else {}),
    )
    return f"notebook-instance/{named(sound)}"


def model(workshop: Workshop, sound: bool) -> str:
    image = {"Image": f"{ID}.dkr.ecr.{TOKYO}.amazonaws.com/model:1"}
    private = {"RepositoryAccessMode": "Vpc" if sound else "Platform"}
    made(
        workshop,
        "sagemaker:CreateModel",
        ModelName=named(sound),
        ExecutionRoleArn=ROLE,
        PrimaryContainer={**image, "ImageConfig": private},
        EnableNetworkIsolation=sound,
        VpcConfig={"SecurityGroupIds": ["sg-0123456789abcdef0"], "Subnets": subnets(workshop)[:1]},
    )
    return f"model/{named(sound)}"


def inference_pipeline(workshop: Workshop, sound: bool) -> str:
    private = {"RepositoryAccessMode": "Vpc" if sound else "Platform"}
    image = {"Image": f"{ID}.dkr.ecr.{TOKYO}.amazonaws.com/model:1", "ImageConfig": private}
    name = f"pipeline-{named(sound)}"
    made(workshop, "sagemaker:CreateModel", ModelName=name, ExecutionRoleArn=ROLE, Containers=[image, image])
    return f"model/{name}"


def endpoint_config(workshop: Workshop, sound: bool) -> str:
    variant: dict[str, Any] = {"VariantName": "all", "ModelName": "sound", "InstanceType": "ml.m5.large"}
    made(
        workshop,
        "sagemaker:CreateEndpointConfig",
        EndpointConfigName=named(sound),
        ProductionVariants=[{**variant, "InitialInstanceCount": 2 if sound else 1}],
    )
    return f"endpoint-config/{named(sound)}"


def _job(workshop: Workshop, sound: bool, kind: str, asked: str, of: Mapping[str, Any]) -> str:
    """A job definition of a kind, with its specification and what its input needs beside the endpoint."""
    cluster = {"InstanceCount": 2, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 20}
    network = {"EnableInterContainerTrafficEncryption": sound, "EnableNetworkIsolation": sound}
    name = f"{kind.lower()}-{named(sound)}"
    settings: dict[str, Any] = {
        f"{kind}AppSpecification": {"ImageUri": "monitor:1", **of},
        f"{kind}JobInput": {"EndpointInput": INPUT, **({"GroundTruthS3Input": {}} if asked else {})},
        f"{kind}JobOutputConfig": OUTPUT,
    }
    made(
        workshop,
        f"sagemaker:Create{kind}JobDefinition",
        JobDefinitionName=name,
        JobResources={"ClusterConfig": cluster},
        NetworkConfig=network,
        RoleArn=ROLE,
        **settings,
    )
    return name


def data_quality(workshop: Workshop, sound: bool) -> str:
    return _job(workshop, sound, "DataQuality", "", {})


def model_quality(workshop: Workshop, sound: bool) -> str:
    return _job(workshop, sound, "ModelQuality", "labels", {})


def model_bias(workshop: Workshop, sound: bool) -> str:
    return _job(workshop, sound, "ModelBias", "labels", {"ConfigUri": "s3://reports/config"})


def explainability(workshop: Workshop, sound: bool) -> str:
    return _job(workshop, sound, "ModelExplainability", "", {"ConfigUri": "s3://reports/config"})


def feature_group(workshop: Workshop, sound: bool) -> str:
    stored = {"S3Uri": "s3://features/all", **({"KmsKeyId": "alias/features"} if sound else {})}
    made(
        workshop,
        "sagemaker:CreateFeatureGroup",
        FeatureGroupName=named(sound),
        RecordIdentifierFeatureName="id",
        EventTimeFeatureName="at",
        FeatureDefinitions=[
            {"FeatureName": "id", "FeatureType": "String"},
            {"FeatureName": "at", "FeatureType": "String"},
        ],
        OfflineStoreConfig={"S3StorageConfig": stored},
        RoleArn=ROLE,
    )
    return f"feature-group/{named(sound)}"


SHOWN: Mapping[Make, str] = {
    notebook: "SageMaker.1 SageMaker.2 SageMaker.3",
    model: "SageMaker.16",
    inference_pipeline: "SageMaker.19",
    endpoint_config: "SageMaker.4",
    data_quality: "SageMaker.9 SageMaker.11",
    explainability: "SageMaker.10",
    model_quality: "SageMaker.13",
    model_bias: "SageMaker.12 SageMaker.15",
    feature_group: "SageMaker.17",
}
CANNOT_SHOW: Mapping[str, str] = {
    "SageMaker.5": "it forgets that a model is isolated",
    "SageMaker.8": "it shows no platform of a notebook instance",
    "SageMaker.14": "it knows no monitoring schedules",
}
