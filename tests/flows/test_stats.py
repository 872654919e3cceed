"""The numbers from the store: cases that ticks made, and what people did with them, counted as it happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from ishigaki.core.finding import Finding, Status
from ishigaki.core.handling import acknowledge, extend
from ishigaki.core.numbers import Numbers, Period, month
from ishigaki.core.usage import UsageError
from ishigaki.flows.cases import act
from ishigaki.flows.stats import history, monthly_of, period_of, summed
from ishigaki.store.database import engine
from tests.flows.keeping import MONDAY, ORDERS, SHOP, Company, bucket, finding

TOKYO = ZoneInfo("Asia/Tokyo")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PUBLIC = finding("S3.8", bucket("a"))
OTHER = finding("S3.8", bucket("b"), account=ORDERS)
GROUP = finding(
    "EC2.13", "arn:aws:ec2:ap-northeast-1:111111111111:security-group/sg-1", type="AwsEc2SecurityGroup"
)
WHOLE = Period(MONDAY - DAY, MONDAY + 60 * DAY)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    made = engine(tmp_path / "store")
    yield Company(made, tmp_path / "store")
    made.dispose()


def passed(found: Finding) -> Finding:
    return replace(found, status=Status.PASSED, faults=())


def total(company: Company, *, later: timedelta = timedelta(0)) -> Numbers:
    now = company.now + later
    return summed(history(company.engine), WHOLE, now=now).total


def test_what_ticks_and_people_did_is_what_is_counted(company: Company) -> None:
    company.scan(PUBLIC, GROUP)
    company.tick()
    start = company.now
    company.now += 3 * HOUR
    act(company.engine, company.case("S3.8"), lambda c, _: acknowledge(c, who="sato", now=company.now))
    company.now = start + 2 * DAY
    company.scan(passed(PUBLIC), GROUP)
    company.tick()
    found = total(company, later=6 * DAY)
    assert (found.opened, found.done, found.open, found.overdue) == (2, 1, 1, 1)
    assert (found.acted, found.due) == (
        1,
        2,
    )  # nobody answered for the open security group within its 24 hours
    assert found.to_acknowledge is not None
    assert found.to_acknowledge.median == 3.0
    assert found.to_fix is not None
    assert found.to_fix.median == 48.0


def test_a_relapse_is_due_again_and_both_rounds_count(company: Company) -> None:
    company.scan(PUBLIC)
    company.tick()
    for state in (passed(PUBLIC), PUBLIC):
        company.now += DAY
        company.scan(state)
        company.tick()
    assert (total(company).opened, total(company).reopened, total(company).done) == (1, 1, 1)
    later = total(company, later=20 * DAY)
    assert (later.acted, later.due, later.overdue) == (1, 2, 1)


def test_an_extension_is_an_answer_and_moves_what_is_overdue(company: Company) -> None:
    company.scan(PUBLIC)
    company.tick()
    until = company.now + 20 * DAY
    act(
        company.engine,
        company.case("S3.8"),
        lambda c, items: extend(c, items, until=until, reason="release", who="sato", now=company.now),
    )
    found = total(company, later=10 * DAY)
    assert (found.acted, found.due, found.extended, found.overdue) == (1, 1, 1, 0)
    assert total(company, later=21 * DAY).overdue == 1


def test_accounts_are_those_of_what_is_in_a_case(company: Company) -> None:
    company.scan(PUBLIC, OTHER)
    company.tick()
    found = summed(history(company.engine), WHOLE, now=company.now)
    assert set(found.by_account) == {SHOP, ORDERS}
    assert sum(n.open for n in found.by_owner.values()) == found.total.open


def test_the_monthly_message_tells_the_same_numbers(company: Company) -> None:
    company.scan(PUBLIC, GROUP)
    company.tick()
    made = summed(history(company.engine), WHOLE, now=company.now + 3 * DAY)
    told = monthly_of(made, standard="fsbp")
    assert (told.told, told.acted) == (made.total.due, made.total.acted) == (1, 0)
    assert (told.opened, told.open, told.overdue, told.fix_hours) == (2, 2, 1, None)
    assert [row.name for row in told.controls] == ["EC2.13", "S3.8"]
    assert {row.name for row in told.accounts} == {SHOP}


def test_an_empty_store_has_no_numbers(company: Company) -> None:
    assert total(company) == Numbers()


NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)  # the 25th in Tokyo


def test_a_period_is_a_month_of_the_zone_or_begins_on_a_day() -> None:
    assert period_of(zone=TOKYO, now=NOW) == month(2026, 11, TOKYO)
    assert period_of(month_text="2026-02", zone=TOKYO, now=NOW) == month(2026, 2, TOKYO)
    since = period_of(since="2026-11-20", zone=TOKYO, now=NOW)
    assert since == Period(datetime(2026, 11, 20, tzinfo=TOKYO), datetime(2026, 11, 26, tzinfo=TOKYO))


@pytest.mark.parametrize(
    ("month_text", "since", "code"),
    [
        ("2026-13", "", "stats_month"),
        ("November", "", "stats_month"),
        ("", "2026-11", "stats_since"),
        ("", "2026-02-30", "stats_since"),
        ("2026-12", "", "stats_ahead"),
        ("", "2026-11-26", "stats_ahead"),
        ("2026-11", "2026-11-01", "stats_one_period"),
    ],
)
def test_a_period_that_is_none_is_refused(month_text: str, since: str, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        period_of(month_text=month_text, since=since, zone=TOKYO, now=NOW)
    assert refused.value.code == code
