"""The register of users that stay, as commands use it: begun, proven, and its missing entries written to be filled in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from ishigaki.core.people import Person
from ishigaki.core.people_changes import What, changes
from ishigaki.core.reasons import Reason, Register, beside
from ishigaki.core.usage import UsageError
from ishigaki.flows.people_trend import before
from ishigaki.store.lake import History
from ishigaki.store.people_counts import stock
from ishigaki.texts import Language

HALF_A_YEAR = timedelta(days=180)


class Checked(msgspec.Struct, frozen=True):
    """The newest stock-take beside the register. `new` are the users without a reason who were not there `since`, the
    stock-take of the day before; `unseen` the accounts whose users are those of an earlier date."""

    register: Register
    names: Mapping[str, str]
    new: tuple[Person, ...] = ()
    since: date | None = None
    unseen: int = 0


def check(history: History, reasons: Sequence[Reason], *, today: date) -> Checked:
    """Prove the register against the newest stock-take. Raises `UsageError` where there is none."""
    days = history.days()
    if not days:
        raise UsageError("people_no_history", folder=str(history.folder))
    now = stock(history, days[-1])
    register = beside(now.rows, reasons, today=today)
    bare = sorted(register.without, key=lambda p: (not p.admin, p.account, p.user_name))
    register = msgspec.structs.replace(register, without=tuple(bare))
    since = before(history, day=now.day, span="yesterday")
    happened = changes(stock(history, since), now).changes if since else ()
    came = {c.user_id for c in happened if c.what is What.USER_NEW}
    return Checked(
        register,
        {v.account: v.account_name for v in now.visits},
        tuple(p for p in register.without if p.user_id in came),
        since,
        sum(1 for last in now.unseen.values() if last),
    )


def entries(people: Iterable[Person], *, today: date) -> str:
    """Entries for users, to be filled in: without reason and owner the file is not accepted."""
    return "\n".join(_entry(person, today) for person in people)


def _entry(person: Person, today: date) -> str:
    told = {"account": person.account, "user": person.user_name, "reason": "", "owner": ""}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in told.items()]
    return "\n".join(["[[keep]]", *lines, f"expires = {today + HALF_A_YEAR}", ""])


TEMPLATE: Mapping[Language, str] = {
    "en": """\
# IAM users that stay: why, who answers for each, and until when. `ishigaki people reasons check` proves this file.
#
# Every IAM user that is not in here is to be retired: people sign in by single sign-on, programs use IAM roles. The
# day after `expires` a reason ends by itself, and the user is told of as one without a reason.
#
# [[keep]]
# account = "111122223333"
# user = "backup-appliance"              # the exact name; no patterns
# reason = "The backup appliance cannot take a role."
# owner = "storage@example.com"
# expires = {half_year}                   # the last day, at most 366 days from today
# review = {quarter}                    # when somebody asks again (may be left out)
""",
    "ja": """\
# 残す IAM ユーザーと、その理由、担当者、有効期限の登録です。`ishigaki people reasons check` で確認できます。
#
# ここに登録がない IAM ユーザーは廃止の対象です (人の利用は SSO、プログラムの利用は IAM ロールに切り替えます)。
# expires の翌日に自動で期限切れとなり、理由のないユーザーとして扱います。
#
# [[keep]]
# account = "111122223333"
# user = "backup-appliance"              # 正確なユーザー名 (ワイルドカード不可)
# reason = "バックアップ装置が IAM ロールに対応していないため"
# owner = "storage@example.com"          # 担当者
# expires = {half_year}                   # 有効期限 (この日まで有効。本日から 366 日以内)
# review = {quarter}                    # 次回の見直し日 (省略可)
""",
}


def template(language: Language, today: date) -> str:
    """A first register, all of it commented out."""
    return TEMPLATE[language].format(quarter=today + timedelta(days=90), half_year=today + HALF_A_YEAR)
