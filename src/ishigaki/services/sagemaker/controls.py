"""SageMaker: what is required."""

from __future__ import annotations

from ishigaki.core.control import Example, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen, some
from ishigaki.core.record import replace
from ishigaki.services.sagemaker.resources import (
    Container,
    DataQualityJobDefinition,
    EndpointConfig,
    FeatureGroup,
    Model,
    ModelBiasJobDefinition,
    ModelExplainabilityJobDefinition,
    ModelQualityJobDefinition,
    MonitoringSchedule,
    NotebookInstance,
    OfflineStore,
    Variant,
)

SUPPORTED = ("notebook-al2023-v1",)  # the list of SageMaker.8, which AWS lets nobody change
NOTEBOOK = NotebookInstance(
    notebook_instance_status="InService",
    direct_internet_access="Disabled",
    root_access="Disabled",
    platform_identifier="notebook-al2023-v1",
    subnet_id="subnet-1",
)


@control(
    "SageMaker.1",
    examples=[
        passes(NOTEBOOK),
        fails("direct_access", replace(NOTEBOOK, direct_internet_access="Enabled")),
    ],
)
def has_no_direct_internet_access(notebook: NotebookInstance) -> Faults:
    """The notebook instance reaches the internet through a VPC, if at all."""
    if notebook.direct_internet_access != "Disabled":
        yield fault("direct_access")


@control(
    "SageMaker.2",
    examples=[
        passes(NOTEBOOK),
        passes(replace(NOTEBOOK, direct_internet_access="Enabled")),
        fails("no_vpc", replace(NOTEBOOK, subnet_id=None)),
    ],
)
def runs_in_vpc(notebook: NotebookInstance) -> Faults:
    """The notebook instance has a network interface in a VPC of the account's own."""
    if notebook.subnet_id is None:
        yield fault("no_vpc")


@control(
    "SageMaker.3",
    examples=[passes(NOTEBOOK), fails("root_access", replace(NOTEBOOK, root_access="Enabled"))],
)
def gives_no_root_access(notebook: NotebookInstance) -> Faults:
    """Users of the notebook instance are not root on it."""
    if notebook.root_access != "Disabled":
        yield fault("root_access")


def _endpoint(*counts: int) -> EndpointConfig:
    variants = (
        Variant(variant_name=f"v{number}", initial_instance_count=count, serverless_memory=None)
        for number, count in enumerate(counts)
    )
    return EndpointConfig(production_variants=tuple(variants))


SERVERLESS = EndpointConfig(production_variants=(Variant(variant_name="v", serverless_memory=2048),))


def _has_instances(variant: Variant) -> bool:
    return variant.serverless_memory is None


@control(
    "SageMaker.4",
    where=lambda endpoint: some(endpoint.production_variants, _has_instances),
    examples=[
        passes(_endpoint(2)),
        passes(_endpoint(2, 3)),
        fails("single_instance", _endpoint(1)),
        fails("single_instance", _endpoint(2, 1)),
        ignores(SERVERLESS),
    ],
)
def starts_several_instances(endpoint: EndpointConfig) -> Faults:
    """Every production variant that runs on instances starts with two at least; shadow variants are not asked."""
    for variant in chosen(
        endpoint.production_variants, lambda v: _has_instances(v) and v.initial_instance_count < 2
    ):
        yield fault("single_instance", variant=variant.variant_name)


PRIVATE, PUBLIC = Container(repository_access_mode="Vpc"), Container(repository_access_mode="Platform")
NOWHERE = Container(repository_access_mode="")
SINGLE = Model(enable_network_isolation=True, primary_container=PRIVATE, containers=())
PIPELINE = replace(SINGLE, primary_container=None, containers=(PRIVATE, PRIVATE))


@control(
    "SageMaker.5",
    examples=[passes(SINGLE), fails("not_isolated", replace(SINGLE, enable_network_isolation=False))],
)
def model_is_isolated(model: Model) -> Faults:
    """No network calls can be made to or from the model's containers."""
    if not model.enable_network_isolation:
        yield fault("not_isolated")


@control(
    "SageMaker.8",
    examples=[
        passes(NOTEBOOK),
        *(
            fails("unsupported", replace(NOTEBOOK, platform_identifier=platform))
            for platform in ("notebook-al1-v1", "notebook-al2-v3")
        ),
    ],
)
def runs_supported_platform(notebook: NotebookInstance) -> Faults:
    """The notebook instance runs on a platform that SageMaker AI still supports, by AWS's list."""
    if notebook.platform_identifier not in SUPPORTED:
        yield fault("unsupported", platform=notebook.platform_identifier)


def _is_public(container: Container) -> bool:
    return container.repository_access_mode != "Vpc"


@control(
    "SageMaker.16",
    where=lambda model: model.primary_container is not None,
    examples=[
        passes(SINGLE),
        fails("not_from_vpc", replace(SINGLE, primary_container=PUBLIC)),
        fails("not_from_vpc", replace(SINGLE, primary_container=NOWHERE)),
        ignores(PIPELINE),
    ],
)
def primary_image_comes_from_vpc(model: Model) -> Faults:
    """The image of the model's primary container comes from a private registry in a VPC."""
    if model.primary_container is not None and _is_public(model.primary_container):
        yield fault("not_from_vpc")


