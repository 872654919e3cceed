"""CloudTrail: what can be put right."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace as replace_struct

from ishigaki.core.change import (
    Change,
    Changes,
    Disruption,
    Skip,
    Step,
    alters,
    change,
    creates,
    note,
    skip,
    step,
)
from ishigaki.core.population import AccountWide, Given, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import EXAMPLE_AROUND, Around, Wanted, aiming, leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services import control_tower
from ishigaki.services.cloudtrail import selectors
from ishigaki.services.cloudtrail.controls import (
    COMPLETE,
    DATA_EVENTS,
    DELIVERED,
    GOOD,
    HERE,
    LOG_GROUP,
    LOGGED,
    MANAGEMENT,
    OTHER_ACCOUNT,
    PRIVATE,
    READS,
    UNENCRYPTED,
    advanced,
    basic,
    recording,
    takes_logs,
)
from ishigaki.services.cloudtrail.making import (
    ROLE,
    TRAIL,
    group_name,
    key_of,
    log_destination,
    multi_region_trail,
    trail_key,
)
from ishigaki.services.cloudtrail.resources import Activity, Trail
from ishigaki.services.cloudtrail.updating import encrypt, reach, start, update, widen
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.kms.making import NEW_KEY, TAG, staying
from ishigaki.services.kms.resources import Key
from ishigaki.services.logs.making import log_group_arn, role_arn
from ishigaki.services.logs.resources import LogGroup
from ishigaki.services.s3.buckets.making import (
    BLOCKED,
    LOGS,
    LogStore,
    access_log_bucket_name,
    access_logs,
    bucket_arn,
    log_bucket_name,
    log_key,
    log_key_arn,
    log_store,
    log_target,
    put_block,
    put_logging,
)
from ishigaki.services.s3.buckets.resources import Bucket


class TrailWanted(Wanted, frozen=True):
    """For how many days events are kept: in the log group (R22: a year), in the log store (R4: three years)."""

    log_group_days: int = 365
    bucket_days: int = LogStore().days


STOPPED = replace(GOOD, is_logging=False)
OURS = replace(GOOD, name=TRAIL, id=f"arn:aws:cloudtrail:ap-northeast-1:111122223333:trail/{TRAIL}")
CONTROL_TOWER = "aws-controltower-BaselineCloudTrail"
LOG_KEY = Key(key_state="Enabled", tags={TAG: LOGS})


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(HERE),
        mends(HERE, LOG_KEY),
        mends(HERE, replace(GOOD, is_multi_region_trail=False)),
        mends(HERE, STOPPED),
        mends(HERE, replace(STOPPED, account=OTHER_ACCOUNT)),
        mends(HERE, replace(STOPPED, is_organization_trail=True)),
        mends(HERE, replace(OURS, is_multi_region_trail=False)),
        mends(HERE, replace(OURS, event_selectors=basic(replace(COMPLETE, read_write_type="WriteOnly")))),
        mends(HERE, replace(OURS, event_selectors=advanced((MANAGEMENT, READS)), is_logging=False)),
        leaves(HERE, GOOD),
        leaves(HERE, replace(GOOD, account=OTHER_ACCOUNT)),
        leaves(HERE, replace(STOPPED, name=CONTROL_TOWER), skip="owned_by_control_tower"),
        leaves(HERE, replace(OURS, event_selectors=basic(*[DATA_EVENTS] * 5)), skip="selectors_full"),
        leaves(HERE, around=replace_struct(EXAMPLE_AROUND, regions=("us-east-1",)), skip="home_not_scanned"),
        mends(HERE, around=replace_struct(EXAMPLE_AROUND, archive=OTHER_ACCOUNT)),
    ],
)
def record_all_management_events(
    activity: Activity,
    trails: AccountWide[Trail],
    buckets: AccountWide[Bucket],
    keys: AccountWide[Key],
    groups: AccountWide[LogGroup],
    roles: AccountWide[Role],
    around: Around,
    wanted: TrailWanted,
) -> Changes:
    """Starts a trail that is only stopped, mends `ishigaki-trail`, or makes it with all that it needs.

    An organization's trail that covers the account is enough: a second copy of the events costs money.
    """
    if some(trails, lambda t: t.is_multi_region_trail and t.is_logging and t.takes_all_management_events):
        return
    own = sorted((t for t in trails if t.account == activity.account), key=lambda t: t.id)
    stopped = [
        t for t in own if t.is_multi_region_trail and not t.is_logging and t.takes_all_management_events
    ]
    ours = [t for t in own if t.name == TRAIL and t.region == around.home]
    if known := [*stopped, *ours]:
        yield _mended(known[0])
        return
    if around.home not in around.regions:
        yield skip("home_not_scanned", region=around.home)
        return
    if around.is_log_archive and not buckets.by("name")[log_bucket_name(around)]:
        yield from access_logs(activity, region=around.home, buckets=buckets)
        key = log_key(keys, region=around.home)
        yield log_store(activity, around, LogStore(wanted.bucket_days), key=key, access_logs=True)
    yield from log_destination(
        TRAIL, around.home, near=activity, groups=groups, roles=roles, days=wanted.log_group_days
    )
    yield multi_region_trail(activity, around)


def _mended(trail: Trail) -> Change | Skip:
    """Whatever a trail lacks to record everything; what it has stays."""
    if control_tower.keeps(trail):
        return skip("owned_by_control_tower")
    becomes: dict[str, Any] = {}
    steps: list[Step] = []
    if not trail.is_multi_region_trail:
        becomes["is_multi_region_trail"] = True
        steps.append(widen(trail))
    if not trail.takes_all_management_events:
        before = said(trail, "event_selectors")
        if selectors.is_full(before):
            return skip("selectors_full", trail=trail.name)
        after = becomes["event_selectors"] = selectors.with_management_events(before)
        steps.append(step("select", selectors.put(trail, after), undo=selectors.put(trail, before)))
    if not trail.is_logging:
        becomes["is_logging"] = True
        steps.append(start(trail))
    return change(alters(trail, **becomes), steps=steps, notes=reach(trail))


OWN_KEY = Key(region="us-west-2", key_state="Enabled", tags={TAG: "files-of-example"})
OWN_BUCKET = Bucket(name="example", id="arn:aws:s3:::example", region="us-west-2")


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(UNENCRYPTED),
        mends(replace(UNENCRYPTED, s3_bucket_name="example"), OWN_BUCKET),
        mends(replace(UNENCRYPTED, s3_bucket_name="example"), OWN_BUCKET, OWN_KEY),
        leaves(replace(UNENCRYPTED, kms_key_id="arn:aws:kms:ap-northeast-1:111122223333:key/example")),
        leaves(replace(UNENCRYPTED, s3_bucket_name="example"), skip="trail_bucket_elsewhere"),
        leaves(replace(UNENCRYPTED, name=CONTROL_TOWER), skip="owned_by_control_tower"),
    ],
)
def encrypt_trail(
    trail: Trail, buckets: AccountWide[Bucket], keys: AccountWide[Key], around: Around
) -> Changes:
    """Encrypts log files: in the log store with its key, in another bucket with a key of the trail's in its Region.

    Undoing leaves that key, without which nobody could read what was written meanwhile.
    """
    if trail.kms_key_id:
        return
    if control_tower.keeps(trail):
        yield skip("owned_by_control_tower")
        return
    bucket = next(iter(buckets.by("name")[trail.s3_bucket_name]), None)
    if trail.s3_bucket_name == log_bucket_name(around):
        yield _encrypted(trail, log_key_arn(around))
    elif bucket is None:
        yield skip("trail_bucket_elsewhere", bucket=trail.s3_bucket_name)
    elif known := key_of(trail, keys, region=bucket.region):
        yield _encrypted(trail, known.id)
    else:
        made, steps = trail_key(trail, region=bucket.region)
        yield change(
            alters(trail, kms_key_id=made.id),
            creates(made),
            steps=[*staying(steps), encrypt(trail, NEW_KEY)],
            notes=(note("trail_with_own_key", key=made.name), *reach(trail)),
            costs={"kms_key": 1},
        )


def _encrypted(trail: Trail, key: str) -> Change:
    return change(
        alters(trail, kms_key_id=key), steps=[encrypt(trail, key)], needs=(key,), notes=reach(trail)
    )


UNVALIDATED = Trail(log_file_validation_enabled=False, is_organization_trail=False)


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(UNVALIDATED),
        leaves(Trail(log_file_validation_enabled=True)),
        leaves(replace(UNVALIDATED, name=CONTROL_TOWER), skip="owned_by_control_tower"),
    ],
)
def validate_log_files(trail: Trail) -> Changes:
    """Switches log file validation on."""
    if trail.log_file_validation_enabled:
        return
    if control_tower.keeps(trail):
        yield skip("owned_by_control_tower")
        return
    on, off = (update(trail, EnableLogFileValidation=value) for value in (True, False))
    yield change(
        alters(trail, log_file_validation_enabled=True),
        steps=[step("validate", on, undo=off)],
        notes=reach(trail),
    )


UNSENT = Trail(cloud_watch_logs_log_group_arn=None, is_organization_trail=False)
GROUP = LogGroup(name="ishigaki/trail/example", id=LOG_GROUP[:-7] + "ishigaki/trail/example")


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(UNSENT),
        mends(UNSENT, GROUP, Role(name=ROLE)),
        leaves(Trail(cloud_watch_logs_log_group_arn=LOG_GROUP)),
        leaves(replace(UNSENT, name=CONTROL_TOWER), skip="owned_by_control_tower"),
    ],
)
def send_trail_to_logs(
    trail: Trail,
    groups: AccountWide[LogGroup],
    roles: AccountWide[Role],
    wanted: TrailWanted,
) -> Changes:
    """Sends a trail's events to a log group of its own as well."""
    if trail.cloud_watch_logs_log_group_arn:
        return
    if control_tower.keeps(trail):
        yield skip("owned_by_control_tower")
        return
    yield from log_destination(
        trail.name, trail.region, near=trail, groups=groups, roles=roles, days=wanted.log_group_days
    )
    group = log_group_arn(group_name(trail.name), near=trail, region=trail.region)
    role = role_arn(ROLE, near=trail)
    send = update(trail, "iam:PassRole", CloudWatchLogsLogGroupArn=f"{group}:*", CloudWatchLogsRoleArn=role)
    stop = update(trail, CloudWatchLogsLogGroupArn="", CloudWatchLogsRoleArn="")
    yield change(
        alters(trail, cloud_watch_logs_log_group_arn=f"{group}:*"),
        steps=[step("send", send, undo=stop)],
        needs=(group, role),
        notes=(note("log_group_costs"), *reach(trail)),
    )


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(PRIVATE, DELIVERED),
        leaves(PRIVATE, replace(DELIVERED, s3_bucket_name="another")),
    ],
)
def close_trail_bucket(bucket: Bucket, trails: AccountWide[Trail]) -> Changes:
    """Blocks public access to a bucket that a trail delivers to."""
    before = said(bucket, "public_access_block")
    if not takes_logs(bucket, trails) or before == BLOCKED:
        return
    yield change(
        alters(bucket, public_access_block=BLOCKED),
        steps=[step("block", put_block(bucket.name, BLOCKED), undo=put_block(bucket.name, before))],
    )


