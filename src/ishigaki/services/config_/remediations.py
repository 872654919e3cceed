"""Config: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ishigaki.core.call import Call, call
from ishigaki.core.change import (
    Change,
    Changes,
    Disruption,
    Effect,
    Note,
    Step,
    alters,
    change,
    creates,
    note,
    skip,
    step,
)
from ishigaki.core.population import AccountWide, Given, none
from ishigaki.core.record import replace
from ishigaki.core.remediation import EXAMPLE_AROUND, Around, Wanted, leaves, mends, remediation
from ishigaki.core.verbatim import new, said, said_of
from ishigaki.services import control_tower
from ishigaki.services.config_.controls import (
    AGGREGATOR,
    CHOSEN,
    EXCLUDING,
    GOOD,
    HERE,
    SERVICE_LINKED_ROLE,
    WITHOUT_IAM,
)
from ishigaki.services.config_.required import IAM_TYPES, RECORDS_IAM, needed_in
from ishigaki.services.config_.resources import (
    DeliveryChannel,
    FindingAggregator,
    Recorder,
    Recording,
    RecordingGroup,
)
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.kms.making import TAG
from ishigaki.services.kms.resources import Key
from ishigaki.services.s3.buckets.making import (
    LOGS,
    access_logs,
    bucket_arn,
    log_bucket_name,
    log_key,
    log_store,
)
from ishigaki.services.s3.buckets.resources import Bucket

NAME = "default"  # what the console and the CLI call a Region's recorder and channel
ROLE = "AWSServiceRoleForConfig"
PRINCIPAL = "config.amazonaws.com"
POLICY = "AWSConfigServiceRolePolicy"
TAKEN = {"role_arn": "roleARN", "recording_group": "recordingGroup"}  # as PutConfigurationRecorder takes them


class ConfigWanted(Wanted, frozen=True):
    """How a recorder that is made records; one that is there keeps its mode. Sources: R3 (every type, and the
    global ones), R56 (always on); each change is recorded as it happens, which is AWS's default."""

    frequency: str = "CONTINUOUS"


CHANNEL = DeliveryChannel()
STOPPED = replace(GOOD, is_recording=False)
LINKED_ROLE = Role(id=f"arn:aws:iam::{HERE.account}{SERVICE_LINKED_ROLE}", name=ROLE, region="aws-global")
STORE = Bucket(name=log_bucket_name(EXAMPLE_AROUND))
LOG_KEY = Key(key_state="Enabled", tags={TAG: LOGS})
ARCHIVED_ELSEWHERE = msgspec.structs.replace(EXAMPLE_AROUND, archive="999988887777")
LIVES_ELSEWHERE = msgspec.structs.replace(EXAMPLE_AROUND, home="us-east-1")


