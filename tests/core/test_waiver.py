"""Exceptions: what they hide and what never, when they end, and that every mistake is told with file, line and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.finding import Finding, Status
from ishigaki.core.score import score
from ishigaki.core.usage import UsageError
from ishigaki.core.waiver import (
    Overlay,
    Shipped,
    Waiver,
    entries,
    lay_over,
    parse,
)
from ishigaki.core.written import LONGEST, State
from ishigaki.texts import LANGUAGES, message

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
KNOWN = {"S3.8", "S3.9", "IAM.6"}
ACCOUNT, OTHER = "111122223333", "444455556666"
BUCKET = "arn:aws:s3:::www-example"
WHOLE = f"""\
# reviewed each quarter
[[waivers]]
control = "S3.8"
account = "{ACCOUNT}"
resource = "{BUCKET}"
reason = "Serves the public website"
owner = "web@example.com"
approver = "security@example.com"
approved = 2026-10-01
expires = 2027-03-31

[[waivers]]
control = ["IAM.6", "S3.9"]
account = ["{ACCOUNT}", "{OTHER}"]
tag = "purpose=logs"
reason = "In procurement"
compensating_measure = "Software MFA is set"
owner = "platform@example.com"
approver = "security@example.com"
approved = 2026-11-25
expires = 2027-11-26
"""


def read(text: str, *, four_eyes: bool = True) -> tuple[Waiver, ...]:
    return parse(text, file="waivers.toml", now=NOW, known=KNOWN, four_eyes=four_eyes)


def test_one_or_several_controls_accounts_and_resources() -> None:
    one, many = read(WHOLE)
    assert (one.controls, one.accounts, one.resources) == (("S3.8",), (ACCOUNT,), (BUCKET,))
    assert (many.controls, many.accounts, many.scope) == (
        ("IAM.6", "S3.9"),
        (ACCOUNT, OTHER),
        "purpose=logs",
    )
    assert many.expires - many.approved == LONGEST


def without(line: str) -> str:
    return WHOLE.replace(f"{line}\n", "", 1)


MISTAKES = [
    (WHOLE + "[[waivers", "file_not_toml", "22"),
    (WHOLE.replace('"S3.8"', '"S3.88"'), "waiver_control", 3),
    (WHOLE.replace('"S3.8"', '"S3.*"'), "waiver_pattern", 3),
    (WHOLE.replace('["IAM.6", "S3.9"]', "[]"), "waiver_lacks", 13),
    (WHOLE.replace(BUCKET, "arn:aws:s3:::www-*"), "waiver_pattern", 5),
    (WHOLE.replace(BUCKET, "arn:aws:s3:::www?"), "waiver_pattern", 5),
    (WHOLE.replace(f'"{ACCOUNT}"\n', '"*"\n'), "waivers_invalid", 4),
    (without('reason = "Serves the public website"'), "waiver_lacks", 2),
    (WHOLE.replace("Serves the public website", "  "), "waiver_lacks", 6),
    (WHOLE.replace("web@example.com", ""), "waiver_lacks", 7),
    (without('approver = "security@example.com"'), "waiver_lacks", 2),
    (WHOLE.replace("security@example.com", " Web@Example.com ", 1), "waiver_same_person", 8),
    (WHOLE.replace("2027-03-31", "2027-10-03"), "waiver_period", 10),
    (WHOLE.replace("2027-03-31", "2026-09-30"), "waiver_period", 10),
    (WHOLE.replace("2027-03-31", '"soon"'), "waivers_invalid", 10),
    (WHOLE.replace("2026-10-01", "2026-11-26").replace("2027-03-31", "2027-04-30"), "waiver_future", 9),
    (without("expires = 2027-03-31"), "waiver_lacks", 2),
    (WHOLE.replace("owner =", "owners ="), "waivers_invalid", 7),
    (WHOLE.replace('tag = "purpose=logs"', 'tag = "purpose"'), "waiver_tag", 15),
    (WHOLE.replace('tag = "purpose=logs"', 'tag = "purpose=*"'), "waiver_tag", 15),
    (WHOLE.replace('tag = "purpose=logs"', f'tag = "a=b"\nresource = "{BUCKET}"'), "waiver_scope", 15),
    (without(f'resource = "{BUCKET}"'), "waiver_scope", 2),
    ("[[waivers]]\ncontrol = 7\n", "waivers_invalid", 2),
    ("[waiver]\n", "waivers_invalid", 1),
]


@pytest.mark.parametrize(("text", "code", "line"), MISTAKES)
def test_a_mistake_names_file_and_line_and_remedy(text: str, code: str, line: object) -> None:
    with pytest.raises(UsageError) as told:
        read(text)
    assert (told.value.code, told.value.facts["file"], told.value.facts["line"]) == (
        code,
        "waivers.toml",
        line,
    )
    for language in LANGUAGES:
        assert "waivers.toml" in message(code, language, **told.value.facts)


def test_where_one_person_runs_the_estate_nobody_else_approves() -> None:
    alone = WHOLE.replace('approver = "security@example.com"\n', "")
    assert [w.approver for w in read(alone, four_eyes=False)] == ["", ""]
    same = WHOLE.replace("security@example.com", "web@example.com")
    assert len(read(same, four_eyes=False)) == 2


def finding(
    control: str = "S3.8",
    status: Status = Status.FAILED,
    *,
    resource: str = BUCKET,
    account: str = ACCOUNT,
    region: str = "ap-northeast-1",
) -> Finding:
    return Finding(control, account, region, "AWS::S3::Bucket", resource, status)


ONE, TAGGED = read(WHOLE)


def lay(*findings: Finding, tags: Mapping[str, str] | None = None, now: datetime = NOW) -> Overlay:
    return lay_over(findings, (ONE, TAGGED), tags=lambda _: tags, now=now)


@pytest.mark.parametrize("status", [Status.FAILED, Status.WARNING])
def test_what_is_named_is_suppressed_and_keeps_its_verdict(status: Status) -> None:
    (hidden,) = lay(finding(status=status)).findings
    assert (hidden.status, hidden.workflow) == (status, "SUPPRESSED")


@pytest.mark.parametrize(
    "other",
    [
        finding(status=Status.NOT_AVAILABLE),
        finding(status=Status.PASSED),
        finding("S3.9"),
        finding("S3.8@2022"),
        finding(account=OTHER),
        finding(resource=BUCKET + "-2"),
        finding(resource=BUCKET.upper()),
        msgspec.structs.replace(finding(), record="ARCHIVED"),
    ],
)
def test_nothing_else_is_hidden(other: Finding) -> None:
    laid = lay(other)
    assert (laid.findings, laid.hidden) == ((other,), {})


@given(st.sampled_from(Status), st.dates(date(2026, 1, 1), date(2029, 1, 1)))
def test_only_failures_and_warnings_are_ever_hidden_and_only_in_time(status: Status, day: date) -> None:
    laid = lay(finding(status=status), now=datetime(day.year, day.month, day.day, 23, tzinfo=UTC))
    assert bool(laid.hidden) == (status in (Status.FAILED, Status.WARNING) and day <= ONE.expires)
    assert [f.status for f in laid.findings] == [status]


def test_an_exception_holds_through_its_last_day_and_then_counts_again_and_is_said() -> None:
    last = datetime(2027, 3, 31, 23, 59, tzinfo=UTC)
    assert lay(finding(), now=last).hidden
    over = lay(finding(), now=last + timedelta(minutes=1))
    assert [f.workflow for f in over.findings] == ["NEW"]
    ((waiver, findings),) = [(x.waiver, x.findings) for x in over.expired]
    assert (waiver, findings) == (ONE, (finding(),))


def test_a_renewed_exception_silences_the_expired_one() -> None:
    renewed = msgspec.structs.replace(ONE, approved=date(2027, 3, 1), expires=date(2028, 3, 1))
    later = datetime(2027, 4, 1, tzinfo=UTC)
    laid = lay_over([finding()], (ONE, renewed), now=later)
    assert (list(laid.hidden.values()), laid.expired) == ([renewed], ())
    assert laid.unused == (ONE,)


def test_a_tag_that_was_not_seen_hides_nothing_and_is_said() -> None:
    blind = lay(finding("S3.9"), finding("S3.9", resource="arn:aws:s3:::b"), tags=None)
    assert (blind.hidden, blind.untold) == ({}, ((TAGGED, 2),))
    assert lay(finding("S3.9"), tags={"purpose": "web"}).hidden == {}
    assert list(lay(finding("S3.9"), tags={"purpose": "logs"}).hidden.values()) == [TAGGED]


def test_an_exception_that_matches_nothing_is_said_only_where_everything_it_names_was_judged() -> None:
    assert lay(finding(status=Status.PASSED)).unused == (ONE,)
    assert lay(finding(resource="arn:aws:s3:::other")).unused == (ONE,)
    assert lay(finding("IAM.6")).unused == ()
    blind = finding(resource="arn:aws:s3:::other", status=Status.NOT_AVAILABLE)
    assert lay(finding(status=Status.PASSED), blind).unused == ()


AWS = Shipped("rule", "S3.9", "https://docs.aws.amazon.com/", date(2026, 9, 23), "because", "理由")


def test_what_is_shipped_hides_where_it_is_proven_and_own_words_come_first() -> None:
    log = finding("S3.9", resource="arn:aws:s3:::logs")

    def shipped(about: Finding) -> Shipped | None:
        return AWS if about == log else None

    laid = lay_over([log, finding("S3.9")], (), shipped=shipped, now=NOW)
    assert laid.hidden == {log.identity: AWS}
    own = lay_over([log], (TAGGED,), tags=lambda _: {"purpose": "logs"}, shipped=shipped, now=NOW)
    assert own.hidden == {log.identity: TAGGED}


def test_entries_tell_how_each_exception_stands() -> None:
    laid = lay_over([finding(), finding("S3.9")], (ONE, TAGGED), shipped=lambda f: AWS, now=NOW)
    shown = [(e.waiver, e.state, len(e.findings)) for e in entries((ONE, TAGGED), laid, today=NOW.date())]
    assert shown == [(ONE, State.IN_FORCE, 1), (TAGGED, State.IN_FORCE, 0), (AWS, State.IN_FORCE, 1)]
    soon = entries((ONE,), Overlay(), today=date(2027, 3, 2))
    assert [e.state for e in soon] == [State.ENDS_SOON]
    over = lay(finding(), now=datetime(2027, 4, 1, tzinfo=UTC))
    (entry, _) = entries((ONE, TAGGED), over, today=date(2027, 4, 1))
    assert (entry.state, len(entry.findings)) == (State.EXPIRED, 1)


def test_the_honest_score_counts_what_exceptions_hide_warnings_too() -> None:
    findings = [
        finding("S3.8", Status.PASSED, resource="arn:aws:s3:::fine"),
        finding("S3.8"),
        finding("S3.9", Status.WARNING),
        finding("IAM.6", Status.PASSED),
    ]
    laid = lay(*findings, tags={"purpose": "logs"})
    told = score(laid.findings, (), ["S3.8", "S3.9", "IAM.6"])
    assert (told.passed, told.counted, told.low) == (2, 2, 100)
    assert (told.honest_passed, told.honest_counted, told.honest) == (1, 3, 33)
    assert score(findings, (), ["S3.8", "S3.9", "IAM.6"]).low == told.honest
