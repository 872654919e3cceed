"""A case of one thing that is tracked, a week before it is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ishigaki.core.case import Case, Item, Standing, State
from ishigaki.core.finding import Severity

T = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
CASE = Case(
    id="abcd2345",
    kind="S3.8",
    owner="shop",
    environment="production",
    severity=Severity.HIGH,
    urgent=False,
    state=State.NEW,
    opened=T,
    due=T + 7 * DAY,
    clock=T,
    since=T,
    row="r",
    why="because",
)
ITEM = Item(
    account="111111111111",
    region="ap-northeast-1",
    resource="arn:aws:s3:::a",
    kind="S3.8",
    source="ishigaki",
    resource_type="AwsS3Bucket",
    name="a",
    category="essential",
    severity=Severity.HIGH,
    environment="production",
    owner="shop",
    action="track",
    row="r",
    standing=Standing.OPEN,
    first_seen=T,
    since=T,
    case=CASE.id,
    opened=T,
    due=T + 7 * DAY,
)
