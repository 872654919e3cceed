"""IAM's credential report from its text to findings: formats, words that are no dates, what it leaves out."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import pytest

from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.evaluate import judge
from ishigaki.core.finding import Finding, Status
from ishigaki.core.gather import gather
from ishigaki.core.population import Population
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import NOT_IN_ANSWER, UNDECODABLE, Unseen
from ishigaki.services import controls
from ishigaki.services.iam.users.resources import Credentials, User, credential_report, moment

EVERYWHERE = Place("111122223333", GLOBAL)
ARN = "arn:aws:iam::111122223333:"
HANAKO = User(id=ARN + "user/hanako")
PASSWORD_COLUMNS = ("enabled", "last_used", "last_changed", "next_rotation")
KEY_COLUMNS = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    *(f"password_{column}" for column in PASSWORD_COLUMNS),
    "mfa_active",
    *(f"access_key_{number}_{column}" for number in (1, 2) for column in KEY_COLUMNS),
    *(f"cert_{number}_{column}" for number in (1, 2) for column in ("active", "last_rotated")),
)
NOTHING = dict.fromkeys(COLUMNS, "N/A") | {name: "false" for name in COLUMNS if name.endswith("_active")}
ROOT = NOTHING | {
    "user": "<root_account>",
    "arn": ARN + "root",
    "password_enabled": "not_supported",
    "password_last_used": "no_information",
    "password_last_changed": "not_supported",
    "password_next_rotation": "not_supported",
}


def row(**columns: str) -> dict[str, str]:
    """A user's row; one without credentials unless `columns` say otherwise."""
    fixed = {"user": "hanako", "arn": ARN + "user/hanako", "user_creation_time": "2020-01-01T00:00:00+00:00"}
    return NOTHING | fixed | {"password_enabled": "false"} | columns


def report(*rows: Mapping[str, str]) -> str:
    columns = list(dict.fromkeys(name for each in (ROOT, *rows) for name in each))
    lines = [columns, *([each.get(name, "") for name in columns] for each in (ROOT, *rows))]
    return "\n".join(",".join(line) for line in lines)


def page(text: str) -> dict[str, Any]:
    return {"Content": base64.b64encode(text.encode()).decode(), "ReportFormat": "text/csv"}


def credentials(*rows: Mapping[str, str], answer: Answer | None = None) -> Population[Any]:
    """What the product makes of a report with these rows, or of another answer."""
    asking = gather(Credentials, EVERYWHERE, ())
    (call,) = next(asking)
    assert call.prepare
    assert (call.operation, call.prepare.operation) == ("GetCredentialReport", "GenerateCredentialReport")
    try:
        asking.send([answer or Answer((page(report(*rows)),))])
    except StopIteration as end:
        population: Population[Any] = end.value.population
        return population
    raise AssertionError("one call shows the report")


def judged(control: str, subject: Resource, *, report: Population[Any]) -> Finding:
    now = {"now": EXAMPLE_NOW} if controls()[control].timed else {}
    keys = {"keys": Population[Any]()} if "keys" in controls()[control].given else {}
    finding = judge(controls()[control], subject, {"report": report, **keys, **now})
    assert finding is not None
    return finding


DATES = {
    "with an offset": ("2026-08-03T00:00:00+00:00", Status.PASSED),
    "with a Z": ("2026-08-03T00:00:00Z", Status.PASSED),
    "of another zone, a second too old": ("2026-08-03T08:59:59+09:00", Status.FAILED),
    "with fractions": ("2026-08-03T00:00:00.5Z", Status.PASSED),
    "a second too old": ("2026-08-02T23:59:59Z", Status.FAILED),
    "without a zone": ("2026-10-01T00:00:00", Status.NOT_AVAILABLE),
    "missing": ("N/A", Status.NOT_AVAILABLE),
    "not a date": ("soon", Status.NOT_AVAILABLE),
}


@pytest.mark.parametrize(("date", "status"), DATES.values(), ids=DATES)
def test_an_access_key_is_as_old_as_the_report_says(date: str, status: Status) -> None:
    rows = credentials(row(access_key_1_active="true", access_key_1_last_rotated=date))
    assert judged("IAM.3", HANAKO, report=rows).status is status


RECENT, OLD = (
    "2026-10-25T00:00:00+00:00",
    "2026-09-01T00:00:00+00:00",
)  # a week, and two months before the scan
PASSWORD = {"password_enabled": "true", "password_last_changed": "2021-01-01T00:00:00+00:00"}
KEY = {"access_key_2_active": "true", "access_key_2_last_rotated": "2021-01-01T00:00:00+00:00"}
USES: dict[str, tuple[dict[str, str], set[str]]] = {
    "nothing": ({}, set()),
    "a used password": (PASSWORD | {"password_last_used": RECENT}, set()),
    "an unused password": (PASSWORD | {"password_last_used": OLD}, {"unused_password"}),
    "a password never used": (PASSWORD | {"password_last_used": "no_information"}, {"unused_password"}),
    "a new password never used": (
        PASSWORD | {"password_last_used": "no_information", "password_last_changed": RECENT},
        set(),
    ),
    "a changed password not used since": (
        PASSWORD | {"password_last_used": OLD, "password_last_changed": RECENT},
        {"unused_password"},
    ),
    "a used key": (KEY | {"access_key_2_last_used_date": RECENT}, set()),
    "an unused key": (KEY | {"access_key_2_last_used_date": OLD}, {"unused_key"}),
    "a key never used": (KEY | {"access_key_2_last_used_date": "N/A"}, {"unused_key"}),
    "a new key never used": (KEY | {"access_key_2_last_rotated": RECENT}, set()),
    "an unused key that is inactive": (
        KEY | {"access_key_2_active": "false", "access_key_2_last_used_date": OLD},
        set(),
    ),
    "both unused": (
        PASSWORD | KEY | {"password_last_used": OLD, "access_key_2_last_used_date": OLD},
        {"unused_password", "unused_key"},
    ),
    "an unused key beside a password of unknown use": (
        PASSWORD | KEY | {"password_last_used": "unknown", "access_key_2_last_used_date": OLD},
        {"unused_key"},
    ),
}