def _with(group: RecordingGroup) -> Recorder:
    return replace(GOOD, recording_group=group)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(HERE),
        mends(HERE, LINKED_ROLE, STORE),
        mends(HERE, LINKED_ROLE, LOG_KEY),
        mends(HERE, LINKED_ROLE, around=ARCHIVED_ELSEWHERE),
        mends(HERE, LINKED_ROLE, AGGREGATOR, wanted=ConfigWanted(frequency="DAILY"), around=LIVES_ELSEWHERE),
        mends(HERE, LINKED_ROLE, STOPPED, CHANNEL),
        mends(HERE, LINKED_ROLE, STORE, STOPPED),
        mends(HERE, LINKED_ROLE, replace(GOOD, role_arn="arn:aws:iam::111122223333:role/own"), CHANNEL),
        mends(HERE, LINKED_ROLE, _with(WITHOUT_IAM), CHANNEL, AGGREGATOR),
        mends(HERE, LINKED_ROLE, _with(replace(CHOSEN, resource_types=("AWS::S3::Bucket",))), CHANNEL),
        mends(
            HERE,
            LINKED_ROLE,
            _with(replace(EXCLUDING, excluded=("AWS::IoT::Policy", "AWS::S3::Bucket"))),
            CHANNEL,
        ),
        mends(HERE, LINKED_ROLE, _with(replace(EXCLUDING, excluded=("AWS::S3::Bucket",))), CHANNEL),
        leaves(HERE, LINKED_ROLE, GOOD, CHANNEL),
        leaves(HERE, LINKED_ROLE, _with(EXCLUDING), CHANNEL),
        leaves(HERE, LINKED_ROLE, _with(WITHOUT_IAM), CHANNEL, AGGREGATOR, around=LIVES_ELSEWHERE),
        leaves(
            HERE,
            replace(STOPPED, name="aws-controltower-BaselineConfigRecorder"),
            CHANNEL,
            skip="owned_by_control_tower",
        ),
    ],
)
def record_configuration(
    here: Recording,
    recorders: Given[Recorder],
    channels: Given[DeliveryChannel],
    aggregators: Given[FindingAggregator],
    roles: AccountWide[Role],
    buckets: AccountWide[Bucket],
    keys: AccountWide[Key],
    around: Around,
    wanted: ConfigWanted,
) -> Changes:
    """Records every resource type in the Region, and delivers to the estate's log bucket.

    A recorder that is there is adopted: it keeps its name and mode and records no less than before; a role that
    is not Config's own is replaced, with which deliveries may stop. The global IAM types are recorded in the home Region, and elsewhere only
    where Config.1 asks for them: where the Region is linked to no aggregation Region. A channel that is there
    stays.
    """
    iam = here.region in RECORDS_IAM and (
        here.region == around.home or none(aggregators, lambda a: a.links(here.region))
    )
    recorder = next(iter(recorders), None)
    becomes = _becomes(recorder, here, iam=iam)
    if not becomes and channels:
        return
    if recorder is not None and control_tower.keeps(recorder):
        yield skip("owned_by_control_tower")
        return
    bucket = "" if channels else log_bucket_name(around)
    if bucket and around.is_log_archive and none(buckets, lambda b: b.name == bucket):
        yield from access_logs(here, region=around.home, buckets=buckets)
        yield log_store(here, around, key=log_key(keys, region=around.home), access_logs=True)
    if "role_arn" in becomes and none(roles, lambda r: r.id == _role_arn(here)):
        yield _linked_role(here)
    yield _recorded(here, recorder, becomes, bucket=bucket, frequency=wanted.frequency)


def _role_arn(here: Recording) -> str:
    return f"arn:{here.partition}:iam::{here.account}{SERVICE_LINKED_ROLE}"


def _linked_role(here: Recording) -> Change:
    trust = {"Effect": "Allow", "Principal": {"Service": PRINCIPAL}, "Action": "sts:AssumeRole"}
    policy = f"arn:{here.partition}:iam::aws:policy/aws-service-role/{POLICY}"
    role = new(
        Role,
        near=here,
        item={
            "Path": f"/aws-service-role/{PRINCIPAL}/",
            "RoleName": ROLE,
            "Arn": _role_arn(here),
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "RolePolicyList": [],
            "AttachedManagedPolicies": [{"PolicyName": POLICY, "PolicyArn": policy}],
        },
    )
    create = call("iam", "CreateServiceLinkedRole", AWSServiceName=PRINCIPAL)
    return change(
        creates(role),
        steps=[step("create", create, undo=call("iam", "DeleteServiceLinkedRole", RoleName=ROLE))],
        disruption=Disruption.NONE,
    )


def _becomes(recorder: Recorder | None, here: Recording, *, iam: bool) -> dict[str, Any]:
    """What of the recorder must change, in AWS's form."""
    if recorder is None:
        return {"role_arn": _role_arn(here), "recording_group": _everything(iam=iam), "is_recording": True}
    before = said(recorder, "recording_group")
    group = _complete(recorder.recording_group, before, region=here.region, iam=iam)
    changed: dict[str, Any] = {} if group == before else {"recording_group": group}
    if not recorder.role_arn.endswith(SERVICE_LINKED_ROLE):
        changed["role_arn"] = _role_arn(here)
    if not recorder.is_recording:
        changed["is_recording"] = True
    return changed


def _everything(*, iam: bool) -> dict[str, Any]:
    return {
        "allSupported": True,
        "includeGlobalResourceTypes": iam,
        "recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"},
    }


