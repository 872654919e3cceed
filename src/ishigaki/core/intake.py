"""What comes in from AWS's own watchers: read, or set aside with its reason; and the queue it comes by."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from ishigaki.core.concern import Detection


class HubFinding(msgspec.Struct, frozen=True):
    """A finding of one of Security Hub's controls as it came: `body` is JSON in either of its formats (ASFF, OCSF),
    without the details of resources. The id is the same in both."""

    id: str
    account: str
    region: str
    at: datetime
    body: str


class Read(msgspec.Struct, frozen=True):
    """What one message told. Both empty: understood, and nothing to take (a sign-in that was not the root user's)."""

    detections: tuple[Detection, ...] = ()
    hub: tuple[HubFinding, ...] = ()


class SetAside(msgspec.Struct, frozen=True):
    """A message that could not be read. `reason`: not_json, too_large, not_an_event, unknown_event, schema_version,
    missing_member, bad_value, wrong_account, parser_error; `detail` is what it is about."""

    reason: str
    detail: str = ""


class Kept(msgspec.Struct, frozen=True):
    """A message that was set aside, as it is kept: without secrets, and only its beginning where it is `cut`."""

    id: str
    received_at: datetime
    reason: str
    detail: str
    body: str
    cut: bool = False


class Listing(msgspec.Struct, frozen=True):
    """A complete look at what a watcher holds open in one Region: what it lists no more is over. Either of the things
    of these accounts, or of those that one analyzer found."""

    source: str
    region: str
    accounts: tuple[str, ...] = ()
    analyzer: str = ""


class Queue(msgspec.Struct, frozen=True):
    """An SQS queue."""

    region: str
    account: str
    name: str
    partition: str = "aws"

    @property
    def url(self) -> str:
        suffix = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        return f"https://sqs.{self.region}.{suffix}/{self.account}/{self.name}"


_PLACE = r"(?P<account>\d{12})"
_NAME = r"(?P<name>[A-Za-z0-9_-]{1,80})"
_REGION = r"(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)"
_ARN = re.compile(rf"arn:(?P<partition>aws|aws-cn|aws-us-gov):sqs:{_REGION}:{_PLACE}:{_NAME}")
_URL = re.compile(rf"https://sqs(?:-fips)?\.{_REGION}\.amazonaws\.com(?:\.cn)?/{_PLACE}/{_NAME}")


def queue_of(text: str) -> Queue | None:
    """The queue of a URL or ARN, None where it is neither."""
    found = _ARN.fullmatch(text) or _URL.fullmatch(text)
    if found is None:
        return None
    region = found["region"]
    partition = (
        "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    )
    return Queue(region, found["account"], found["name"], partition)
