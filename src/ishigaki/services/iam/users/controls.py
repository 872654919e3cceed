"""IAM users: what is required."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ishigaki.core.control import EXAMPLE_NOW, Control, Example, cannot_tell, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.services.iam.authorization import AttachedPolicy, InlinePolicy
from ishigaki.services.iam.users.resources import NO_DATE, AccessKey, Credentials, User, UserKey, moment

NONE, NEVER = "N/A", "no_information"
THIS_WEEK, LONG_AGO = "2026-10-31T08:00:00+00:00", "2024-01-01T00:00:00Z"
KEY = AccessKey(
    number=1,
    active=True,
    last_rotated="2026-10-01T09:00:00+00:00",
    last_used_date=THIS_WEEK,
    last_used_region="ap-northeast-1",
    last_used_service="s3",
)
NO_KEY = AccessKey(number=2, active=False, last_rotated=NONE, last_used_date=NONE)
USER = User(inline_policies=(), attached_managed_policies=(), group_list=("developers",))
POWER = AttachedPolicy(policy_name="PowerUserAccess", policy_arn="arn:aws:iam::aws:policy/PowerUserAccess")
UPLOAD = InlinePolicy(
    policy_name="s3-upload",
    policy_document={
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::example/*"}],
    },
)
GOOD = Credentials(
    password_enabled=True,
    password_last_used=THIS_WEEK,
    password_last_changed=LONG_AGO,
    mfa_active=True,
    access_keys=(KEY, NO_KEY),
    additional_credentials_info=NONE,
)
NO_PASSWORD = replace(
    GOOD, password_enabled=False, password_last_used=NONE, password_last_changed=NONE, mfa_active=False
)


OLD_KEY = UserKey(  # as IAM lists the key that the report says was made LONG_AGO
    id="AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE",
    name="AKIAIOSFODNN7EXAMPLE",
    user_name="example",
    status="Active",
    create_date=datetime.fromisoformat(LONG_AGO),
)


def with_key(**changes: Any) -> Credentials:
    """The good user, whose first access key differs in this."""
    return replace(GOOD, access_keys=(replace(KEY, **changes), NO_KEY))


def credentials_of(user: User, report: Given[Credentials]) -> Credentials:
    """The user's row. A user created after the report was made is not in it, and nothing is known of them."""
    for row in report.by("id")[user.id]:
        return row
    raise Unseen("credential report", NOT_IN_ANSWER)


def must_show_all(row: Credentials) -> None:
    if row.additional_credentials_info and row.additional_credentials_info not in NO_DATE:
        raise Unseen("access keys beyond the second", NOT_IN_ANSWER)


@control(
    "IAM.2",
    examples=[
        passes(USER),
        fails("attached", replace(USER, attached_managed_policies=(POWER,))),
        fails("inline", replace(USER, inline_policies=(UPLOAD,))),
    ],
)
def has_no_policies_of_its_own(user: User) -> Faults:
    """No policy is attached to the user or part of it; a permissions boundary does not count."""
    for attached in user.attached_managed_policies:
        yield fault("attached", policy=attached.policy_name)
    for inline in user.inline_policies:
        yield fault("inline", policy=inline.policy_name)


ROTATION = timedelta(days=90)
RETIRED = replace(OLD_KEY, status="Inactive")  # since the report was made


@control(
    "IAM.3",
    examples=[
        passes(USER, GOOD),
        passes(USER, with_key(active=False, last_rotated=LONG_AGO)),
        passes(USER, with_key(last_rotated=LONG_AGO), RETIRED),
        passes(USER, with_key(last_rotated="2026-08-03T00:00:00Z")),
        fails("old_key", USER, with_key(last_rotated="2026-08-02T23:59:59Z")),
        fails("old_key", USER, with_key(last_rotated=LONG_AGO, last_used_date=NONE), OLD_KEY),
        fails("old_key", USER, with_key(active=False, last_rotated=LONG_AGO), OLD_KEY),
        fails("old_key", USER, with_key(last_rotated=LONG_AGO), replace(RETIRED, user_name="hanako")),
        fails("old_key", USER, with_key(last_rotated=LONG_AGO), RETIRED, replace(OLD_KEY, id="its-twin")),
        fails(
            "old_key", USER, replace(GOOD, access_keys=(KEY, replace(KEY, number=2, last_rotated=LONG_AGO)))
        ),
    ],
)
def rotates_access_keys(
    user: User, report: Given[Credentials], keys: Given[UserKey], now: datetime
) -> Faults:
    """No active access key is older than 90 days; an inactive one may be.

    The report is up to four hours old: where IAM's list shows the key, its status there counts.
    """
    row = credentials_of(user, report)
    for key in chosen(row.access_keys, lambda key: is_old(key, now) and is_active(row, key, keys)):
        yield fault("old_key", number=key.number, days=(now - _made(key)).days)
    must_show_all(row)


def is_old(key: AccessKey, now: datetime) -> bool:
    return is_there(key) and now - _made(key) > ROTATION