@control(
    "SageMaker.19",
    where=lambda model: bool(model.containers),
    examples=[
        passes(PIPELINE),
        fails("not_from_vpc", replace(PIPELINE, containers=(PRIVATE, PUBLIC))),
        fails("not_from_vpc", replace(PIPELINE, containers=(NOWHERE, PRIVATE))),
        ignores(SINGLE),
    ],
)
def pipeline_images_come_from_vpc(model: Model) -> Faults:
    """The images of all containers of the model's inference pipeline come from a private registry in a VPC."""
    numbered = enumerate(model.containers, start=1)
    for number, _ in chosen(numbered, lambda pair: _is_public(pair[1])):
        yield fault("not_from_vpc", number=number)


@control(
    "SageMaker.17",
    where=lambda group: group.offline_store is not None,
    examples=[
        passes(FeatureGroup(offline_store=OfflineStore(kms_key_id="arn:aws:kms:eu-west-1:1:key/k"))),
        fails("no_key", FeatureGroup(offline_store=OfflineStore(kms_key_id=None))),
        ignores(FeatureGroup(offline_store=None)),
    ],
)
def offline_store_is_encrypted(group: FeatureGroup) -> Faults:
    """The offline store of the feature group, where it has one, is encrypted with a KMS key that was named."""
    if group.offline_store is not None and group.offline_store.kms_key_id is None:
        yield fault("no_key")


Isolated = DataQualityJobDefinition | ModelBiasJobDefinition | MonitoringSchedule
Encrypted = (
    DataQualityJobDefinition
    | ModelBiasJobDefinition
    | ModelExplainabilityJobDefinition
    | ModelQualityJobDefinition
)


def _isolation(kind: type[Isolated]) -> list[Example]:
    return [passes(kind(network_isolation=True)), fails("not_isolated", kind(network_isolation=False))]


def _encryption(kind: type[Encrypted]) -> list[Example]:
    return [passes(kind(traffic_encryption=True)), fails("not_encrypted", kind(traffic_encryption=False))]


def _network(job: Isolated) -> Faults:
    if not job.network_isolation:
        yield fault("not_isolated")


def _traffic(job: Encrypted) -> Faults:
    if not job.traffic_encryption:
        yield fault("not_encrypted")


@control("SageMaker.9", examples=_encryption(DataQualityJobDefinition))
def data_quality_jobs_encrypt_traffic(job: DataQualityJobDefinition) -> Faults:
    """The data quality job definition encrypts what its containers send each other."""
    yield from _traffic(job)


@control("SageMaker.10", examples=_encryption(ModelExplainabilityJobDefinition))
def explainability_jobs_encrypt_traffic(job: ModelExplainabilityJobDefinition) -> Faults:
    """The model explainability job definition encrypts what its containers send each other."""
    yield from _traffic(job)


@control("SageMaker.11", examples=_isolation(DataQualityJobDefinition))
def data_quality_jobs_are_isolated(job: DataQualityJobDefinition) -> Faults:
    """The containers of the data quality job definition make and take no network calls."""
    yield from _network(job)


@control("SageMaker.12", examples=_isolation(ModelBiasJobDefinition))
def bias_jobs_are_isolated(job: ModelBiasJobDefinition) -> Faults:
    """The containers of the model bias job definition make and take no network calls."""
    yield from _network(job)


@control("SageMaker.13", examples=_encryption(ModelQualityJobDefinition))
def model_quality_jobs_encrypt_traffic(job: ModelQualityJobDefinition) -> Faults:
    """The model quality job definition encrypts what its containers send each other."""
    yield from _traffic(job)


@control("SageMaker.14", examples=_isolation(MonitoringSchedule))
def monitoring_is_isolated(schedule: MonitoringSchedule) -> Faults:
    """The jobs of the monitoring schedule make and take no network calls, by the schedule's own word.

    AWS fails a schedule where the setting is not configured, so one that names a job definition fails, too.
    """
    yield from _network(schedule)


PAIR = ModelBiasJobDefinition(instance_count=2, traffic_encryption=True)


@control(
    "SageMaker.15",
    where=lambda job: job.instance_count >= 2,
    examples=[
        passes(PAIR),
        fails("not_encrypted", replace(PAIR, traffic_encryption=False)),
        fails("not_encrypted", replace(PAIR, traffic_encryption=False, instance_count=3)),
        ignores(replace(PAIR, traffic_encryption=False, instance_count=1)),
    ],
)
def bias_jobs_encrypt_traffic(job: ModelBiasJobDefinition) -> Faults:
    """The model bias job definition, where it runs on several instances, encrypts what they send each other."""
    yield from _traffic(job)


CONTROLS = (
    has_no_direct_internet_access,
    runs_in_vpc,
    gives_no_root_access,
    starts_several_instances,
    model_is_isolated,
    runs_supported_platform,
    data_quality_jobs_encrypt_traffic,
    explainability_jobs_encrypt_traffic,
    data_quality_jobs_are_isolated,
    bias_jobs_are_isolated,
    model_quality_jobs_encrypt_traffic,
    monitoring_is_isolated,
    bias_jobs_encrypt_traffic,
    primary_image_comes_from_vpc,
    offline_store_is_encrypted,
    pipeline_images_come_from_vpc,
)
