"""A year of stock-takes of a large estate: a day written, the history asked for its trend, and the page made."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.spent import spent
from ishigaki.core.people import AnyRow, Key, Person, Trust, Visit
from ishigaki.flows.people_report import picture_of
from ishigaki.flows.people_trend import view_of
from ishigaki.report import people_html, people_trend
from ishigaki.store.lake import History
from ishigaki.texts.queries import queries

FIRST = date(2026, 1, 1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
VARIANTS = 12  # different days; the others are copies of these, which cost a query as much
TREND = """
    SELECT date, count(*) AS users, count(*) FILTER (WHERE active_keys > 0) AS with_keys,
        count(*) FILTER (WHERE idle_days > 45) AS unused_45, count(*) FILTER (WHERE idle_days > 90) AS unused_90,
        count(*) FILTER (WHERE console AND NOT mfa) AS without_mfa, count(*) FILTER (WHERE NOT console) AS without_console,
        count(*) FILTER (WHERE admin) AS admins
    FROM people WHERE what = 'iam_user' GROUP BY date ORDER BY date
"""
KEYS = """
    SELECT date, count(*) AS keys, count(*) FILTER (WHERE age_days > 90) AS old_keys
    FROM keys WHERE status = 'Active' GROUP BY date ORDER BY date
"""


def rows(accounts: int, users: int, *, variant: int) -> Iterator[AnyRow]:
    """A day: of the users a few fewer with each variant, half of them with a key, a role with a principal for each ten."""
    for a in range(accounts):
        shown: dict[str, Any] = {"account": f"{a:012}", "account_name": f"account {a}", "collected_at": NOW}
        yield Visit(**shown, seen=True, report_at=NOW)
        for u in range(users - variant * users // (VARIANTS + 1)):
            who: dict[str, Any] = {
                "what": "iam_user",
                "user_name": f"user-{a}-{u}",
                "used_by": ("human", "machine")[u % 2],
            }
            id = f"arn:aws:iam::{a:012}:user/user-{a}-{u}"
            at = NOW - timedelta(minutes=(a * users + u) * 7 % 500_000)
            of_user: dict[str, Any] = {
                "user_id": id,
                "console": u % 2 == 0,
                "mfa": u % 5 > 0,
                "active_keys": u % 2,
                "admin": u % 10 == 0,
                "idle_days": (a + u) * 7 % 400,
                "used_at": at,
                "policies": (f"arn:aws:iam::{a:012}:policy/p{u % 9}",),
                "evidence": ("console_password",),
                "report_at": NOW,
            }
            yield Person(**shown, **who, **of_user)
            if u % 2:
                key: dict[str, Any] = {
                    "key_id": f"AKIA{a:08}{u:08}",
                    "status": "Active",
                    "age_days": u * 3,
                    "idle_days": u,
                    "used_at": at,
                }
                yield Key(**shown, **who, user_id=id, **key)
            if u % 10 == 0:
                role: dict[str, Any] = {"role_name": f"role-{u}", "role_id": f"arn:{a}:{u}"}
                yield Trust(**shown, **role, principal=f"arn:{u}", principal_kind="role")


def made(history: History, accounts: int, users: int, days: int) -> float:
    """Write the history; the seconds of writing one day."""
    took = 0.0
    for variant in range(min(VARIANTS, days)):
        began = time.perf_counter()
        history.write(FIRST + timedelta(days=variant), rows(accounts, users, variant=variant))
        took = max(took, time.perf_counter() - began)
    for day in range(VARIANTS, days):
        path = history.path(FIRST + timedelta(days=day))
        path.parent.mkdir()
        shutil.copyfile(history.path(FIRST + timedelta(days=day % VARIANTS)), path)
    return took


def run(accounts: int, users: int, days: int) -> dict[str, Any]:
    """Seconds of writing a day, of the trend of users and of keys, and of the numbers of the newest day by account."""
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder))
        figures = {"write_s": round(made(history, accounts, users, days), 3)}
        asked = {"trend_s": TREND, "keys_trend_s": KEYS, "by_account_s": queries()["by_account"].sql}
        for name, sql in asked.items():
            figures[name] = _best(history, sql, rows=accounts if name == "by_account_s" else days)
        figures |= shown(history)
        size = sum(p.stat().st_size for p in Path(folder).rglob("*.parquet"))
    return {
        "accounts": accounts,
        "users": users,
        "days": days,
        **figures,
        "mb": round(size / 1e6, 1),
        "peak_mb": spent()["peak_mb"],
    }


def shown(history: History) -> dict[str, float]:
    """Seconds of `ishigaki people trend` and of `ishigaki people report` without the start of the program."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        people_trend.render(view_of(history, language="ja"), width=120)
        took.append(time.perf_counter() - began)
    began = time.perf_counter()
    today = history.days()[-1]
    picture = picture_of(history, (), language="ja", estate=None, since=None, today=today, zone=UTC)
    people_html.render(picture)
    return {"shown_s": round(min(took), 3), "page_s": round(time.perf_counter() - began, 3)}


def _best(history: History, sql: str, *, rows: int) -> float:
    """The best of three, each on a database that is opened anew, as a command does."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        if len(history.ask(sql).rows) != rows:
            raise RuntimeError("the history answers with another number of rows")
        took.append(time.perf_counter() - began)
    return round(min(took), 3)


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.people JSON`."""
    print(json.dumps(run(**json.loads(arguments[0]))))


if __name__ == "__main__":
    main(sys.argv[1:])