def is_there(key: AccessKey) -> bool:
    """Whether there is a key at all: the report tells nothing of one that there is not."""
    return key.active or moment(key.last_rotated) is not None


def _made(key: AccessKey) -> datetime:
    made = moment(key.last_rotated)
    if made is None:
        raise Unseen("age of an active access key", NOT_IN_ANSWER)
    return made


def listed_key(row: Credentials, key: AccessKey, keys: Given[UserKey]) -> UserKey | None:
    """The key that the report speaks of, as IAM lists it; None where it is not there, or is one of several.

    The report tells no ids: the user and the second in which the key was made must agree.
    """
    made = _made(key).replace(microsecond=0)
    of_user = keys.by("user_name")[row.name]
    same = [each for each in of_user if each.create_date.replace(microsecond=0) == made]
    return same[0] if len(same) == 1 else None


def is_active(row: Credentials, key: AccessKey, keys: Given[UserKey]) -> bool:
    """Whether a key can be used, by IAM's list, or else by the report."""
    listed = listed_key(row, key, keys)
    return key.active if listed is None else listed.status == "Active"


@control(
    "IAM.5",
    examples=[
        passes(USER, GOOD),
        passes(USER, NO_PASSWORD),
        fails("no_mfa", USER, replace(GOOD, mfa_active=False)),
    ],
)
def uses_mfa_in_the_console(user: User, report: Given[Credentials]) -> Faults:
    """A user with a console password has an MFA device; a user without one passes."""
    row = credentials_of(user, report)
    if row.password_enabled and not row.mfa_active:
        yield fault("no_mfa")


@dataclass(frozen=True)
class Use:
    """A credential, when it was last used and when it was set, in the report's words."""

    used: str
    since: str
    key: AccessKey | None = None  # None: the password


def uses_of(row: Credentials) -> Iterator[Use]:
    """The password and the access keys of a user, active or not."""
    if row.password_enabled:
        yield Use(row.password_last_used, row.password_last_changed)
    yield from (Use(k.last_used_date, k.last_rotated, k) for k in row.access_keys if is_there(k))


def idle(use: Use, now: datetime) -> timedelta:
    """How long a credential has not been used; of one that never was, how long it has been set."""
    found = moment(use.used) or moment(use.since)
    if found is None:
        raise Unseen("last use of a credential", NOT_IN_ANSWER)
    return now - found


def _of_use(limit: timedelta) -> list[Example]:
    """What is unused after so long, to the second."""
    fresh = "2026-10-20T00:00:00Z"
    due = (EXAMPLE_NOW - limit).isoformat()
    just = (EXAMPLE_NOW - limit + timedelta(seconds=1)).isoformat()
    return [
        passes(USER, GOOD),
        passes(USER, NO_PASSWORD),
        passes(USER, replace(GOOD, password_last_used=NEVER, password_last_changed=fresh)),
        passes(USER, with_key(last_used_date=NONE, last_rotated=fresh)),
        passes(USER, with_key(last_used_date=LONG_AGO, active=False)),
        passes(USER, replace(GOOD, password_last_used=just)),
        cannot_tell(USER, replace(GOOD, additional_credentials_info="1 more")),
        cannot_tell(USER, with_key(last_used_date=NONE, last_rotated=NONE)),
        fails("unused_password", USER, replace(GOOD, password_last_used=due)),
        fails("unused_password", USER, replace(GOOD, password_last_used=LONG_AGO)),
        fails("unused_password", USER, replace(GOOD, password_last_used=NEVER)),
        fails("unused_key", USER, with_key(last_used_date=LONG_AGO)),
        fails("unused_key", USER, with_key(last_used_date=NONE, last_rotated=LONG_AGO), OLD_KEY),
        passes(USER, with_key(last_used_date=NONE, last_rotated=LONG_AGO), RETIRED),
    ]


def uses_credentials(id: str, *, days: int) -> Control:
    """IAM.8 and IAM.22 differ in the days."""
    limit = timedelta(days=days)

    @control(
        id,
        examples=_of_use(limit),
        doc=f"""No password and no active access key of the user has been unused for {days} days.

        AWS does not say what "unused" is for a credential that was never used: then the time counts since it
        was set, as CIS reads the report. A password that was changed but not used since is unused.""",
    )
    def test(user: User, report: Given[Credentials], keys: Given[UserKey], now: datetime) -> Faults:
        row = credentials_of(user, report)

        def unused(use: Use) -> bool:
            return idle(use, now) >= limit and (use.key is None or is_active(row, use.key, keys))

        for use in chosen(uses_of(row), unused):
            days_idle = idle(use, now).days
            if use.key is None:
                yield fault("unused_password", days=days_idle)
            else:
                yield fault("unused_key", number=use.key.number, days=days_idle)
        must_show_all(row)

    return test


CONTROLS = (
    has_no_policies_of_its_own,
    rotates_access_keys,
    uses_mfa_in_the_console,
    uses_credentials("IAM.8", days=90),
    uses_credentials("IAM.22", days=45),
)
