"""What the page about users and keys shows, in its order: the picture grouped, ranked and put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from ishigaki.core.forecast import Course, goal_on
from ishigaki.core.people import ACTIVE, IAM_USER, ROOT, Key, Person, Visit
from ishigaki.core.people_numbers import LONG_UNUSED, OLD_KEY, UNUSED
from ishigaki.core.reasons import Reason
from ishigaki.core.trend import MEASURES, Point
from ishigaki.core.written import State, state_of
from ishigaki.report.chart import Axes, Spot, axes, runs, spark
from ishigaki.report.people import weight, why, wrong
from ishigaki.report.people_picture import PeoplePicture
from ishigaki.report.people_trend import MONTH, WEEK, change, current_points
from ishigaki.report.words import known, phrase
from ishigaki.texts import Words

MOST = 500  # users shown, the worst first
NEUTRAL = ("without_console",)  # neither good nor bad in itself: most programs' users
AHEAD = timedelta(days=183)  # how far beyond the history a chart looks at least, where there is a forecast
SERIOUS = (
    "admin",
    "admin_bounded",
    "root_used",
    "old_key",
    "unused",
    "partly_seen",
)  # of what is wrong with a user
AGES = ("d90", "d180", "d365", "older")
USES = ("d45", "d90", "d365", "older", "never", "unknown")


class Card(msgspec.Struct, frozen=True):
    """A figure with its changes and its course."""

    measure: str
    value: int
    week: int | None
    month: int | None
    line: str
    area: str
    neutral: bool


class Chart(msgspec.Struct, frozen=True):
    """The number of users: what was seen whole, what was carried in part, the goal, and where it is going."""

    axes: Axes
    whole: tuple[str, ...]
    carried: tuple[str, ...]
    goal: str
    forecast: str
    today: float


class AccountRow(msgspec.Struct, frozen=True):
    """An account. `root_mfa` and `root_keys` are None where its root user was not seen; `last_good` is the date that
    its figures are of, where that is not the page's."""

    id: str
    name: str
    visit: Visit | None
    point: Point
    line: str
    root_mfa: bool | None
    root_keys: int | None
    last_good: date | None
    never: bool


class UserRow(msgspec.Struct, frozen=True):
    """A user. `wrong` are codes, the worst first, `reason` the entry of the register."""

    person: Person
    wrong: tuple[str, ...]
    reason: Reason | None
    state: State | None


class Users(msgspec.Struct, frozen=True):
    rows: tuple[UserRow, ...]
    all: int


def cards(picture: PeoplePicture) -> list[Card]:
    """Every figure of the estate."""
    points = picture.view.trend.total
    found = []
    for measure in MEASURES:
        values = [getattr(p.numbers, measure) for p in points]
        line, area = spark(values)
        week, month = change(points, measure, WEEK), change(points, measure, MONTH)
        found.append(Card(measure, values[-1], week, month, line, area, measure in NEUTRAL))
    return found


def chart(picture: PeoplePicture) -> Chart:
    """The number of users over time, as far ahead as the goal and the forecast are of interest."""
    view, points = picture.view, picture.view.trend.total
    values: list[Spot] = [(p.day, p.numbers.users) for p in points]
    plot = axes(points[0].day, _end(picture), [v for _, v in values] + _goal_values(picture))
    pieces = runs([((p.day, p.numbers.users), not (p.carried or p.missing)) for p in points])
    return Chart(
        axes=plot,
        whole=tuple(plot.path(spots) for seen, spots in pieces if seen),
        carried=tuple(plot.path(spots) for seen, spots in pieces if not seen),
        goal=plot.path(_goal(picture, plot)),
        forecast=_cone(picture, plot) if view.forecast.course is Course.FALLING else "",
        today=plot.x(view.last.day) / 10,
    )


def _end(picture: PeoplePicture) -> date:
    """The last date of the chart: the goal's, but history keeps a third of the room."""
    view = picture.view
    first, last = view.trend.total[0].day, view.last.day
    wanted = [m.day for m in view.goal] + [d for d in (view.forecast.latest, view.forecast.earliest) if d][:1]
    farthest = last + max(2 * (last - first), AHEAD)
    return max(last, min(max(wanted), farthest)) if wanted else last


def _goal_values(picture: PeoplePicture) -> list[float]:
    first = picture.view.trend.total[0].day
    at_first = goal_on(picture.view.goal, first)
    return [at_first] if at_first is not None else [float(m.users) for m in picture.view.goal]


def _goal(picture: PeoplePicture, plot: Axes) -> list[Spot]:
    """The goal line within the chart."""
    goal = picture.view.goal
    if not goal:
        return []
    days = {plot.first, plot.last, *(m.day for m in goal)}
    inside = sorted(d for d in days if plot.first <= d <= plot.last)
    return [(day, users) for day in inside if (users := goal_on(goal, day)) is not None]


