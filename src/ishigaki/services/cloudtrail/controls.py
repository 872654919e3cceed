"""CloudTrail: what is required."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

from ishigaki.core.control import Control, Example, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import AccountWide, Given, chosen, every, some
from ishigaki.core.record import replace
from ishigaki.services import policies
from ishigaki.services.cloudtrail.resources import (
    Activity,
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    EventSelectors,
    FieldSelector,
    Trail,
)
from ishigaki.services.s3.buckets.resources import (
    UNBLOCKED,
    AccessControlList,
    Bucket,
    Grant,
    Grantee,
    Logging,
    Owner,
    PublicAccessBlock,
)
from ishigaki.services.s3.public_access.resources import AccountPublicAccess

OTHER_ACCOUNT = "444455556666"
HERE = Activity()
EVERYTHING = EventSelector(read_write_type="All", include_management_events=True)


def _field(field: str, **operators: tuple[str, ...]) -> FieldSelector:
    given = {name: operators.get(name, ()) for name in FieldSelector.members if name != "field"}
    return FieldSelector(field=field, **given)


MANAGEMENT = _field("eventCategory", equals=("Management",))
READS = _field("readOnly", equals=("true",))
WRITES = _field("readOnly", equals=("false",))
DATA = _field("eventCategory", equals=("Data",))
S3_OBJECTS = _field("resources.type", equals=("AWS::S3::Object",))


def basic(*selectors: EventSelector) -> EventSelectors:
    return EventSelectors(event_selectors=selectors, advanced_event_selectors=())


def advanced(*selectors: tuple[FieldSelector, ...]) -> EventSelectors:
    made = tuple(AdvancedEventSelector(field_selectors=fields) for fields in selectors)
    return EventSelectors(event_selectors=(), advanced_event_selectors=made)


COMPLETE = replace(EVERYTHING, exclude_management_event_sources=(), data_resources=())
GOOD = Trail(
    is_multi_region_trail=True,
    is_logging=True,
    has_custom_event_selectors=True,
    is_organization_trail=False,
    event_selectors=basic(COMPLETE),
)


REFUSED = replace(GOOD, has_custom_event_selectors=False).without("event_selectors")


def recording(selectors: EventSelectors) -> Trail:
    return replace(GOOD, event_selectors=selectors)


@control(
    "CloudTrail.1",
    examples=[
        passes(HERE, GOOD),
        passes(HERE, REFUSED),
        passes(HERE, replace(GOOD, region="us-east-1", account=OTHER_ACCOUNT)),
        passes(HERE, replace(GOOD, is_logging=False), GOOD),
        passes(HERE, recording(basic(replace(COMPLETE, read_write_type="ReadOnly"), COMPLETE))),
        passes(HERE, recording(advanced((MANAGEMENT,)))),
        passes(HERE, recording(advanced((MANAGEMENT, READS), (MANAGEMENT, WRITES)))),
        fails("no_trail", HERE),
        fails("not_recorded", HERE, replace(GOOD, is_multi_region_trail=False)),
        fails("not_recorded", HERE, replace(GOOD, is_logging=False)),
        *(
            fails("not_recorded", HERE, recording(selectors))
            for selectors in (
                basic(replace(COMPLETE, read_write_type="ReadOnly")),
                basic(replace(COMPLETE, read_write_type="WriteOnly")),
                basic(replace(COMPLETE, include_management_events=False)),
                basic(replace(COMPLETE, exclude_management_event_sources=("kms.amazonaws.com",))),
                advanced(()),
                advanced((MANAGEMENT, READS)),
                advanced((MANAGEMENT, WRITES)),
                advanced((DATA, S3_OBJECTS)),
                advanced((MANAGEMENT, _field("eventSource", not_equals=("rdsdata.amazonaws.com",)))),
                advanced((MANAGEMENT, _field("readOnly", not_equals=("true",)))),
            )
        ),
    ],
)
def account_is_recorded(activity: Activity, trails: AccountWide[Trail]) -> Faults:
    """A multi-Region trail is logging all read and write management events, and leaves out no source of them.

    The trail of the account's organization counts. Selectors that take reads and writes apart add up.
    """
    if not trails:
        yield fault("no_trail")
    elif not some(
        trails, lambda t: t.is_multi_region_trail and t.is_logging and t.takes_all_management_events
    ):
        yield fault("not_recorded", trails=len(trails))


OBJECTS = DataResource(type="AWS::S3::Object", values=("arn:aws:s3",))
UNDER = _field("resources.ARN", starts_with=("arn:aws:s3:::example/",))
DATA_EVENTS = replace(COMPLETE, include_management_events=False, data_resources=(OBJECTS,))


def _object_examples(*, read: bool) -> Iterator[Example]:
    wanted, unwanted = ("ReadOnly", "WriteOnly") if read else ("WriteOnly", "ReadOnly")
    side, other = (READS, WRITES) if read else (WRITES, READS)
    functions = replace(OBJECTS, type="AWS::Lambda::Function")
    one_bucket = replace(OBJECTS, values=("arn:aws:s3:::example/",))
    good = recording(basic(DATA_EVENTS))
    for selectors in (
        basic(DATA_EVENTS),
        basic(replace(DATA_EVENTS, read_write_type=wanted)),
        basic(replace(DATA_EVENTS, data_resources=(replace(OBJECTS, values=("arn:aws:s3:::",)),))),
        advanced((DATA, S3_OBJECTS)),
        advanced((MANAGEMENT,), (DATA, S3_OBJECTS, side)),
    ):
        yield passes(HERE, recording(selectors))
    yield passes(HERE, replace(good, account=OTHER_ACCOUNT))
    yield passes(HERE, replace(good, is_logging=False), good)
    yield fails("no_trail", HERE)
    yield fails("not_recorded", HERE, REFUSED)
    for broken in ("is_multi_region_trail", "is_logging"):
        yield fails("not_recorded", HERE, replace(good, **{broken: False}))
    for selectors in (
        basic(COMPLETE),
        basic(replace(DATA_EVENTS, read_write_type=unwanted)),
        basic(replace(DATA_EVENTS, data_resources=(one_bucket,))),
        basic(replace(DATA_EVENTS, data_resources=(functions,))),
        advanced((DATA, S3_OBJECTS, other)),
        advanced((DATA, S3_OBJECTS, UNDER)),
        advanced((MANAGEMENT,)),
    ):
        yield fails("not_recorded", HERE, recording(selectors))


def _records_objects(id: str, *, read: bool) -> Control:
    """S3.22 and S3.23: that writes, or reads, of objects are recorded."""

    @control(
        id,
        examples=tuple(_object_examples(read=read)),
        doc=f"A multi-Region trail is logging every {'read' if read else 'write'} of objects in all buckets.",
    )
    def records_objects(activity: Activity, trails: AccountWide[Trail]) -> Faults:
        if not trails:
            yield fault("no_trail")
        elif not some(
            trails, lambda t: t.is_multi_region_trail and t.is_logging and t.takes_s3_objects(read=read)
        ):
            yield fault("not_recorded", trails=len(trails))

    return records_objects


UNENCRYPTED = Trail(
    kms_key_id=None,
    s3_bucket_name="ishigaki-logs-111122223333-ap-northeast-1",
    is_organization_trail=False,
)


@control(
    "CloudTrail.2",
    examples=[
        passes(Trail(kms_key_id="arn:aws:kms:ap-northeast-1:111122223333:key/example")),
        fails("not_encrypted", UNENCRYPTED),
    ],
)
def encrypts_logs(trail: Trail) -> Faults:
    """Log files are encrypted with a KMS key."""
    if not trail.kms_key_id:
        yield fault("not_encrypted")


@control(
    "CloudTrail.4",
    examples=[
        passes(Trail(log_file_validation_enabled=True)),
        fails("not_validated", Trail(log_file_validation_enabled=False, is_organization_trail=False)),
    ],
)
def validates_log_files(trail: Trail) -> Faults:
    """Log file validation is on."""
    if not trail.log_file_validation_enabled:
        yield fault("not_validated")


LOG_GROUP = "arn:aws:logs:ap-northeast-1:111122223333:log-group:trail:*"


@control(
    "CloudTrail.5",
    examples=[
        passes(Trail(cloud_watch_logs_log_group_arn=LOG_GROUP)),
        fails("not_sent", Trail(cloud_watch_logs_log_group_arn=None, is_organization_trail=False)),
    ],
)
def sends_to_cloudwatch_logs(trail: Trail) -> Faults:
    """The trail names a log group. Whether anything has arrived there is not asked."""
    if not trail.cloud_watch_logs_log_group_arn:
        yield fault("not_sent")


DELIVERED = Trail(s3_bucket_name="example")


def takes_logs(bucket: Bucket, trails: AccountWide[Trail], **_: object) -> bool:
    """Whether a trail delivers to the bucket, be it another account's."""
    return bool(trails.by("s3_bucket_name")[bucket.name])


