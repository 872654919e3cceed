"""What the history of stock-takes counts, by date and account; and a date with what is carried into it.

The conditions say in SQL what `core.people_numbers` says of one row: years of rows are counted where they lie. That
both count alike is proven by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec.structs import replace

from ishigaki.core.people import Key, Person, Visit
from ishigaki.core.people_changes import Stock
from ishigaki.core.people_numbers import Numbers
from ishigaki.core.trend import LEFT_AFTER, Count
from ishigaki.store.lake import History

DAY = timedelta(days=1)
LEFT_OUT = "LeftOut"  # the code of an account that a stock-take did not look at
# By view: which rows are counted at all, and in which numbers.
CONDITIONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "people": (
        "what = 'iam_user'",
        {
            "users": "true",
            "unused_45": "idle_days > 45",
            "unused_90": "idle_days > 90",
            "without_mfa": "console AND NOT mfa",
            "without_console": "NOT console",
            "admins": "admin",
            "unsure": "console IS NULL OR mfa IS NULL OR active_keys IS NULL OR admin IS NULL OR idle_days IS NULL",
        },
    ),
    "keys": ("what = 'iam_user' AND status = 'Active'", {"keys": "true", "old_keys": "age_days > 90"}),
}


def counts(history: History, *, account: str = "") -> list[Count]:
    """How many users and keys there were, of the whole history, or of one account. Of all other numbers nothing is
    said. Raises `UsageError` where there is no history yet."""
    where, given = ("account = ?", [account]) if account else ("true", [])
    found: dict[tuple[date, str], dict[str, int]] = {}
    with history.opened(["accounts", *CONDITIONS]) as lake:
        for view, (of_view, conditions) in CONDITIONS.items():
            numbers = ", ".join(f"count(*) FILTER ({said})" for said in conditions.values())
            counted = lake.execute(
                f"SELECT date, account, {numbers} FROM {view} WHERE {of_view} AND {where} GROUP BY ALL",  # noqa: S608 - our own words
                given,
            )
            for day, of, *values in counted.fetchall():
                found.setdefault((day, of), {}).update(zip(conditions, values, strict=True))
        visits = lake.execute(
            f"SELECT date, account, account_name, seen FROM accounts WHERE {where}",  # noqa: S608 - our own words
            given,
        ).fetchall()
    return [Count(day, of, seen, Numbers(**found.get((day, of), {})), name) for day, of, name, seen in visits]


def stock(history: History, day: date) -> Stock:
    """The stock-take of a date. An account that was not seen on it, or left out, has its rows of the date on which it
    was seen last."""
    good = history.last_good(day + DAY)
    visits = {visit.account: visit for visit in history.read(Visit, day)}
    earlier: dict[date, list[str]] = {}
    for account, last in good.items():
        if last < day and (account in visits or day - last <= LEFT_AFTER):
            earlier.setdefault(last, []).append(account)
    people, keys = history.read(Person, day), history.read(Key, day)
    for last, accounts in earlier.items():
        people += [p for p in history.read(Person, last) if p.account in accounts]
        keys += [k for k in history.read(Key, last) if k.account in accounts]
        for visit in history.read(Visit, last):
            if visit.account in accounts:
                now = visits.get(visit.account) or replace(visit, seen=False, code=LEFT_OUT)
                visits[visit.account] = replace(now, last_good=last)
    return Stock(
        day=day,
        visits=tuple(sorted(visits.values(), key=lambda v: v.account)),
        people=tuple(people),
        keys=tuple(keys),
    )
