"""A queue is named by its URL or its ARN; anything else in an estate is a mistake with its line."""

from __future__ import annotations

import pytest

from ishigaki.core.estate import parse
from ishigaki.core.queue import queue_of
from ishigaki.core.usage import UsageError


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("arn:aws:sqs:eu-west-1:111122223333:q", "https://sqs.eu-west-1.amazonaws.com/111122223333/q"),
        (
            "https://sqs.eu-west-1.amazonaws.com/111122223333/q",
            "https://sqs.eu-west-1.amazonaws.com/111122223333/q",
        ),
        (
            "arn:aws-cn:sqs:cn-north-1:111122223333:q",
            "https://sqs.cn-north-1.amazonaws.com.cn/111122223333/q",
        ),
        ("arn:aws:sns:eu-west-1:111122223333:q", None),
        ("http://sqs.eu-west-1.amazonaws.com/111122223333/q", None),
        ("https://sqs.eu-west-1.amazonaws.com.example.org/111122223333/q", None),
    ],
)
def test_a_queue_has_a_url_or_an_arn(text: str, url: str | None) -> None:
    found = queue_of(text)
    assert (found.url if found else None) == url


ESTATE = """\
[[accounts]]
id = "111122223333"

[intake]
queue = "{queue}"
"""


def test_an_estate_names_its_queue() -> None:
    arn = "arn:aws:sqs:ap-northeast-1:111122223333:ishigaki-events"
    assert parse(ESTATE.format(queue=arn), file="estate.toml").intake.queue == arn


def test_what_is_no_queue_is_a_mistake_with_its_line() -> None:
    with pytest.raises(UsageError) as wrong:
        parse(ESTATE.format(queue="my-queue"), file="estate.toml")
    assert wrong.value.code == "intake_queue"
    assert wrong.value.facts == {"file": "estate.toml", "line": 5, "queue": "my-queue"}
