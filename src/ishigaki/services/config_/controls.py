"""Config: what is required."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ishigaki.core.control import Parameters, control, fails, passes
from ishigaki.core.fault import Fault, Faults, fault
from ishigaki.core.population import Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.services.config_.required import IAM_TYPES, ONLY_IN, RECORDS_IAM, REGIONAL_TYPES, needed_in
from ishigaki.services.config_.resources import (
    FindingAggregator,
    Recorder,
    RecorderSummary,
    Recording,
    RecordingGroup,
)

SECURITY_HUB = "securityhub.amazonaws.com"
SERVICE_LINKED_ROLE = ":role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
NAMED = 5  # how many missing types a fault names

EVERYTHING = RecordingGroup(
    all_supported=True,
    include_global_resource_types=True,
    resource_types=(),
    excluded=(),
    strategy="ALL_SUPPORTED_RESOURCE_TYPES",
)
CHOSEN = RecordingGroup(
    all_supported=False,
    include_global_resource_types=False,
    resource_types=tuple(sorted(REGIONAL_TYPES | IAM_TYPES)),
    excluded=(),
    strategy="INCLUSION_BY_RESOURCE_TYPES",
)
EXCLUDING = replace(
    CHOSEN, resource_types=(), excluded=("AWS::IoT::Policy",), strategy="EXCLUSION_BY_RESOURCE_TYPES"
)
WITHOUT_IAM = replace(EVERYTHING, include_global_resource_types=False, strategy="")
HERE = Recording()
VIRGINIA = Recording(region="us-east-1")
ONLY_VIRGINIA = ONLY_IN["us-east-1"]
GOOD = Recorder(
    role_arn=f"arn:aws:iam::111122223333{SERVICE_LINKED_ROLE}",
    recording_group=EVERYTHING,
    is_recording=True,
)
OWN = RecorderSummary(service_principal="")
LINKED = RecorderSummary(service_principal=SECURITY_HUB)
AGGREGATOR = FindingAggregator(
    finding_aggregation_region="us-east-1", region_linking_mode="ALL_REGIONS", regions=()
)
MISSING = "config_recorder_missing_required_resource_types"


def _recording(group: RecordingGroup) -> Recorder:
    return replace(GOOD, recording_group=group)


class RoleCheck(Parameters, frozen=True):
    """What AWS lets an account set of Config.1: whether the recorder must use Config's service-linked role."""

    include_config_service_linked_role_check: bool = True


ANY_ROLE = RoleCheck(include_config_service_linked_role_check=False)


