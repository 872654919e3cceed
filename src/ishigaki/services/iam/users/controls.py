"""IAM users: what is required."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from ishigaki.core.control import Control, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.services.iam.authorization import AttachedPolicy, InlinePolicy
from ishigaki.services.iam.users.resources import NO_DATE, AccessKey, Credentials, User, moment

NONE, NEVER = "N/A", "no_information"
THIS_WEEK, LONG_AGO = "2026-10-31T08:00:00+00:00", "2024-01-01T00:00:00Z"
KEY = AccessKey(number=1, active=True, last_rotated="2026-10-01T09:00:00+00:00", last_used_date=THIS_WEEK)
NO_KEY = AccessKey(number=2, active=False, last_rotated=NONE, last_used_date=NONE)
USER = User(inline_policies=(), attached_managed_policies=(), group_list=("developers",))
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


def _with_key(**changes: Any) -> Credentials:
    """The good user, whose first access key differs in this."""
    return replace(GOOD, access_keys=(replace(KEY, **changes), NO_KEY))


def _credentials(user: User, report: Given[Credentials]) -> Credentials:
    """The user's row. A user created after the report was made is not in it, and nothing is known of them."""
    for row in report.by("id")[user.id]:
        return row
    raise Unseen("credential report", NOT_IN_ANSWER)


def _must_show_all(row: Credentials) -> None:
    if row.additional_credentials_info and row.additional_credentials_info not in NO_DATE:
        raise Unseen("access keys beyond the second", NOT_IN_ANSWER)


@control(
    "IAM.2",
    examples=[
        passes(USER),
        fails(
            "attached",
            replace(USER, attached_managed_policies=(AttachedPolicy(policy_name="PowerUserAccess"),)),
        ),
        fails("inline", replace(USER, inline_policies=(InlinePolicy(policy_name="s3-upload"),))),
    ],
)
def has_no_policies_of_its_own(user: User) -> Faults:
    """No policy is attached to the user or part of it; a permissions boundary does not count."""
    for attached in user.attached_managed_policies:
        yield fault("attached", policy=attached.policy_name)
    for inline in user.inline_policies:
        yield fault("inline", policy=inline.policy_name)


ROTATION = timedelta(days=90)


@control(
    "IAM.3",
    examples=[
        passes(USER, GOOD),
        passes(USER, _with_key(active=False, last_rotated=LONG_AGO)),
        passes(USER, _with_key(last_rotated="2026-08-03T00:00:00Z")),
        fails("old_key", USER, _with_key(last_rotated="2026-08-02T23:59:59Z")),
        fails(
            "old_key", USER, replace(GOOD, access_keys=(KEY, replace(KEY, number=2, last_rotated=LONG_AGO)))
        ),
    ],
)
def rotates_access_keys(user: User, report: Given[Credentials], now: datetime) -> Faults:
    """No active access key is older than 90 days; an inactive one may be."""
    row = _credentials(user, report)
    for key in chosen(row.access_keys, lambda key: key.active and now - _made(key) > ROTATION):
        yield fault("old_key", number=key.number, days=(now - _made(key)).days)
    _must_show_all(row)


def _made(key: AccessKey) -> datetime:
    made = moment(key.last_rotated)
    if made is None:
        raise Unseen("age of an active access key", NOT_IN_ANSWER)
    return made


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
    row = _credentials(user, report)
    if row.password_enabled and not row.mfa_active:
        yield fault("no_mfa")


# What it is called when it is unused, which one it is, when it was last used, when it was set.
Use = tuple[str, dict[str, int], str, str]


def _in_force(row: Credentials) -> Iterator[Use]:
    """What the user could use today: the password and the active access keys."""
    if row.password_enabled:
        yield "unused_password", {}, row.password_last_used, row.password_last_changed
    for key in row.access_keys:
        if key.active:
            yield "unused_key", {"number": key.number}, key.last_used_date, key.last_rotated


def _idle(use: Use, now: datetime) -> timedelta:
    """How long a credential has not been used; of one that never was, how long it has been set."""
    _, _, used, since = use
    found = moment(used) or moment(since)
    if found is None:
        raise Unseen("last use of a credential", NOT_IN_ANSWER)
    return now - found


def uses_credentials(id: str, *, days: int) -> Control:
    """IAM.8 and IAM.22 differ in the days."""
    limit = timedelta(days=days)
    fresh = "2026-10-20T00:00:00Z"

    @control(
        id,
        examples=[
            passes(USER, GOOD),
            passes(USER, NO_PASSWORD),
            passes(USER, replace(GOOD, password_last_used=NEVER, password_last_changed=fresh)),
            passes(USER, _with_key(last_used_date=NONE, last_rotated=fresh)),
            passes(USER, _with_key(last_used_date=LONG_AGO, active=False)),
            fails("unused_password", USER, replace(GOOD, password_last_used=LONG_AGO)),
            fails("unused_password", USER, replace(GOOD, password_last_used=NEVER)),
            fails("unused_key", USER, _with_key(last_used_date=LONG_AGO)),
            fails("unused_key", USER, _with_key(last_used_date=NONE, last_rotated=LONG_AGO)),
        ],
        doc=f"""No password and no active access key of the user has been unused for {days} days.

        AWS does not say what "unused" is for a credential that was never used: then the time counts since it
        was set, as CIS reads the report. A password that was changed but not used since is unused.""",
    )
    def test(user: User, report: Given[Credentials], now: datetime) -> Faults:
        row = _credentials(user, report)
        for use in chosen(_in_force(row), lambda use: _idle(use, now) >= limit):
            code, credential, *_ = use
            yield fault(code, **credential, days=_idle(use, now).days)
        _must_show_all(row)

    return test


CONTROLS = (
    has_no_policies_of_its_own,
    rotates_access_keys,
    uses_mfa_in_the_console,
    uses_credentials("IAM.8", days=90),
    uses_credentials("IAM.22", days=45),
)