BLOCKED = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)
OPEN_ACCOUNT = AccountPublicAccess(public_access_block=UNBLOCKED)
FULL = Grant(grantee=Grantee(type="CanonicalUser", id="owner"), permission="FULL_CONTROL")
PRIVATE = Bucket(
    name="example",
    public_access_block=UNBLOCKED,
    policy=None,
    acl=AccessControlList(owner=Owner(id="owner"), grants=(FULL,)),
)


def _policy(**elements: object) -> str:
    """A policy that lets everyone read the logs, but for the elements that are given."""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::example/*",
        **elements,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}
IN_ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}
OVER_TLS = {"Bool": {"aws:SecureTransport": "true"}}
BY_POLICY = replace(PRIVATE, policy=_policy())
EVERYONE = Grantee(type="Group", id="", uri="http://acs.amazonaws.com/groups/global/AllUsers")
BY_ACL = replace(
    PRIVATE, acl=replace(PRIVATE.acl, grants=(FULL, Grant(grantee=EVERYONE, permission="READ_ACP")))
)
RESTRICTED = replace(UNBLOCKED, restrict_public_buckets=True)
IGNORED = replace(UNBLOCKED, ignore_public_acls=True)


@control(
    "CloudTrail.6",
    where=takes_logs,
    examples=[
        passes(PRIVATE, DELIVERED, OPEN_ACCOUNT),
        passes(
            replace(PRIVATE, policy=_policy(Principal=CLOUDTRAIL, Action="s3:PutObject")),
            DELIVERED,
            OPEN_ACCOUNT,
        ),
        passes(replace(PRIVATE, policy=_policy(Condition=IN_ORGANIZATION)), DELIVERED, OPEN_ACCOUNT),
        passes(replace(BY_POLICY, public_access_block=RESTRICTED), DELIVERED, OPEN_ACCOUNT),
        passes(replace(BY_ACL, public_access_block=IGNORED), DELIVERED, OPEN_ACCOUNT),
        passes(BY_POLICY, DELIVERED, replace(OPEN_ACCOUNT, public_access_block=BLOCKED)),
        passes(BY_ACL, DELIVERED, replace(OPEN_ACCOUNT, public_access_block=BLOCKED)),
        ignores(BY_POLICY, replace(DELIVERED, s3_bucket_name="another"), OPEN_ACCOUNT),
        fails("policy_public", BY_POLICY, DELIVERED, OPEN_ACCOUNT),
        fails("policy_public", replace(PRIVATE, policy=_policy(Action="s3:Put*")), DELIVERED, OPEN_ACCOUNT),
        fails("policy_public", replace(PRIVATE, policy=_policy(Condition=OVER_TLS)), DELIVERED, OPEN_ACCOUNT),
        fails("policy_public", BY_POLICY, replace(DELIVERED, account=OTHER_ACCOUNT), OPEN_ACCOUNT),
        fails("policy_public", replace(BY_POLICY, public_access_block=IGNORED), DELIVERED, OPEN_ACCOUNT),
        fails("acl_public", BY_ACL, DELIVERED, OPEN_ACCOUNT),
        fails("acl_public", replace(BY_ACL, public_access_block=RESTRICTED), DELIVERED, OPEN_ACCOUNT),
    ],
)
def log_bucket_is_private(
    bucket: Bucket, trails: AccountWide[Trail], accounts: Given[AccountPublicAccess]
) -> Faults:
    """A bucket that a trail delivers to is open to everyone neither by its policy nor by its ACL.

    A policy is public by S3's rule of fixed values, an ACL if it grants anything to AllUsers or to
    AuthenticatedUsers, as far as the settings of the account and of the bucket let them take effect. The
    trail may be another account's; a bucket of another account is judged there.
    """

    def is_open(setting: str, *, by: Callable[[], bool]) -> bool:
        levels: Iterator[Bucket | AccountPublicAccess] = chain((bucket,), accounts)
        unblocked = partial(every, levels, lambda level: not getattr(level.public_access_block, setting))
        claims: tuple[Callable[[], bool], ...] = (unblocked, by)
        return every(claims, lambda claim: claim())

    ways: tuple[tuple[str, str, Callable[[], bool]], ...] = (
        (
            "policy_public",
            "restrict_public_buckets",
            lambda: bool(policies.open_statements(bucket.policy, "Bucket.policy")),
        ),
        (
            "acl_public",
            "ignore_public_acls",
            lambda: some(bucket.acl.grants, lambda g: g.grantee.is_everyone),
        ),
    )
    for code, _, _ in chosen(ways, lambda way: is_open(way[1], by=way[2])):
        yield fault(code)


LOGGED = Bucket(name="example", logging=Logging(target_bucket="access-logs"))


@control(
    "CloudTrail.7",
    where=takes_logs,
    examples=[
        passes(LOGGED, DELIVERED),
        ignores(replace(LOGGED, logging=None), replace(DELIVERED, s3_bucket_name="another")),
        fails("not_logged", replace(LOGGED, logging=None), DELIVERED),
    ],
)
def log_bucket_logs_access(bucket: Bucket, trails: AccountWide[Trail]) -> Faults:
    """A bucket that a trail delivers to has server access logging on; another account's is judged there."""
    if bucket.logging is None:
        yield fault("not_logged")


CONTROLS = (
    account_is_recorded,
    encrypts_logs,
    validates_log_files,
    sends_to_cloudwatch_logs,
    log_bucket_is_private,
    log_bucket_logs_access,
    _records_objects("S3.22", read=False),
    _records_objects("S3.23", read=True),
)