def _complete(
    group: RecordingGroup, before: Mapping[str, Any], *, region: str, iam: bool
) -> Mapping[str, Any]:
    """A group that records what is needed and all that it recorded before.

    Of types that are excluded on purpose those stay that no control needs. A list of types becomes "everything":
    AWS does not take every type that its controls need in such a list.
    """
    needed = needed_in(region) | (IAM_TYPES if iam else frozenset())
    if all(group.records(kind) for kind in needed):
        return before
    if group.strategy == "EXCLUSION_BY_RESOURCE_TYPES":
        left = [kind for kind in group.excluded if kind not in needed]
        if left:
            return {**before, "exclusionByResourceTypes": {"resourceTypes": left}}
    recorded = region in RECORDS_IAM and any(group.records(kind) for kind in IAM_TYPES)
    return _everything(iam=iam or recorded)


def _recorded(
    here: Recording,
    recorder: Recorder | None,
    becomes: Mapping[str, Any],
    *,
    bucket: str,
    frequency: str,
) -> Change:
    """The change of one Region: the recorder, then the channel that it needs, then its start."""
    before = None if recorder is None else _as_put(recorder)
    known = before or {"name": NAME, "recordingMode": {"recordingFrequency": frequency}}
    after = {**known, **{TAKEN[member]: value for member, value in becomes.items() if member in TAKEN}}
    effects: list[Effect] = []
    steps: list[Step] = []
    if recorder is None:
        effects.append(creates(new(Recorder, near=here, item=after, is_recording=True)))
    elif becomes:
        effects.append(alters(recorder, **becomes))
    if after != before:
        steps.append(step("record", _put(after), undo=_put(before) if before else _of(after, "Delete")))
    if bucket:
        channel = {"name": NAME, "s3BucketName": bucket}
        effects.append(creates(new(DeliveryChannel, near=here, item=channel)))
        steps.append(_deliver(channel))
    if "is_recording" in becomes:
        steps.append(step("start", _of(after, "Start"), undo=_of(after, "Stop")))
    needs = (becomes.get("role_arn", ""), bucket and bucket_arn(bucket, partition=here.partition))
    return change(
        *effects,
        steps=steps,
        disruption=Disruption.HIGH if recorder is not None and "role_arn" in becomes else None,
        needs=tuple(n for n in needs if n),
        notes=_notes(recorder, becomes, bucket=bucket),
        costs={"config_region": 1} if "is_recording" in becomes else None,
    )


def _as_put(recorder: Recorder) -> dict[str, Any]:
    """An existing recorder as PutConfigurationRecorder takes it: what is left out would go back to a default."""
    item = said_of(recorder).item
    return {"name": recorder.name, **{k: item[k] for k in (*TAKEN.values(), "recordingMode") if k in item}}


def _put(recorder: Mapping[str, Any]) -> Call:
    allowed = ("config:PutConfigurationRecorder", "iam:PassRole")
    return call("config", "PutConfigurationRecorder", permission=allowed, ConfigurationRecorder=recorder)


def _of(recorder: Mapping[str, Any], verb: str) -> Call:
    operation = f"{verb}ConfigurationRecorder"
    return call("config", operation, ConfigurationRecorderName=recorder["name"])


def _deliver(channel: Mapping[str, str]) -> Step:
    undo = call("config", "DeleteDeliveryChannel", DeliveryChannelName=channel["name"])
    return step("deliver", call("config", "PutDeliveryChannel", DeliveryChannel=channel), undo=undo)


def _notes(recorder: Recorder | None, becomes: Mapping[str, Any], *, bucket: str) -> tuple[Note, ...]:
    group = becomes.get("recording_group", {})
    widened = recorder is not None and group.get("allSupported") is True
    return (
        *((note("delivers_to", bucket=bucket),) if bucket else ()),
        *((note("records_everything"),) if widened else ()),
        *((note("role_replaced", role=recorder.role_arn),) if recorder and "role_arn" in becomes else ()),
    )


REMEDIATIONS = {"Config.1": record_configuration}