UNLOGGED = replace(LOGGED, logging=None)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(UNLOGGED, DELIVERED),
        leaves(LOGGED, DELIVERED),
        leaves(UNLOGGED, replace(DELIVERED, s3_bucket_name="another")),
    ],
)
def log_access_to_trail_bucket(bucket: Bucket, trails: AccountWide[Trail], buckets: Given[Bucket]) -> Changes:
    """Logs access to a bucket that a trail delivers to, in the access-log bucket of its Region."""
    if not takes_logs(bucket, trails) or bucket.logging is not None:
        return
    target = log_target(bucket.name, account=bucket.account, region=bucket.region)
    yield from access_logs(bucket, region=bucket.region, buckets=buckets)
    yield change(
        alters(bucket, logging=target),
        steps=[step("log", put_logging(bucket.name, target), undo=put_logging(bucket.name, None))],
        needs=(
            bucket_arn(access_log_bucket_name(bucket.account, bucket.region), partition=bucket.partition),
        ),
    )


class ObjectEvents(Wanted, frozen=True):
    """Which events of S3 objects are recorded. Source: S3.22 (writes), S3.23 (reads)."""

    read: bool = False


MANAGEMENT_ONLY = recording(basic(COMPLETE))


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(HERE, MANAGEMENT_ONLY),
        mends(HERE, recording(advanced((MANAGEMENT,)))),
        mends(
            HERE,
            recording(basic(COMPLETE, replace(DATA_EVENTS, read_write_type="WriteOnly"))),
            wanted=ObjectEvents(read=True),
        ),
        leaves(HERE, recording(basic(DATA_EVENTS))),
        leaves(HERE, recording(basic(*[COMPLETE] * 5)), skip="selectors_full"),
        leaves(HERE, skip="needs_recording_trail"),
        leaves(HERE, replace(MANAGEMENT_ONLY, is_logging=False), skip="needs_recording_trail"),
        leaves(HERE, replace(MANAGEMENT_ONLY, account=OTHER_ACCOUNT), skip="trail_of_another_account"),
        leaves(HERE, replace(MANAGEMENT_ONLY, is_organization_trail=True), skip="only_organization_trail"),
    ],
)
def record_object_events(activity: Activity, trails: AccountWide[Trail], wanted: ObjectEvents) -> Changes:
    """Adds the reads or the writes of all S3 objects to what a multi-Region trail of the account records.

    An organization's trail is left to a person: the events of every account would be charged.
    """
    if some(
        trails,
        lambda t: t.is_multi_region_trail and t.is_logging and t.takes_s3_objects(read=wanted.read),
    ):
        return
    logging = [t for t in trails if t.is_multi_region_trail and t.is_logging]
    own = sorted((t for t in logging if t.account == activity.account), key=lambda t: (t.name != TRAIL, t.id))
    alone = [t for t in own if not t.is_organization_trail and not control_tower.keeps(t)]
    if not own:
        yield skip("trail_of_another_account" if logging else "needs_recording_trail")
        return
    if not alone:
        yield skip("only_organization_trail", trail=own[0].name)
        return
    trail = alone[0]
    before = said(trail, "event_selectors")
    if selectors.is_full(before):
        yield skip("selectors_full", trail=trail.name)
        return
    after = selectors.with_object_events(before, read=wanted.read, partition=trail.partition)
    yield change(
        alters(trail, event_selectors=after),
        steps=[step("select", selectors.put(trail, after), undo=selectors.put(trail, before))],
        notes=(note("data_events_cost", trail=trail.name),),
    )


REMEDIATIONS = {
    "CloudTrail.1": record_all_management_events,
    "CloudTrail.2": encrypt_trail,
    "CloudTrail.4": validate_log_files,
    "CloudTrail.5": send_trail_to_logs,
    "CloudTrail.6": close_trail_bucket,
    "CloudTrail.7": log_access_to_trail_bucket,
    "S3.22": aiming(record_object_events, ObjectEvents(read=False)),
    "S3.23": aiming(record_object_events, ObjectEvents(read=True)),
}
