"""A small estate's year of users, as the trend and the page show it; all made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ishigaki.core.estate import Milestone
from ishigaki.core.forecast import forecast
from ishigaki.core.people import AnyRow, Key, Person, Visit
from ishigaki.core.people_changes import Stock, changes
from ishigaki.core.people_news import News
from ishigaki.core.people_numbers import count
from ishigaki.core.reasons import Reason, beside
from ishigaki.core.trend import Count, at, names, trend
from ishigaki.report.people_picture import PeoplePicture
from ishigaki.report.people_trend import View
from ishigaki.texts import Language

LAST = date(2026, 11, 24)
DAYS = 120
SHOP, SALES, LAKE = "111111111111", "999999999999", "555555555555"
ACCOUNTS = {SHOP: "shop-production", SALES: "販売管理-本番", LAKE: "data-lake"}
GOAL = (Milestone(date(2026, 7, 1), 60), Milestone(date(2026, 12, 31), 30), Milestone(date(2027, 6, 30), 0))
REASONS = (
    Reason(
        SALES, "backup-0", "The appliance cannot take a role", "it@example.com", LAST + timedelta(days=90)
    ),
    Reason(SALES, "user-1", "Until the handover", "sales@example.com", LAST - timedelta(days=1)),
    Reason(SHOP, "user-3", "Vendor access", "web@example.com", LAST + timedelta(days=7), LAST),
    Reason(SHOP, "gone", "Old", "web@example.com", LAST + timedelta(days=200)),
)


def ago(days: int) -> date:
    return LAST - timedelta(days=days)


def unseen(account: str, days: int) -> bool:
    return account == LAKE and (days < 3 or days > DAYS - 5)


def rows(days: int) -> Iterator[AnyRow]:
    """The stock-take of so many days ago: each account loses a user every ten days; yesterday one came."""
    moment = datetime.combine(ago(days), datetime.min.time(), tzinfo=UTC)
    for number, (account, name) in enumerate(ACCOUNTS.items()):
        shown: dict[str, Any] = {"account": account, "account_name": name, "collected_at": moment}
        if unseen(account, days):
            last = ago(3) if days < 3 else None
            yield Visit(**shown, seen=False, code="AccessDenied", message="no", last_good=last)
            continue
        gaps = ("iam:ListRoles: AccessDenied",) if account == SHOP else ()
        yield Visit(**shown, seen=True, gaps=gaps, owner="web@example.com", report_at=moment)
        shown |= {"report_at": moment, "report_age_minutes": 3}
        yield _root(account, shown, mfa=number != 0)
        for user in range(8 + number + days // 10):
            yield from _user(account, f"{'backup' if user % 4 == 0 else 'user'}-{user}", user, shown)
        if account == SHOP and days == 0:
            yield from _user(account, "trial <b>&", 5, shown)


def _root(account: str, shown: dict[str, Any], *, mfa: bool) -> Person:
    return Person(
        **shown,
        what="root",
        user_name="<root_account>",
        user_id=f"arn:aws:iam::{account}:root",
        used_by="root",
        evidence=("root_user",),
        console=True,
        mfa=mfa,
        active_keys=0 if mfa else 1,
        admin=True,
        idle_days=200,
    )


def _user(account: str, name: str, number: int, shown: dict[str, Any]) -> Iterator[AnyRow]:
    machine = number % 4 == 0
    told: dict[str, Any] = {
        "what": "iam_user",
        "user_name": name,
        "user_id": f"arn:aws:iam::{account}:user/{name}",
        "used_by": "machine" if machine else "human",
    }
    idle = number * 13
    yield Person(
        **shown,
        **told,
        evidence=("key_used", "key_only") if machine else ("signed_in", "console_password"),
        console=not machine,
        mfa=number % 3 != 0 and not machine,
        active_keys=int(machine),
        inactive_keys=0,
        idle_days=idle,
        used_at=shown["collected_at"] - timedelta(days=idle) if number % 5 else None,
        used_service="s3",
        used_region="ap-northeast-1",
        admin=number % 7 == 0,
    )
    if machine:
        key: dict[str, Any] = {"key_id": f"AKIA{account}{number:04}", "status": "Active", "told_by": "report"}
        yield Key(**shown, **told, **key, age_days=number * 60, idle_days=idle, never_used=not number % 5)


def counts(*, days: int = DAYS) -> list[Count]:
    found = []
    for number in range(days):
        own: dict[str, list[AnyRow]] = {}
        for row in rows(number):
            own.setdefault(row.account, []).append(row)
        for account, of in own.items():
            found.append(
                Count(ago(number), account, not unseen(account, number), count(of), ACCOUNTS[account])
            )
    return found


def view(language: Language, *, days: int = DAYS) -> View:
    counted = counts(days=days)
    found = trend(counted)
    return View(
        trend=found,
        names=names(counted),
        language=language,
        goal=GOAL,
        forecast=forecast([(p.day, p.numbers.users) for p in found.total]),
    )


def stock(days: int) -> Stock:
    """A stock-take; of the account that was not seen the rows of its last good date."""
    here = list(rows(days))
    carried = [r for r in rows(3) if r.account == LAKE and not isinstance(r, Visit)] if days < 3 else []
    every = [*here, *carried]
    return Stock(
        day=ago(days),
        visits=tuple(r for r in every if isinstance(r, Visit)),
        people=tuple(r for r in every if isinstance(r, Person)),
        keys=tuple(r for r in every if isinstance(r, Key)),
    )


def picture(language: Language, *, days: int = DAYS) -> PeoplePicture:
    shown, now = view(language, days=days), stock(0)
    news = []
    for before in (1, 7):
        if before < days:
            start = at(shown.trend.total, ago(before))
            users = start.numbers.users if start else None
            news.append(News(changes(stock(before), now), shown.last.numbers.users, users, asks=True))
    return PeoplePicture(
        language=language,
        at=datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Tokyo")),
        today=LAST,
        product_version="0.0.0",
        view=shown,
        stock=now,
        news=tuple(news),
        reasons=REASONS,
        register=beside(now.rows, REASONS, today=LAST),
    )
