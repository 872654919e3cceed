"""What is told: one notice a case, and digests that lose nothing."""

from __future__ import annotations

from msgspec.structs import replace

from ishigaki.core.case import Case, Item, Standing, State
from ishigaki.core.digest import DigestLine
from ishigaki.core.finding import Severity
from ishigaki.core.reminders import remind
from ishigaki.core.response import Decision
from ishigaki.core.summaries import digest_of, first_summary_of
from ishigaki.core.telling import SHOWN, notices, of_reminder
from ishigaki.core.triage import Told
from tests.core.cases import CASE, DAY, ITEM, T

TRACK = Decision("track", "r", "because", within="7 days")
TOLD = replace(ITEM, told=T)


def items(count: int) -> list[Item]:
    return [replace(TOLD, resource=f"arn:aws:s3:::{n}", name=f"b{n:02}") for n in range(count)]


def test_a_case_is_one_notice_however_much_happened_in_it() -> None:
    mine = items(7)
    told = [Told("joined", CASE.id, i, TRACK) for i in mine[1:]] + [Told("opened", CASE.id, mine[0], TRACK)]
    (notice,) = notices(told, {CASE.id: CASE}, {i.identity: i for i in mine}, now=T)
    assert (notice.kind, notice.count, len(notice.items), notice.thread) == ("opened", 7, SHOWN, CASE.id)
    assert (notice.due, notice.why, notice.assignee) == (CASE.due, "because", "shop")


def test_a_thing_is_named_once_with_what_else_fails_on_it() -> None:
    urgent = replace(CASE, kind="EC2.19", urgent=True)
    mine = [replace(TOLD, kind=k, resource="sg", name="sg") for k in ("EC2.13", "EC2.19", "EC2.18")]
    told = [Told("opened", urgent.id, mine[0], TRACK)]
    (notice,) = notices(told, {urgent.id: urgent}, {i.identity: i for i in mine}, now=T)
    assert [i.kind for i in notice.items] == ["EC2.19"]
    assert (notice.count, notice.facts) == (1, {"also": ["EC2.13", "EC2.18"]})


def test_what_is_told_once_is_grouped_and_what_is_left_is_not_told() -> None:
    once = [replace(i, case="", action="notify_once", due=None) for i in items(3)]
    left = [replace(i, case="", action="leave", due=None) for i in items(2)]
    decided = Decision("notify_once", "r", "said")
    told = [Told("told_once", "", i, decided) for i in once] + [
        Told("relapsed", "", i, decided) for i in left
    ]
    (notice,) = notices(told, {}, {i.identity: i for i in once}, now=T)
    assert (notice.kind, notice.count, notice.case, notice.due) == ("told_once", 3, "", None)


def test_what_a_first_summary_tells_is_not_told_again() -> None:
    told = [Told("opened", CASE.id, TOLD, TRACK)]
    assert not notices(told, {CASE.id: CASE}, {TOLD.identity: TOLD}, summed_up={CASE.id}, now=T)


def test_a_closed_case_has_no_deadline_any_more_and_names_what_was_fixed() -> None:
    done = replace(CASE, state=State.DONE, closed=T)
    fixed = replace(TOLD, standing=Standing.FIXED)
    told = [Told("closed", CASE.id, fixed, None)]
    (notice,) = notices(told, {CASE.id: done}, {fixed.identity: fixed}, now=T)
    assert (notice.kind, notice.due, notice.count) == ("closed", None, 1)


def test_a_reminder_says_its_stage_and_widens() -> None:
    reminder = remind(CASE, now=T + 7 * DAY, overdue_every=3 * DAY)
    assert reminder is not None
    notice = of_reminder(reminder, [TOLD], now=T + 7 * DAY)
    assert (notice.kind, notice.facts, notice.audience) == (
        "escalated",
        {"stage": "due", "to": "lead"},
        ("owner", "lead"),
    )


def test_every_open_case_is_in_one_place_of_the_digest() -> None:
    def case(name: str, **facts: object) -> Case:
        return replace(CASE, id=name, **facts)

    cases = [
        case("overdue", due=T - DAY, opened=T - 9 * DAY),
        case("soon", due=T + 3 * DAY, opened=T - 9 * DAY),
        case("claimed", state=State.AWAITING_CONFIRMATION, due=T + 9 * DAY),
        case("new", opened=T - DAY, due=T + 20 * DAY),
        case("later", opened=T - 20 * DAY, due=T + 20 * DAY),
        case("fixed", state=State.DONE, closed=T - DAY),
        case("long ago", state=State.DONE, closed=T - 30 * DAY),
        case("excepted", state=State.EXCEPTED, closed=T - DAY),
    ]
    back = replace(TOLD, case="", action="leave", relapses=1, since=T - DAY)
    once = replace(TOLD, case="", action="notify_once", resource="x", told=T - DAY)
    digest = digest_of(cases, [back, once], since=T - 7 * DAY, now=T, folded=2)

    def names(lines: tuple[DigestLine, ...]) -> list[str]:
        return [line.case for line in lines]

    assert names(digest.overdue) == ["overdue"]
    assert names(digest.due_soon) == ["soon"]
    assert names(digest.awaiting) == ["claimed"]
    assert names(digest.new) == ["new"]
    assert names(digest.fixed) == ["fixed"]
    assert (digest.later, digest.folded) == (1, 2)
    assert [(line.subject, line.count) for line in (*digest.told_once, *digest.returned)] == [("S3.8", 1)] * 2


def test_a_first_look_counts_everything_and_names_the_most_pressing() -> None:
    cases = [replace(CASE, id=f"case{n}", due=T + n * DAY) for n in range(1, 8)]
    urgent = replace(CASE, id="hours", urgent=True, due=T + DAY)
    things = [replace(TOLD, case=c.id, resource=c.id) for c in (*cases, urgent)]
    left = [replace(TOLD, case="", action="leave", resource=str(n)) for n in range(4)]
    told = first_summary_of([*cases, urgent], [*things, *left], accounts=2)
    assert (told.cases, told.things, told.left, told.by_severity) == (8, 8, 4, {Severity.HIGH: 8})
    assert [line.case for line in told.urgent] == ["hours"]
    assert [line.case for line in told.first] == ["case1", "case2", "case3", "case4", "case5"]
    assert told.due == T + DAY