@pytest.mark.parametrize(("columns", "faults"), USES.values(), ids=USES)
def test_what_counts_as_unused(columns: dict[str, str], faults: set[str]) -> None:
    finding = judged("IAM.22", HANAKO, report=credentials(row(**columns)))
    assert {f.code for f in finding.faults} == faults
    assert finding.status is (Status.FAILED if faults else Status.PASSED)


def test_45_and_90_days_differ() -> None:
    rows = credentials(row(**PASSWORD, password_last_used=OLD))
    assert judged("IAM.8", HANAKO, report=rows).status is Status.PASSED
    assert judged("IAM.22", HANAKO, report=rows).status is Status.FAILED


MFA = {
    "password, no MFA": ({"password_enabled": "true", "mfa_active": "false"}, Status.FAILED),
    "in capitals": ({"password_enabled": "TRUE", "mfa_active": "FALSE"}, Status.FAILED),
    "password and MFA": ({"password_enabled": "true", "mfa_active": "true"}, Status.PASSED),
    "no password": ({"password_enabled": "false", "mfa_active": "false"}, Status.PASSED),
    "a word nobody knows": ({"password_enabled": "maybe", "mfa_active": "true"}, Status.NOT_AVAILABLE),
}


@pytest.mark.parametrize(("columns", "status"), MFA.values(), ids=MFA)
def test_mfa_of_console_users(columns: dict[str, str], status: Status) -> None:
    assert judged("IAM.5", HANAKO, report=credentials(row(**columns))).status is status


def test_columns_are_read_by_name() -> None:
    """New columns, another order and more users change nothing; a missing column is unseen."""
    moved = {name: row(mfa_active="true")[name] for name in reversed(COLUMNS)}
    rows = credentials(row(user="taro", arn=ARN + "user/taro"), moved | {"column_of_the_future": "1"})
    assert [each.name for each in rows] == ["<root_account>", "taro", "hanako"]
    assert rows.by("id")[ARN + "user/hanako"].seen[0].mfa_active
    short = credentials(answer=Answer((page(f"user,arn\nhanako,{ARN}user/hanako"),)))
    for control in ("IAM.3", "IAM.5", "IAM.8"):
        assert judged(control, HANAKO, report=short).status is Status.NOT_AVAILABLE


@pytest.mark.parametrize("info", ["1 additional access key: use ListAccessKeys", "2"])
def test_keys_that_the_report_does_not_show_cannot_pass(info: str) -> None:
    rows = credentials(row(additional_credentials_info=info))
    for control in ("IAM.3", "IAM.8", "IAM.22"):
        assert judged(control, HANAKO, report=rows).status is Status.NOT_AVAILABLE
    stale = credentials(row(**KEY, additional_credentials_info=info))
    assert judged("IAM.3", HANAKO, report=stale).status is Status.FAILED


@pytest.mark.parametrize("nothing", ["", "N/A"])
def test_no_more_keys_than_two(nothing: str) -> None:
    rows = credentials(row(additional_credentials_info=nothing))
    assert judged("IAM.3", HANAKO, report=rows).status is Status.PASSED


def test_a_user_younger_than_the_report_is_not_judged() -> None:
    finding = judged("IAM.5", HANAKO, report=credentials())
    assert finding.status is Status.NOT_AVAILABLE
    assert finding.reason
    assert finding.reason.code == NOT_IN_ANSWER


def test_a_denied_report_says_so_on_every_user() -> None:
    denied = credentials(answer=Answer(error="AccessDenied"))
    finding = judged("IAM.3", HANAKO, report=denied)
    assert finding.status is Status.NOT_AVAILABLE
    assert finding.reason
    assert finding.reason.code == "AccessDenied"


BROKEN: dict[str, dict[str, Any]] = {
    "no content": {},
    "null": {"Content": None},
    "not base64": {"Content": "*"},
    "not text": {"Content": base64.b64encode(b"\xff\xfe").decode()},
    "an open quote": page(f'user,arn\n"hanako,{ARN}user/hanako'),
    "no header": page("hanako,true,false\ntaro,true,true"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_report_that_cannot_be_read_is_a_gap(broken: dict[str, Any]) -> None:
    rows = credentials(answer=Answer((broken,)))
    assert [gap.code for gap in rows.gaps] == [UNDECODABLE]
    assert judged("IAM.5", HANAKO, report=rows).status is Status.NOT_AVAILABLE


def test_the_report_is_read_as_bytes_too() -> None:
    """Straight from botocore the content is bytes; a snapshot holds it as base64 text."""
    text = report(row(user="日本"))
    assert credential_report({"Content": text.encode()}) == credential_report(page(text))


@pytest.mark.parametrize("word", ["N/A", "no_information", "not_supported"])
def test_some_words_are_no_date(word: str) -> None:
    assert moment(word) is None


def test_other_words_are_unseen() -> None:
    with pytest.raises(Unseen):
        moment("yesterday")
