"""People and keys: the rows of a day's stock-take of credentials. Nothing here asks or judges.

A row belongs to one account on one date. What was not seen is None, never a value that looks like one: a user whose
MFA could not be read is not a user without MFA. Moments are UTC. Days count to the moment of the stock-take.

    view          row         one for each
    accounts      Visit       account that was to be looked at, seen or not
    people        Person      root user, IAM user, and user of IAM Identity Center
    keys          Key         access key of an IAM user or the root user, active or not
    trust         Trust       principal that a role's trust policy lets in, AWS's services apart
    assignments   Assignment  user (or group without users) with a permission set in an account
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeAlias

import msgspec

ROOT, IAM_USER, SSO_USER = "root", "iam_user", "sso_user"  # what a person is
HUMAN, MACHINE, SHARED, UNKNOWN = "human", "machine", "shared", "unknown"  # by whom it is used
ROOT_NAME = "<root_account>"  # what the credential report calls the root user
ACTIVE, INACTIVE = "Active", "Inactive"
QUARANTINE = (
    "AWSCompromisedKeyQuarantine"  # and a version: the policy by which AWS holds a user whose key leaked
)
REPORT, IAM = "report", "iam"  # who told when a key was last used


class Row(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What every row says. `collected_at` is the moment of the stock-take."""

    account: str
    account_name: str = ""
    collected_at: datetime


class Visit(Row, frozen=True, kw_only=True, tag="account"):
    """An account. Where `seen` is False no other row of the day is about it: `code` says why (AWS's, or WrongReport,
    BrokenReport, OldReport …), `last_good` is the last date on which it was seen. One that was seen and then not, on
    the same day, is `seen` with the `code` of the later look, which was at `tried_at`: its rows are the earlier ones.

    `gaps` are what was not seen of one that was: "operation: code". `report_at` is when IAM made its credential
    report. `sso` says what became of IAM Identity Center here: read, none, or the code by which it was refused.
    `is_jump`: it holds the users who switch into the other accounts; then `workload` is what runs there although
    nothing should: "AWS::EC2::Instance ap-northeast-1: 3".
    """

    environment: str = ""
    owner: str = ""
    seen: bool
    code: str = ""
    message: str = ""
    last_good: date | None = None
    tried_at: datetime | None = None
    gaps: tuple[str, ...] = ()
    report_at: datetime | None = None
    sso: str = ""
    is_jump: bool = False
    workload: tuple[str, ...] = ()


class Person(Row, frozen=True, kw_only=True, tag="person"):
    """A root user, an IAM user or a user of IAM Identity Center (`what`); goals count those that are `iam_user`.

    `user_id` is the ARN; of Identity Center the user's id there, in the account that owns the instance. `used_by` is
    root, human, machine, shared or unknown, by the `evidence` (codes, strongest first).
    `console`: has a console password. `used_at` is the last known use of the password or a key, `idle_days` the whole
    days since then, or since it was made where there was no use; None where uses were not seen.
    `mfa_kinds`: virtual, hardware, passkey. `certificates` are active signing certificates, `service_credentials` the
    services of active service-specific ones, `ssh_keys` active ones for CodeCommit: IAM tells them user by user, so only
    users without any other active credential are asked. `policies` are managed policies' ARNs and `inline:NAME`, those by a
    group as `group:GROUP/…`. `admin_by` says which of them make an administrator (`admin`); a `boundary` may bound it.
    `notes` are codes: not_in_report (made after the report), use_hole_2018 (uses in May 2018 were never recorded),
    extra_credentials. `report_age_minutes` is the age of the report that most of this is from; None where none is.
    """

    what: str
    user_name: str
    user_id: str
    display_name: str = ""
    email: str = ""
    status: str = ""  # of Identity Center: ENABLED, DISABLED
    used_by: str
    evidence: tuple[str, ...] = ()
    created_at: datetime | None = None
    console: bool | None = None
    password_used_at: datetime | None = None
    password_changed_at: datetime | None = None
    password_expires_at: datetime | None = None
    mfa: bool | None = None
    mfa_kinds: tuple[str, ...] | None = None
    active_keys: int | None = None
    inactive_keys: int | None = None
    oldest_key_at: datetime | None = None  # of the active ones
    key_used_at: datetime | None = None  # the last use of any
    used_at: datetime | None = None
    used_service: str = ""
    used_region: str = ""
    idle_days: int | None = None
    certificates: int | None = None
    service_credentials: tuple[str, ...] | None = None
    ssh_keys: int | None = None
    groups: tuple[str, ...] | None = None
    policies: tuple[str, ...] | None = None
    boundary: str = ""
    admin: bool | None = None
    admin_by: tuple[str, ...] = ()
    tags: Mapping[str, str] = {}
    notes: tuple[str, ...] = ()
    report_at: datetime | None = None
    report_age_minutes: int | None = None


