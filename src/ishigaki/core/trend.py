"""The trend of IAM users and keys: figures per date and account, and in total. Pure.

An account that was not seen on a date keeps its last good figures, marked with the date they are of; so does one that
a stock-take left out. One that was in none for `LEFT_AFTER` days has left the estate. Before its first good date an
account has no figures: the total is then a lower bound, and says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

import msgspec

from ishigaki.core.people_numbers import Numbers

LEFT_AFTER = timedelta(days=30)


# What is shown of a date, as far as it is about IAM users and their keys.
MEASURES = (
    "users",
    "keys",
    "old_keys",
    "unused_45",
    "unused_90",
    "without_mfa",
    "without_console",
    "admins",
)


class Count(msgspec.Struct, frozen=True):
    """What a stock-take counted in one account, and what the account was called then."""

    day: date
    account: str
    seen: bool
    numbers: Numbers = Numbers()
    name: str = ""


class Point(msgspec.Struct, frozen=True):
    """The figures of a date. `seen` accounts were seen on it, `carried` ones count with their figures of the date that
    is given, `missing` ones were never seen and are not in the figures."""

    day: date
    numbers: Numbers = Numbers()
    seen: int = 0
    carried: Mapping[str, date] = {}
    missing: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every account was seen on the date itself, and everything told of its users."""
        return not (self.carried or self.missing or self.numbers.unsure)


class Trend(msgspec.Struct, frozen=True):
    """The dates of stock-takes, oldest first, with the points of each account and of all together."""

    total: tuple[Point, ...] = ()
    accounts: Mapping[str, tuple[Point, ...]] = {}


def trend(counts: Iterable[Count], *, since: date | None = None) -> Trend:
    """The trend of what was counted; of dates before `since` only what is carried from them."""
    by_account: dict[str, dict[date, Count]] = {}
    days: set[date] = set()
    for count in counts:
        by_account.setdefault(count.account, {})[count.day] = count
        days.add(count.day)
    dates = sorted(days)
    shown = {d for d in dates if since is None or d >= since}
    accounts = {
        account: points
        for account, own in sorted(by_account.items())
        if (points := tuple(_points(account, own, dates, shown)))
    }
    return Trend(tuple(_total(p for points in accounts.values() for p in points)), accounts)


def _points(
    account: str, own: Mapping[date, Count], dates: Sequence[date], shown: Collection[date]
) -> Iterable[Point]:
    """An account's points on the dates on which it belonged to the estate."""
    good: Count | None = None
    met: date | None = None
    for day in dates:
        count = own.get(day)
        if count is not None:
            met = day
            good = count if count.seen else good
        if met is None or day - met > LEFT_AFTER or day not in shown:
            continue
        if good is None:
            yield Point(day, missing=(account,))
        elif good.day == day:
            yield Point(day, good.numbers, seen=1)
        else:
            yield Point(day, good.numbers, carried={account: good.day})


def _total(points: Iterable[Point]) -> Iterable[Point]:
    for day, found in groupby(sorted(points, key=lambda p: p.day), key=lambda p: p.day):
        same = list(found)
        yield Point(
            day,
            _sum(p.numbers for p in same),
            seen=sum(p.seen for p in same),
            carried={account: at for p in same for account, at in p.carried.items()},
            missing=tuple(account for p in same for account in p.missing),
        )


def _sum(numbers: Iterable[Numbers]) -> Numbers:
    columns = zip(*(msgspec.structs.astuple(n) for n in numbers), strict=True)
    return Numbers(**dict(zip(Numbers.__struct_fields__, map(sum, columns), strict=True)))


def names(counts: Iterable[Count]) -> dict[str, str]:
    """The name of every account that has one, as it was called last."""
    return {c.account: c.name for c in sorted(counts, key=lambda c: c.day) if c.name}


def at(points: Sequence[Point], day: date) -> Point | None:
    """The newest point that is not after a date."""
    return next((p for p in reversed(points) if p.day <= day), None)
