"""IAM's credential report: a CSV of an account's users, read as what it says or refused with the reason.

Columns are found by name, so those that AWS moves or adds do no harm. `N/A`, `no_information` and `not_supported` are
data: there is no such thing, IAM knows of no use, the root user has no such setting. All three are None here, and
what tells them apart is beside them (`console`, `active`). The dates of a key that is not active are `N/A`, and the
report knows no key ids: `rotated_at` is the moment by which an active key is found among those that IAM lists.
"""

from __future__ import annotations

import base64
import binascii
import csv
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from io import StringIO

import msgspec

from ishigaki.core.people import ROOT_NAME

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
NOTHING = frozenset({"N/A", "no_information", "not_supported", ""})
REQUIRED = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "mfa_active",
    *(f"access_key_{n}_{part}" for n in (1, 2) for part in ("active", "last_rotated", "last_used_date")),
)
# IAM never recorded the sign-ins of these weeks: a use before them may not have been the last one.
HOLE = (datetime(2018, 5, 3, 22, 50, tzinfo=UTC), datetime(2018, 5, 23, 14, 8, tzinfo=UTC))
# IAM needs a while until a new user is in its report.
LATE = timedelta(minutes=15)


class BadReport(ValueError):
    """A report that cannot be relied on. `code`: BrokenReport or WrongReport; the text says what is wrong with it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


BROKEN, WRONG = "BrokenReport", "WrongReport"


class ReportKey(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two access keys that the report has columns for; `active` is False also where there is none."""

    number: int
    active: bool | None
    rotated_at: datetime | None
    used_at: datetime | None
    used_region: str = ""
    used_service: str = ""


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the report says of a user, or of the root user. `certificates` are the active ones."""

    user: str
    arn: str
    created_at: datetime | None
    console: bool | None
    password_used_at: datetime | None
    password_changed_at: datetime | None
    password_expires_at: datetime | None
    mfa: bool | None
    keys: tuple[ReportKey, ...]
    certificates: int
    extra: bool = False  # it has more keys or certificates than there are columns for

    @property
    def is_root(self) -> bool:
        return self.user == ROOT_NAME

    @property
    def in_the_hole(self) -> bool:
        """Whether a later use of the password may have gone unrecorded in May 2018."""
        began, ended = HOLE
        return (
            self.console is True
            and (self.created_at is None or self.created_at < ended)
            and (self.password_used_at is None or self.password_used_at <= began)
        )


class Report(msgspec.Struct, frozen=True):
    """A report that was read whole: the root user first, then the users."""

    made_at: datetime
    rows: tuple[ReportRow, ...]


def read(content: bytes | str, *, account: str, made_at: datetime) -> Report:
    """The report in the answer of GetCredentialReport (or its base64 text). Raises `BadReport`."""
    lines = csv.reader(StringIO(_text(content)), strict=True)
    try:
        table = [line for line in lines if line]
    except csv.Error as broken:
        raise BadReport(BROKEN, f"line {lines.line_num}: {broken}") from None
    if not table:
        raise BadReport(BROKEN, "it is empty")
    header = _header(table[0])
    rows = tuple(_row(header, line, number) for number, line in enumerate(table[1:], start=2))
    _whole(rows, account)
    return Report(made_at, rows)


def _text(content: bytes | str) -> str:
    try:
        raw = content if isinstance(content, bytes) else base64.b64decode(content, validate=True)
        return raw.decode("utf-8-sig")
    except (UnicodeDecodeError, binascii.Error) as broken:
        raise BadReport(BROKEN, f"it is not text: {broken}") from None


def _header(names: list[str]) -> list[str]:
    header = [name.strip().lower() for name in names]
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise BadReport(BROKEN, f"it has no column {', '.join(missing)}")
    if len(set(header)) != len(header):
        raise BadReport(BROKEN, "it has a column twice")
    return header


def _row(header: list[str], line: list[str], number: int) -> ReportRow:
    if len(line) != len(header):
        raise BadReport(BROKEN, f"line {number} has {len(line)} of {len(header)} columns")
    told = dict(zip(header, line, strict=True))
    try:
        return ReportRow(
            user=told["user"],
            arn=told["arn"],
            created_at=moment(told["user_creation_time"]),
            console=_flag(told["password_enabled"]),
            password_used_at=moment(told["password_last_used"]),
            password_changed_at=moment(told["password_last_changed"]),
            password_expires_at=moment(told.get("password_next_rotation", "")),
            mfa=_flag(told["mfa_active"]),
            keys=tuple(_key(told, n) for n in (1, 2)),
            certificates=sum(_flag(told.get(f"cert_{n}_active", "")) is True for n in (1, 2)),
            extra=told.get("additional_credentials_info", "") not in NOTHING,
        )
    except ValueError as wrong:
        raise BadReport(BROKEN, f"line {number}: {wrong}") from None


def _key(told: Mapping[str, str], number: int) -> ReportKey:
    prefix = f"access_key_{number}_"
    words = {part: told.get(prefix + part, "") for part in ("last_used_region", "last_used_service")}
    return ReportKey(
        number=number,
        active=_flag(told[prefix + "active"]),
        rotated_at=moment(told[prefix + "last_rotated"]),
        used_at=moment(told[prefix + "last_used_date"]),
        used_region=_word(words["last_used_region"]),
        used_service=_word(words["last_used_service"]),
    )


def _flag(word: str) -> bool | None:
    known = {"true": True, "false": False}
    if word in NOTHING:
        return None
    if word.lower() not in known:
        raise ValueError(f"{word!r} is neither true nor false")
    return known[word.lower()]


def _word(word: str) -> str:
    return "" if word in NOTHING else word


def moment(word: str) -> datetime | None:
    """A date of the report, in either of the forms that AWS writes (`…+00:00`, `…Z`), None where there is none.

    Raises ValueError for anything else.
    """
    if word in NOTHING:
        return None
    if not TIME.fullmatch(word):
        raise ValueError(f"{word!r} is not a time")
    return datetime.fromisoformat(word).astimezone(UTC)


def _whole(rows: tuple[ReportRow, ...], account: str) -> None:
    """The report is of this account, with its root user and everybody once."""
    strangers = sorted({_account_of(row.arn) for row in rows} - {account})
    if strangers:
        raise BadReport(WRONG, f"it is of account {', '.join(strangers)}")
    if sum(row.is_root for row in rows) != 1:
        raise BadReport(BROKEN, "it has no row of the root user")
    if len({row.arn for row in rows}) != len(rows):
        raise BadReport(BROKEN, "it has a user twice")


def _account_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 and parts[0] == "arn" else arn


def lacking(report: Report, users: Iterable[tuple[str, datetime]]) -> list[str]:
    """Of the users that IAM lists, by ARN and creation, those that the report should have and has not: it was cut
    off between two lines. A user that was renamed since is there by its creation."""
    known = {row.arn for row in report.rows}
    made = {row.created_at for row in report.rows}
    before = report.made_at - LATE
    return [arn for arn, created in users if arn not in known and created < before and created not in made]