class Key(Row, frozen=True, kw_only=True, tag="key"):
    """An access key. `key_id` is empty for the root user's, which nothing lists. `status` is IAM's: Active,
    Inactive, Expired. `never_used`: IAM knows of no use. `age_days` since it was made, `idle_days` since its last use
    or, without one, since it was made; None where that was not seen. `told_by`: report or iam, who told the last use.
    """

    what: str
    user_name: str
    user_id: str
    used_by: str  # its user's
    key_id: str
    status: str
    created_at: datetime | None = None
    used_at: datetime | None = None
    used_service: str = ""
    used_region: str = ""
    never_used: bool | None = None
    age_days: int | None = None
    idle_days: int | None = None
    told_by: str = ""
    report_at: datetime | None = None
    report_age_minutes: int | None = None


class Trust(Row, frozen=True, kw_only=True, tag="trust"):
    """One principal that one statement of a role's trust policy lets in. AWS's services are left out.

    `principal_kind`: everyone, account, role, user, session, federated_user, federated, unique_id, canonical_user,
    other; `principal_account` is the account of it, `principal_name` that account's name in the estate.
    `outside`: from an account that is not in the estate; None where the principal does not tell.
    `conditions` are the keys of the statement's conditions; `needs_mfa`, `needs_external_id` what they demand.
    `faults`: anyone (everybody with an AWS account, or nobody's condition on `*`), whole_account (a whole account of
    the estate may switch in without MFA or any other condition), outside_unconditional (another company's account
    without an external id or any other condition), open_provider (a web identity provider whose every user gets in),
    unreadable (the policy could not be read).
    """

    role_name: str
    role_id: str
    statement: str = ""
    principal: str
    principal_kind: str
    principal_account: str = ""
    principal_name: str = ""
    outside: bool | None = None
    conditions: tuple[str, ...] = ()
    needs_mfa: bool = False
    needs_external_id: bool = False
    faults: tuple[str, ...] = ()
    used_at: datetime | None = None  # when the role was last used


class Assignment(Row, frozen=True, kw_only=True, tag="assignment"):
    """A permission set of IAM Identity Center in an account, and who has it: `user_id`, directly or by a group. A
    group without users is one row without a user; so is one whose users could not be read, with `members_seen` False.

    When the user last signed in by it is unknown to Identity Center: only CloudTrail tells.
    """

    instance: str
    permission_set: str
    permission_set_id: str
    admin: bool | None = None
    admin_by: tuple[str, ...] = ()
    session_duration: str = ""
    group_name: str = ""
    group_id: str = ""
    user_name: str = ""
    user_id: str = ""
    display_name: str = ""
    email: str = ""
    status: str = ""
    members_seen: bool = True


AnyRow: TypeAlias = Visit | Person | Key | Trust | Assignment
VIEWS: Mapping[str, type[AnyRow]] = {
    "accounts": Visit,
    "people": Person,
    "keys": Key,
    "trust": Trust,
    "assignments": Assignment,
}


def kind_of(row: type[Row]) -> str:
    """What the column `kind` says in rows of this type."""
    return str(row.__struct_config__.tag)