@control(
    "Config.1",
    examples=[
        passes(HERE, GOOD, OWN),
        passes(HERE, _recording(CHOSEN), OWN),
        passes(HERE, _recording(EXCLUDING), OWN),
        passes(HERE, LINKED),
        passes(HERE, replace(GOOD, is_recording=False), LINKED),
        passes(HERE, _recording(WITHOUT_IAM), OWN, AGGREGATOR),
        passes(
            HERE,
            _recording(WITHOUT_IAM),
            OWN,
            replace(AGGREGATOR, region_linking_mode="SPECIFIED_REGIONS", regions=("ap-northeast-1",)),
        ),
        passes(replace(HERE, region="eu-central-2"), _recording(WITHOUT_IAM), OWN),
        fails("no_recorder", HERE),
        fails("config_recorder_disabled", HERE, replace(GOOD, is_recording=False), OWN),
        fails(
            "config_recorder_disabled",
            HERE,
            replace(GOOD, is_recording=False),
            replace(LINKED, service_principal="securityhubv2.amazonaws.com"),
        ),
        fails(
            "config_recorder_custom_role",
            HERE,
            replace(GOOD, role_arn="arn:aws:iam::111122223333:role/AWSServiceRoleForConfig"),
            OWN,
        ),
        passes(HERE, replace(GOOD, role_arn="arn:aws:iam::111122223333:role/own"), OWN, asked=ANY_ROLE),
        fails("config_recorder_disabled", HERE, replace(GOOD, is_recording=False), OWN, asked=ANY_ROLE),
        fails(MISSING, HERE, _recording(replace(CHOSEN, resource_types=CHOSEN.resource_types[1:])), OWN),
        fails(MISSING, HERE, _recording(replace(EXCLUDING, excluded=("AWS::S3::Bucket",))), OWN),
        passes(
            VIRGINIA,
            _recording(replace(CHOSEN, resource_types=(*CHOSEN.resource_types, *ONLY_VIRGINIA))),
            OWN,
        ),
        fails(MISSING, VIRGINIA, _recording(CHOSEN), OWN),
        fails(MISSING, HERE, _recording(WITHOUT_IAM), OWN),
        fails(
            MISSING, HERE, _recording(WITHOUT_IAM), OWN, replace(AGGREGATOR, region_linking_mode="NO_REGIONS")
        ),
        fails(MISSING, VIRGINIA, _recording(WITHOUT_IAM), OWN, AGGREGATOR),
        fails(
            MISSING,
            HERE,
            _recording(WITHOUT_IAM),
            OWN,
            replace(
                AGGREGATOR, region_linking_mode="ALL_REGIONS_EXCEPT_SPECIFIED", regions=("ap-northeast-1",)
            ),
        ),
    ],
)
def records_what_controls_need(
    here: Recording,
    recorders: Given[Recorder],
    summaries: Given[RecorderSummary],
    aggregators: Given[FindingAggregator],
    asked: RoleCheck,
) -> Faults:
    """A recorder is on, uses Config's service-linked role (unless an account leaves that out) and records every type
    that controls need.

    The global IAM types are needed unless the Region is linked to an aggregation Region, or Config cannot
    record them there. Where Security Hub CSPM runs a recorder of its own, the control passes whatever the
    customer's does.
    """
    claims: tuple[Callable[[], bool], ...] = (
        lambda: not any(_shortcomings(here, recorders, aggregators, asked)),
        lambda: some(summaries, lambda s: s.service_principal == SECURITY_HUB),
    )
    if not some(claims, lambda claim: claim()):
        yield from _shortcomings(here, recorders, aggregators, asked)


def _shortcomings(
    here: Recording, recorders: Given[Recorder], aggregators: Given[FindingAggregator], asked: RoleCheck
) -> Iterator[Fault]:
    if not recorders:
        yield fault("no_recorder")
    for recorder in recorders:
        yield from _shortcomings_of(recorder, here, aggregators, asked)


def _shortcomings_of(
    recorder: Recorder, here: Recording, aggregators: Given[FindingAggregator], asked: RoleCheck
) -> Iterator[Fault]:
    def misses_iam_types() -> bool:
        return (
            here.region in RECORDS_IAM
            and bool(_missing(IAM_TYPES, recorder))
            and not some(aggregators, lambda a: a.links(here.region))
        )

    needed = needed_in(here.region)
    checks: tuple[tuple[Callable[[], bool], Callable[[], Fault]], ...] = (
        (lambda: not recorder.is_recording, lambda: fault("config_recorder_disabled")),
        (
            lambda: (
                asked.include_config_service_linked_role_check
                and not recorder.role_arn.endswith(SERVICE_LINKED_ROLE)
            ),
            lambda: fault("config_recorder_custom_role", role=recorder.role_arn),
        ),
        (lambda: bool(_missing(needed, recorder)), lambda: _not_recorded(needed, recorder)),
        (misses_iam_types, lambda: _not_recorded(IAM_TYPES, recorder)),
    )
    for _, shortcoming in chosen(checks, lambda check: check[0]()):
        yield shortcoming()


def _not_recorded(kinds: frozenset[str], recorder: Recorder) -> Fault:
    missing = _missing(kinds, recorder)
    return fault(MISSING, count=len(missing), types=", ".join(missing[:NAMED]))


def _missing(kinds: frozenset[str], recorder: Recorder) -> list[str]:
    return sorted(k for k in kinds if not recorder.recording_group.records(k))


CONTROLS = (records_what_controls_need,)
