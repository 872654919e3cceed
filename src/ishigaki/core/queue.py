"""The SQS queue by which events come in, as an estate names it."""

from __future__ import annotations

import re

import msgspec


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