def _cone(picture: PeoplePicture, plot: Axes) -> str:
    """Where the number will be, between the steepest and the shallowest pace that are likely."""
    told = picture.view.forecast
    here: Spot = (picture.view.last.day, picture.view.last.numbers.users)
    end = min(plot.last, told.latest or plot.last)
    upper = [here, (end, _at(end, here, told.latest))]
    lower = [here, (end, _at(end, here, told.earliest))]
    if told.earliest is not None and told.earliest < end:
        lower.insert(1, (told.earliest, 0))
    return plot.area(upper, lower)


def _at(day: date, here: Spot, zero: date | None) -> float:
    """The number on a day on the straight way to zero; level where there is no end in sight."""
    start, users = here
    if zero is None:
        return users
    return max(0.0, users * (zero - day).days / (zero - start).days)


def account_rows(picture: PeoplePicture) -> list[AccountRow]:
    """The accounts of the estate, those with the most users first."""
    visits = {v.account: v for v in picture.stock.visits}
    roots = {p.account: p for p in picture.stock.people if p.what == ROOT}
    found = []
    for account, points in current_points(picture.view.trend):
        point, root = points[-1], roots.get(account)
        line, _ = spark([p.numbers.users for p in points if not p.missing] or [0], 40)
        found.append(
            AccountRow(
                id=account,
                name=picture.view.name(account),
                visit=visits.get(account),
                point=point,
                line=line,
                root_mfa=root.mfa if root else None,
                root_keys=root.active_keys if root else None,
                last_good=point.carried.get(account),
                never=bool(point.missing),
            )
        )
    return found


def key_heat(picture: PeoplePicture) -> Mapping[str, Mapping[str, int]]:
    """The active keys of IAM users by age and by last use."""
    found: dict[str, Counter[str]] = {age: Counter() for age in AGES}
    for key in picture.stock.keys:
        if key.what == IAM_USER and key.status == ACTIVE:
            found[_age(key)][_use(key)] += 1
    return found


def _age(key: Key) -> str:
    days = key.age_days or 0
    return "d90" if days <= OLD_KEY else "d180" if days <= 180 else "d365" if days <= 365 else "older"


def _use(key: Key) -> str:
    if key.never_used is None or key.idle_days is None:
        return "unknown"
    if key.never_used:
        return "never"
    days = key.idle_days
    return "d45" if days <= UNUSED else "d90" if days <= LONG_UNUSED else "d365" if days <= 365 else "older"


def users(picture: PeoplePicture) -> Users:
    """The users of the estate, what needs attention first: by what is wrong, then those without a reason."""
    keys: dict[str, list[Key]] = {}
    for key in picture.stock.keys:
        keys.setdefault(key.user_id, []).append(key)
    reasons = {r.name: r for r in picture.reasons}
    rows = []
    for person in picture.stock.people:
        if person.what not in (ROOT, IAM_USER):
            continue
        codes = wrong(person, keys.get(person.user_id, ()))
        reason = reasons.get((person.account, person.user_name))
        state = state_of(reason.expires, picture.today) if reason else None
        if person.what == IAM_USER or codes:
            rows.append(UserRow(person, codes, reason, state))
    rows.sort(key=_worst)
    return Users(tuple(rows[:MOST]), len(rows))


def _worst(row: UserRow) -> tuple[object, ...]:
    person = row.person
    return weight(row.wrong), row.reason is not None, person.account, person.user_name


def wrong_words(code: str) -> Words:
    """What is wrong, in words: `unused:120` with its days."""
    name, _, days = code.partition(":")
    return phrase(f"people_wrong.{name}", days=int(days)) if days else known("people_wrong", name)


def unseen(picture: PeoplePicture) -> list[tuple[Visit, Words]]:
    """The accounts that were not seen, or were earlier on the day and then not any more, and why."""
    return [(visit, why(visit.code)) for visit in picture.stock.visits if not visit.seen or visit.code]


def gaps(picture: PeoplePicture) -> list[tuple[str, Sequence[Visit]]]:
    """What was not seen of accounts that were, by what it is."""
    found: dict[str, list[Visit]] = {}
    for visit in picture.stock.visits:
        for gap in visit.gaps if visit.seen else ():
            found.setdefault(gap, []).append(visit)
    return sorted(found.items())


def heat_of(age: str, use: str) -> int:
    """How soon keys of an age and a last use should go, from 1 to 4: one that nobody uses weighs more than an old one."""
    idle = {"d45": 0, "d90": 1, "d365": 2, "unknown": 2, "older": 3, "never": 2}[use]
    return min(4, 1 + max(idle, 0 if age == "d90" else 1) + (age == "older" and idle > 0))
