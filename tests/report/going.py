"""A user that is to go, as the message that warns its owner is proven."""

from __future__ import annotations

from datetime import datetime, timedelta

from ishigaki.core.estate import Account
from ishigaki.core.footprint import Footprint, KeyUse, Trail
from ishigaki.core.notice import Notice
from ishigaki.core.retirement import SIGN_IN, Credential, Seen, Sighting, after, recorded
from ishigaki.core.warning import Going, notice_of

SALES = "999999999999"
USER, ARN = "batch-import", f"arn:aws:iam::{SALES}:user/batch-import"
KEY = "AKIAIOSFODNN7EXAMPLE"
LONG_AGO = timedelta(days=800)


def going(at: datetime) -> Going:
    """Recorded at this time."""
    made = at - LONG_AGO
    password, key = Credential(SIGN_IN, SIGN_IN, made), Credential("access_key", KEY, made)
    sighting = Sighting(at, "AIDA1", ARN, (Seen(password, True), Seen(key, True)))
    used = at - timedelta(days=40)
    footprint = Footprint(
        SALES,
        USER,
        ARN,
        made,
        groups=("importers",),
        policies=("ReadOnlyAccess",),
        password_at=made,
        keys=(KeyUse("access_key", KEY, "Active", made, used, "s3", "ap-northeast-1"),),
        trails=(Trail("ap-northeast-1", 90), Trail("us-east-1", 90)),
    )
    begun = recorded(SALES, USER, sighting, who="jiro", why="the import has moved to a role")
    return Going(after(None, begun), footprint, account_name="販売管理-本番")


def told(at: datetime, owner: str) -> Notice:
    account = Account(SALES, environment="production", owner=owner)
    return notice_of(going(at), account, at=at)
