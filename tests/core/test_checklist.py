"""Checklists: what is never ticked, and what only people can answer."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from ishigaki.core.checklist import Asked, Checked, Line, Tick, check
from ishigaki.core.estate import Answer
from ishigaki.core.fault import fault
from ishigaki.core.finding import Finding, Status, Unjudged
from ishigaki.standards import CHECKLISTS, catalogue, checklist, standard

ACCOUNTS = ("111111111111", "222222222222")
TODAY = date(2026, 11, 22)
ONE = Line(("A.1",))
WHO = Asked("who", {"en": "Who?", "ja": "誰?"})


def finding(
    control: str, status: Status = Status.FAILED, *, account: str = ACCOUNTS[0], name: str = "x"
) -> Finding:
    faults = (fault("off"),) if status is Status.FAILED else ()
    return Finding(control, account, "ap-northeast-1", "AWS::S3::Bucket", f"arn:{name}", status, faults)


PASSED = tuple(finding("A.1", Status.PASSED, account=a) for a in ACCOUNTS)


def checked(
    *findings: Finding,
    line: Line = ONE,
    unjudged: tuple[Unjudged, ...] = (),
    answers: tuple[Answer, ...] = (),
    asked: tuple[str, ...] = ("A.1", "A.2"),
) -> Checked:
    (found,) = check(
        [line], findings, unjudged=unjudged, accounts=ACCOUNTS, asked=asked, answers=answers, today=TODAY
    )
    return found


def answer(said: str, *, days_ago: int = 1) -> Answer:
    whole = {"question": "who", "answer": said, "by": "Sato", "on": TODAY - timedelta(days=days_ago)}
    return msgspec.convert(whole, Answer)


def test_a_line_is_ticked_where_every_account_passed() -> None:
    assert checked(*PASSED).tick is Tick.TICKED


def test_a_line_says_where_it_is_open() -> None:
    found = checked(PASSED[0], finding("A.1", account=ACCOUNTS[1]))
    assert (found.tick, found.accounts, found.resources) == (Tick.OPEN, ACCOUNTS[1:], 1)


def test_a_suppressed_failure_is_still_open() -> None:
    hidden = msgspec.structs.replace(finding("A.1"), workflow="SUPPRESSED")
    assert checked(*PASSED, hidden).tick is Tick.OPEN


@pytest.mark.parametrize(
    "findings",
    [
        (),
        PASSED[:1],
        (*PASSED, finding("A.1", Status.NOT_AVAILABLE, name="y")),
        (*PASSED, finding("A.1", Status.WARNING, name="y")),
        (PASSED[0], msgspec.structs.replace(PASSED[1], record="ARCHIVED")),
    ],
)
def test_what_was_not_seen_is_never_ticked(findings: tuple[Finding, ...]) -> None:
    assert checked(*findings).tick is Tick.CANNOT_TELL


def test_a_control_not_judged_yet_is_not_ticked() -> None:
    waiting = (Unjudged("A.1", ACCOUNTS[0], "eu-west-1", 3),)
    assert checked(*PASSED, unjudged=waiting).tick is Tick.CANNOT_TELL


def test_an_open_line_names_the_accounts_that_could_not_be_told() -> None:
    found = checked(finding("A.1"))
    assert (found.tick, found.untold) == (Tick.OPEN, ACCOUNTS[1:])


def test_every_control_of_a_line_must_pass() -> None:
    both = Line(("A.1", "A.2"))
    passed = [*PASSED, *(finding("A.2", Status.PASSED, account=a) for a in ACCOUNTS)]
    assert checked(*passed, line=both).tick is Tick.TICKED
    assert checked(*passed[:-1], line=both).tick is Tick.CANNOT_TELL
    found = checked(*passed, finding("A.2", name="y"), line=both)
    assert (found.tick, found.failed) == (Tick.OPEN, ("A.2",))


def test_a_control_that_the_scan_left_out_keeps_its_line_from_being_ticked() -> None:
    found = checked(*PASSED, line=Line(("A.1", "A.2")), asked=("A.1",))
    assert (found.tick, found.left_out) == (Tick.CANNOT_TELL, ("A.2",))


def test_a_line_that_the_scan_asked_nothing_of_is_left_out() -> None:
    assert check([ONE], [], unjudged=(), accounts=ACCOUNTS, asked=()) == ()


@pytest.mark.parametrize(
    ("answers", "tick"),
    [
        ((), Tick.CANNOT_TELL),
        ((answer("yes"),), Tick.TICKED),
        ((answer("no"),), Tick.OPEN),
        ((answer("yes", days_ago=365),), Tick.TICKED),
        ((answer("yes", days_ago=366),), Tick.CANNOT_TELL),
        ((answer("yes", days_ago=-1),), Tick.CANNOT_TELL),
    ],
)
def test_a_question_is_answered_by_a_person_within_a_year(answers: tuple[Answer, ...], tick: Tick) -> None:
    assert checked(*PASSED, line=Line(("A.1",), (WHO,)), answers=answers).tick is tick
    assert checked(line=Line((), (WHO,)), answers=answers).tick is tick


@pytest.mark.parametrize("name", CHECKLISTS)
def test_checklists_are_of_the_catalogue_and_in_both_languages(name: str) -> None:
    found = checklist(name)
    assert found.controls == standard(name).controls
    assert set(found.controls) <= catalogue().keys()
    for line in found.lines:
        assert line.controls or line.questions
        assert line.title.keys() == {"en", "ja"} or (len(line.controls) == 1 and not line.title)
        assert all(q.text.keys() == {"en", "ja"} for q in line.questions)


def test_as_many_lines_as_their_names_say() -> None:
    assert [len(checklist(n).lines) for n in ("eight_exposures", "seven_checks", "ten_practices")] == [
        8,
        7,
        10,
    ]
    of_fsbp = [catalogue()[c] for c in standard("fsbp").controls]
    must = {c.id for c in of_fsbp if c.severity.value in ("CRITICAL", "HIGH")}
    assert set(checklist("must_fix").controls) == must
