"""Keeping, tick by tick: what becomes work, who is told, and that nothing is lost when something fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from ishigaki.core.finding import Finding, Status
from ishigaki.core.handling import acknowledge, claim_fixed, close
from ishigaki.core.notice import Message, Notice
from ishigaki.core.waiver import Waiver
from ishigaki.flows import laying, sending
from ishigaki.flows.cases import act
from ishigaki.flows.tick import tick
from ishigaki.notify.undelivered import Undelivered
from ishigaki.report.message import compose
from ishigaki.store import cases as kept
from ishigaki.store import outbox, proofs
from ishigaki.store.database import engine
from ishigaki.store.transactions import reading
from tests.flows.keeping import ORDERS, SHOP, Company, bucket, destination, finding, threat, unseen

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
OPEN_GROUP = finding(
    "EC2.13", "arn:aws:ec2:ap-northeast-1:111111111111:security-group/sg-1", type="AwsEc2SecurityGroup"
)
PUBLIC = finding("S3.8", bucket("a"))
CALM = finding("S3.8", bucket("calm"), Status.PASSED)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    made = engine(tmp_path / "store")
    yield Company(
        made,
        tmp_path / "store",
        destinations=(destination("chat"), destination("mail", audience=("security",))),
    )
    made.dispose()


def passed(finding: Finding) -> Finding:
    return replace(finding, status=Status.PASSED, faults=())


def test_what_fails_becomes_a_case_that_its_owner_is_told_of_once(company: Company) -> None:
    company.scan(PUBLIC, CALM)
    assert company.tick() == ["chat: opened"]
    assert company.cases() == ["S3.8 shop team new"]
    assert company.tick(HOUR) == []


def test_the_policy_decides_what_is_told_once_and_what_is_left(company: Company) -> None:
    waf = finding("ELB.16", "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:loadbalancer/app/a/1")
    resting = finding("S3.17", bucket("a"))
    company.scan(waf, resting)
    assert company.tick() == ["chat: told_once"]
    assert company.cases() == []


def test_only_a_recheck_closes_and_what_was_not_seen_says_nothing(company: Company) -> None:
    company.scan(PUBLIC, CALM)
    company.tick()
    company.now += DAY
    company.scan(unseen("S3.8"), CALM)
    assert company.tick() == []
    assert company.cases() == ["S3.8 shop team new"]
    company.now += DAY
    company.scan(passed(PUBLIC), CALM)
    assert company.tick() == ["chat: closed"]
    assert company.cases() == ["S3.8 shop team done"]


def test_what_is_gone_from_a_complete_look_is_settled_and_another_account_says_nothing_of_it(
    company: Company,
) -> None:
    company.scan(PUBLIC, CALM)
    company.tick()
    company.now += DAY
    company.scan(replace(CALM, account=ORDERS))
    assert company.tick() == []
    company.now += DAY
    company.scan(CALM)
    assert company.tick() == ["chat: closed"]


def test_what_a_listing_of_all_regions_may_have_missed_is_not_gone(company: Company) -> None:
    company.scan(PUBLIC, CALM)
    company.tick()
    company.now += DAY
    company.scan(replace(unseen("S3.8"), region="aws-global"), CALM)
    assert company.tick() == []
    assert company.cases() == ["S3.8 shop team new"]


def test_an_open_group_is_urgent_and_goes_through_to_the_security_team(company: Company) -> None:
    company.scan(OPEN_GROUP)
    assert company.tick() == ["chat: opened"]
    assert company.told[-1][1].due == company.now + DAY
    assert [company.tick(DAY / 2) for _ in range(3)] == [["chat: reminder"], ["chat: escalated"], []]
    assert company.tick(3 * DAY) == ["chat: reminder"]
    assert company.tick(3 * DAY) == ["chat: digest", "chat: escalated", "mail: escalated"]


def test_acknowledged_and_claimed_then_not_confirmed(company: Company) -> None:
    company.scan(PUBLIC, CALM)
    company.tick()
    case = company.case("S3.8")
    act(company.engine, case[:5], lambda c, _: acknowledge(c, who="sato", now=company.now))
    act(company.engine, case, lambda c, _: claim_fixed(c, who="sato", now=company.now + MINUTE))
    act(company.engine, case, lambda c, _: acknowledge(c, who="ito", now=company.now + 2 * MINUTE))
    assert company.cases() == ["S3.8 shop team awaiting_confirmation"]
    assert company.tick(HOUR) == []
    company.scan(PUBLIC, CALM)
    assert company.tick() == ["chat: reminder"]
    assert company.cases() == ["S3.8 shop team fixing"]


def test_an_exception_takes_it_and_its_end_brings_it_back(company: Company) -> None:
    company.scan(PUBLIC, CALM)
    company.tick()
    today = company.now.date()
    company.waivers = (
        Waiver(
            "S3.8", SHOP, "a website", "sato", today, today + 3 * DAY, resource=bucket("a"), approver="mori"
        ),
    )
    assert company.tick(HOUR) == ["chat: excepted"]
    assert company.tick(3 * DAY) == ["chat: exception_ending"]
    assert company.tick(DAY) == ["chat: relapsed"]
    assert company.cases() == ["S3.8 shop team relapsed"]


def test_an_exception_is_told_of_a_month_a_week_and_a_day_before_it_ends(company: Company) -> None:
    today = company.now.date()
    company.waivers = (
        Waiver(
            "S3.8", SHOP, "a website", "sato", today, today + 40 * DAY, resource=bucket("a"), approver="mori"
        ),
    )
    company.scan(PUBLIC, CALM)
    told = {n: company.tick(DAY if n else timedelta(0)) for n in range(44)}
    warned = [n for n, kinds in told.items() if "chat: exception_ending" in kinds]
    assert warned == [10, 33, 39]
    assert "chat: opened" in told[41]


def test_a_first_look_is_one_message_for_each_owner_and_what_is_urgent_beside_it(company: Company) -> None:
    many = [finding(f"S3.{n}", bucket(f"b{m}")) for n in (1, 2, 3, 8) for m in range(5)]
    others = [replace(f, account=ORDERS) for f in many]
    company.scan(*many, *others, OPEN_GROUP)
    assert sorted(company.tick()) == ["chat: first_summary", "chat: first_summary", "chat: opened"]
    assert company.tick(HOUR) == []
    company.now += DAY
    company.scan(*many, *others, OPEN_GROUP, finding("KMS.5", "arn:aws:kms:::key/1"))
    assert "chat: opened" in company.tick()


WAF = finding("ELB.16", "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:loadbalancer/app/a/1")


def test_what_came_about_before_there_was_anybody_to_tell_is_told_first_once_there_is(
    company: Company,
) -> None:
    there, company.destinations = company.destinations, ()
    many = [finding(f"S3.{n}", bucket(f"b{m}")) for n in (1, 2, 3, 8) for m in range(5)]
    settled, few = finding("KMS.5", "arn:aws:kms:::key/1"), replace(PUBLIC, account=ORDERS)
    company.scan(*many, settled, few, OPEN_GROUP, WAF)
    assert company.tick() == []
    company.scan(*many, passed(settled), few, OPEN_GROUP, WAF)
    assert company.tick(HOUR) == []
    company.destinations = there
    told = company.tick(HOUR)
    assert told == ["chat: first_summary", "chat: opened", "chat: opened"]  # the open group, and the few
    (summary,) = [m for _, m in company.told if m.kind == "first_summary"]
    assert "5 cases" in summary.title
    assert company.tick(HOUR) == []


def test_a_time_without_destinations_is_caught_up_with_and_no_stage_of_it(company: Company) -> None:
    company.scan(PUBLIC, CALM)
    company.tick()
    there, company.destinations = company.destinations, ()
    company.tick(6 * DAY + HOUR)  # the day before the deadline
    company.scan(PUBLIC, finding("S3.8", bucket("b")), finding("S3.1", bucket("a")), WAF)
    assert company.tick(12 * DAY) == []  # overdue twice over
    company.destinations = there
    told = company.tick(HOUR)
    assert [t for t in told if "monthly" not in t] == ["chat: joined", "chat: opened", "chat: told_once"]
    assert {"chat: escalated", "mail: escalated"} <= {*company.tick(3 * DAY)}


def test_a_month_without_destinations_is_summed_up_once_there_is_one(company: Company) -> None:
    company.scan(PUBLIC)
    company.tick()
    there, company.destinations = company.destinations, ()
    company.tick(15 * DAY)
    company.destinations = there
    assert "mail: monthly" in company.tick(HOUR)


def test_a_digest_comes_on_the_morning_that_the_policy_names(company: Company) -> None:
    company.scan(PUBLIC, CALM)
    company.tick()
    company.tick(6 * DAY)
    told = [(company.now, t) for _ in range(30) for t in company.tick(HOUR) if t.endswith("digest")]
    ((at, _),) = told
    assert (at.date(), at.hour) == (date(2026, 11, 30), 0)  # Monday, 9 o'clock in Tokyo


def test_a_month_is_summed_up_on_the_first_working_morning_of_the_next(company: Company) -> None:
    company.scan(PUBLIC, CALM)
    company.tick()
    company.now += 2 * DAY
    company.scan(passed(PUBLIC), CALM)
    company.tick()
    told = [(company.now, t) for _ in range(20) for t in company.tick(HOUR * 12) if t.endswith("monthly")]
    assert [(at.isoformat(), t) for at, t in told] == [
        ("2026-12-01T01:00:00+00:00", "chat: monthly"),
        ("2026-12-01T01:00:00+00:00", "mail: monthly"),
    ]
    (_, message), *_ = [one for one in company.told if one[1].kind == "monthly"]
    assert "2026-11" in message.title
    shown = [line for part in message.parts for line in part.bullets]
    assert any("1 opened" in line or "Opened 1, closed 1" in line for line in shown)
    assert any("→" in line for line in shown), "the score before and after"


def test_a_detection_is_work_until_somebody_has_dealt_with_it(company: Company) -> None:
    company.detect(threat(at=company.now))
    assert company.tick() == ["chat: opened", "mail: opened"]
    case = company.case("UnauthorizedAccess:EC2/SSHBruteForce")
    act(company.engine, case, lambda c, i: close(c, i, reason="our scanner", who="sato", now=company.now))
    assert company.tick(HOUR) == []
    company.detect(threat(at=company.now))
    assert company.tick() == ["chat: relapsed", "mail: relapsed"]
    company.now += HOUR
    company.detect(threat(at=company.now, open=False))
    assert company.tick() == ["chat: closed", "mail: closed"]


def test_what_one_destination_does_not_take_is_told_at_the_other(company: Company) -> None:
    company.failing["chat"] = Undelivered("refused", "no such channel", permanent=True)
    company.scan(PUBLIC, CALM)
    assert company.tick() == ["mail: undelivered"]
    del company.failing["chat"]
    assert company.tick(DAY) == []


def test_all_that_a_destination_does_not_take_is_one_message_at_the_other(company: Company) -> None:
    company.failing["chat"] = Undelivered("refused", "no such channel", permanent=True)
    company.scan(*(finding(f"S3.{n}", bucket("a")) for n in (1, 2, 3, 5, 8, 12)), OPEN_GROUP)
    assert company.tick() == ["mail: undelivered", "mail: undelivered"]
    (urgent,), (rest,) = (
        [m for _, m in company.told if m.urgent is is_urgent] for is_urgent in (True, False)
    )
    assert "24 hours" in urgent.title
    assert any("sg-1" in bullet for part in urgent.parts for bullet in part.bullets)
    assert urgent.actions
    assert rest.title.startswith("6 messages")
    assert (len(rest.parts[0].bullets), rest.parts[0].more) == (5, 1)
    assert "S3.1" in rest.parts[0].bullets[0]


def test_what_did_not_arrive_is_sent_again_unless_it_is_over(company: Company) -> None:
    company.failing["chat"] = Undelivered("refused", "no such channel", permanent=True)
    other = finding("S3.1", bucket("a"))
    company.scan(PUBLIC, other, CALM)
    company.tick()
    company.scan(PUBLIC, passed(other), CALM)
    company.tick(HOUR)
    del company.failing["chat"]
    company.now += HOUR
    assert outbox.again(company.engine, "chat", since=company.now - HOUR, now=company.now) == 0
    assert outbox.again(company.engine, "mail", since=company.now - DAY, now=company.now) == 0
    assert outbox.again(company.engine, "chat", since=company.now - DAY, now=company.now) == 1
    assert company.tick() == ["chat: opened"]
    assert company.tick(HOUR) == []


def test_a_destination_that_is_down_is_tried_again_and_urgent_things_are_told_elsewhere_at_once(
    company: Company,
) -> None:
    company.failing["chat"] = Undelivered("failing", "503", retry_after=240)
    company.scan(OPEN_GROUP)
    assert company.tick() == ["mail: undelivered"]
    assert company.tick(3 * MINUTE) == []
    del company.failing["chat"]
    assert company.tick(2 * MINUTE) == ["chat: opened"]


def test_a_message_that_breaks_us_holds_up_no_other_and_is_tried_again(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = compose

    def breaking(notice: Notice, **facts: Any) -> Message:
        if notice.subject == "S3.8":
            raise KeyError("words")
        return real(notice, **facts)

    company.scan(PUBLIC, CALM, OPEN_GROUP)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "compose", breaking)
        assert company.tick() == ["chat: opened"]
    assert company.tick(HOUR) == ["chat: opened"]


def test_more_than_a_days_budget_waits_for_the_digest(company: Company) -> None:
    company.destinations = (destination("chat", budget=2),)
    findings = [finding(f"S3.{n}", bucket("a")) for n in (1, 2, 3, 8)]
    company.scan(*findings, OPEN_GROUP)
    told = company.tick()
    assert 2 <= len(told) <= 3
    assert any(message.urgent for _, message in company.told)  # it is not held back, whatever was sent before
    with reading(company.engine) as connection:
        assert sum(outbox.folded(connection, since=company.now - DAY).values()) == 5 - len(told)


def test_in_quiet_hours_only_what_is_urgent_is_told(company: Company) -> None:
    company.destinations = (destination("chat", quiet="09:00-12:00"),)
    company.scan(PUBLIC, CALM, OPEN_GROUP)
    assert company.tick() == ["chat: opened"]
    assert company.told[-1][1].urgent
    assert company.tick(2 * HOUR) == ["chat: opened"]


class Killed(BaseException):
    """The program ends here, as by a signal."""


STEPS: list[tuple[object, str]] = [
    (kept, "save"),
    (laying, "post"),
    (kept, "set_mark"),
    (outbox, "claim"),
    (sending, "compose"),
    (outbox, "sent"),
    (proofs, "proved"),
]


@pytest.mark.parametrize(("place", "name"), STEPS, ids=[name for _, name in STEPS])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_anywhere_nothing_is_lost_and_at_worst_one_comes_twice(
    company: Company, monkeypatch: pytest.MonkeyPatch, place: object, name: str, *, after: bool
) -> None:
    real: Callable[..., object] = getattr(place, name)

    def dying(*args: object, **facts: object) -> object:
        if after:
            real(*args, **facts)
        raise Killed

    company.scan(PUBLIC, CALM, OPEN_GROUP)
    with monkeypatch.context() as patch:
        patch.setattr(place, name, dying)
        with pytest.raises(Killed):
            tick(company.keeper("first"), company.outside(), lambda *_: None)
    company.now += HOUR  # leases and claims of the dead have ended
    tick(company.keeper("second"), company.outside(), lambda *_: None)
    told = [(m.kind, m.id) for _, m in company.told]
    assert {kind for kind, _ in told} == {"opened"}
    assert len({id for _, id in told}) == 2
    assert len(told) <= 3
    assert company.cases() == ["EC2.13 shop team new", "S3.8 shop team new"]


def test_two_programs_at_once_decide_once(company: Company) -> None:
    company.scan(PUBLIC, CALM, OPEN_GROUP)
    first, second = company.keeper("first"), company.keeper("second")
    said: list[str] = []

    def meanwhile(event: str, facts: object) -> None:
        said.append(event)
        if said.count("decide") == 1 and event == "decide":
            tick(second, company.outside(), lambda event, _: said.append(f"second {event}"))

    tick(first, company.outside(), meanwhile)
    assert "second tick_elsewhere" in said
    assert "second decide" not in said
    assert sorted(m.kind for _, m in company.told) == ["opened", "opened"]


def test_a_step_that_fails_is_said_and_holds_nothing_up(company: Company) -> None:
    def broken() -> dict[str, object]:
        raise ConnectionError("no network")

    company.scan(PUBLIC, CALM)
    outside = replace(company.outside(), intake=broken)
    said: list[tuple[str, object]] = []
    assert not tick(company.keeper(), outside, lambda event, facts: said.append((event, facts)))
    assert ("step_failed", {"step": "intake", "error": "ConnectionError: no network"}) in said
    assert [m.kind for _, m in company.told] == ["opened"]
    assert sa.inspect(company.engine).has_table("work")
