"""What changed among users and keys on a full day, as the message about it is proven."""

from __future__ import annotations

from datetime import date, timedelta

from ishigaki.core.estate import Milestone
from ishigaki.core.forecast import Course, Forecast
from ishigaki.core.people_changes import Change, Changes, What
from ishigaki.core.people_news import Ending, News
from ishigaki.core.reasons import Reason

SALES, SHOP, STAGE = "999999999999", "111111111111", "222222222222"
DAY = date(2026, 11, 23)


def change(what: What, user: str, account: str = SALES, **facts: object) -> Change:
    return Change(what, account, f"arn:aws:iam::{account}:user/{user}", user, facts=facts)


NEWS = News(
    Changes(
        DAY - timedelta(days=1),
        DAY,
        (
            change(What.KEY_BACK, "batch", key="AKIAIOSFODNN7EXAMPLE"),
            change(What.ADMIN_NEW, "taro"),
            change(What.MFA_REMOVED, "hanako", SHOP),
            change(What.USER_NEW, "deploy-bot", used_by="machine", admin=True, console=False),
            *(change(What.USER_NEW, f"user{n}", SHOP, used_by="human", console=True) for n in range(6)),
            change(What.KEY_ROTATED, "backup", key="AKIANEW00000EXAMPLE0", replaced="AKIAOLD00000EXAMPLE0"),
            Change(What.KEY_NEW, STAGE, "arn:root", "<root_account>", is_root=True, facts={"key": ""}),
            change(What.USER_GONE, "old"),
        ),
        new_accounts=("333333333333",),
        unseen={STAGE: DAY - timedelta(days=3), "444444444444": None},
    ),
    users=287,
    before=281,
    goal=(
        Milestone(date(2026, 1, 1), 300),
        Milestone(date(2027, 10, 12), 250),
        Milestone(date(2028, 3, 31), 0),
    ),
    forecast=Forecast(Course.FALLING, -20, date(2027, 9, 3), date(2028, 2, 1)),
    ending=(Ending(7, Reason(SALES, "backup", "r", "sales-team@example.com", DAY + timedelta(days=7))),),
    asks=True,
)
