"""IAM's credential report in AWS's format, the root user's row first."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ishigaki.demo.emulator.state import Account, Answer, Context, Params, Refused, now

KEY_COLUMNS = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(f"access_key_{number}_{column}" for number in (1, 2) for column in KEY_COLUMNS),
    *(f"cert_{number}_{column}" for number in (1, 2) for column in ("active", "last_rotated")),
)
NEVER, NONE, UNSUPPORTED = "no_information", "N/A", "not_supported"


def generate(context: Context, _: Params) -> Answer:
    """GenerateCredentialReport: the first call starts it; a report is kept for four hours."""
    account = context.emulator.account(context.account)
    kept = account.report
    lifetime = timedelta(seconds=context.emulator.report_lifetime)
    if kept and now() - kept[0] < lifetime:
        return {"State": "COMPLETE"}
    account.report = (now(), _report(context, account))
    return {"State": "STARTED", "Description": "No report exists. Starting a new report generation task"}


def get(context: Context, _: Params) -> Answer:
    """GetCredentialReport: 410 while there is none."""
    kept = context.emulator.account(context.account).report
    if kept is None:
        raise Refused("ReportNotPresent", "No report exists.", status=410)
    return {"Content": kept[1].encode(), "ReportFormat": "text/csv", "GeneratedTime": kept[0]}


def _report(context: Context, account: Account) -> str:
    out = io.StringIO()
    rows = csv.DictWriter(out, fieldnames=COLUMNS, restval=NONE, lineterminator="\n")
    rows.writeheader()
    rows.writerow(_root_row(account))
    changes = context.partition_settings.get("password_changes", {})
    policy = context.backend().account_password_policy
    longest = policy.max_password_age if policy and policy.expire_passwords else None
    for user in context.backend().users.values():
        rows.writerow(_user_row(user, changed=changes.get(user.name), longest=longest))
    return out.getvalue().removesuffix("\n")


def _root_row(account: Account) -> dict[str, str]:
    root = account.root
    keys = {f"access_key_{n}_active": _word(n <= root.access_keys) for n in (1, 2)}
    dates = {f"access_key_{n}_last_rotated": _time(account.created) for n in (1, 2) if n <= root.access_keys}
    if root.access_keys and root.access_key_last_used:
        dates["access_key_1_last_used_date"] = _time(root.access_key_last_used)
    return {
        "user": "<root_account>",
        "arn": f"arn:aws:iam::{account.id}:root",
        "user_creation_time": _time(account.created),
        "password_enabled": UNSUPPORTED,
        "password_last_used": _time(root.password_last_used) if root.password_last_used else NEVER,
        "password_last_changed": UNSUPPORTED,
        "password_next_rotation": UNSUPPORTED,
        "mfa_active": _word(root.mfa != "none"),
        **keys,
        **dates,
        **{f"cert_{n}_active": _word(False) for n in (1, 2)},
    }


def _user_row(user: Any, *, changed: datetime | None, longest: int | None) -> dict[str, str]:
    certificates = [*user.signing_certificates.values(), None, None]
    row = {
        "user": user.name,
        "arn": user.arn,
        "user_creation_time": _time(user.create_date),
        "password_enabled": _word(bool(user.password)),
        "mfa_active": _word(bool(user.mfa_devices)),
        **_key(1, user.access_keys[0] if user.access_keys else None),
        **_key(2, user.access_keys[1] if len(user.access_keys) > 1 else None),
    }
    for number, certificate in enumerate(certificates[:2], 1):
        row[f"cert_{number}_active"] = _word(bool(certificate and certificate.status == "Active"))
        if certificate:
            row[f"cert_{number}_last_rotated"] = _time(certificate.upload_date)
    return row | (_password(user, changed=changed, longest=longest) if user.password else {})


def _password(user: Any, *, changed: datetime | None, longest: int | None) -> dict[str, str]:
    since = changed or user.create_date
    used = user.password_last_used
    rotation = {"password_next_rotation": _time(since + timedelta(days=longest))} if longest else {}
    return {
        "password_last_used": _time(used) if used else NEVER,
        "password_last_changed": _time(since),
        **rotation,
    }


def _key(number: int, key: Any) -> Mapping[str, str]:
    prefix = f"access_key_{number}_"
    if key is None:
        return {prefix + "active": _word(False)}
    row = {prefix + "active": _word(key.status == "Active"), prefix + "last_rotated": _time(key.create_date)}
    if key.last_used:
        row[prefix + "last_used_date"] = _time(key.last_used.timestamp)
        row[prefix + "last_used_region"] = key.last_used.region
        row[prefix + "last_used_service"] = key.last_used.service
    return row


def _word(value: bool) -> str:
    return "true" if value else "false"


def _time(moment: datetime) -> str:
    """`2026-01-02T03:04:05+00:00`, as AWS writes it; moto's times have no zone and are UTC."""
    utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return utc.replace(microsecond=0).isoformat()
