"""One call: its pages, its retries, and what every way of failing is called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from urllib3.exceptions import NameResolutionError, NewConnectionError, ReadTimeoutError

from ishigaki.aws.clients import Target
from ishigaki.aws.perform import Performer
from ishigaki.core.answer import Answer
from ishigaki.core.call import call

TARGET = Target("111122223333", "eu-west-1", None)
Said = dict[str, Any] | Exception


def refused(code: str, status: int = 400) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": "words"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "ListThings")


class Fake:
    """Clients of one made-up service that answers what it is told to, in order."""

    def __init__(self, *said: Said, offered: bool | None = True) -> None:
        self.said, self.offered = list(said), offered
        self.asked: list[dict[str, Any]] = []
        shape = SimpleNamespace(members={"NextToken": None, "Marker": None, "NextMarker": None})
        model = SimpleNamespace(operation_model=lambda _: SimpleNamespace(input_shape=shape))
        self.meta = SimpleNamespace(service_model=model)

    def of(self, _: str) -> Fake:
        return self

    def offers(self, *_: str) -> bool | None:
        return self.offered

    @contextmanager
    def aimed_at(self, _: Target) -> Iterator[None]:
        yield

    def can_paginate(self, _: str) -> bool:
        return False

    def list_things(self, **params: Any) -> dict[str, Any]:
        self.asked.append(params)
        said = self.said.pop(0)
        if isinstance(said, Exception):
            raise said
        return {**said, "ResponseMetadata": {}}

    make_things = list_things


def perform(fake: Fake, **more: Any) -> tuple[Answer, Performer]:
    waited: list[float] = []
    performer = Performer(fake, salt="s", sleep=waited.append)  # type: ignore[arg-type]
    return performer(TARGET, call("example", "ListThings", **more).filled({}, region="eu-west-1")), performer


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"NextToken": "t"}, {"NextToken": "t"}),
        ({"NextMarker": "t"}, {"NextMarker": "t"}),
        ({"Marker": "t"}, {"Marker": "t"}),
    ],
)
def test_a_token_is_followed_where_botocore_does_not(first: dict[str, str], second: dict[str, str]) -> None:
    fake = Fake({"Things": [1], **first}, {"Things": [2]})
    answer, _ = perform(fake)
    assert [p["Things"] for p in answer.pages] == [[1], [2]]
    assert fake.asked == [{}, second]


def test_an_empty_page_that_repeats_its_token_is_the_end_and_a_full_one_is_not() -> None:
    ended, _ = perform(Fake({"Things": [1], "NextMarker": "t"}, {"Things": [], "NextMarker": "t"}))
    assert (len(ended.pages), ended.error) == (2, "")
    broken, _ = perform(Fake({"Things": [1], "NextMarker": "t"}, {"Things": [2], "NextMarker": "t"}))
    assert broken.error == "MorePages"


def test_more_pages_that_cannot_be_asked_for_are_not_taken_for_all() -> None:
    answer, _ = perform(Fake({"Things": [1], "HasMoreDeliveryStreams": True}))
    assert (answer.error, len(answer.pages)) == ("MorePages", 1)


@pytest.mark.parametrize(
    "passing",
    [
        refused("Throttling"),
        refused("RequestLimitExceeded", 503),
        refused("Internal", 500),
        ResponseParserError("x"),
    ],
)
def test_what_may_go_well_the_next_time_is_tried_again(passing: Exception) -> None:
    fake = Fake(passing, passing, {"Things": []})
    answer, performer = perform(fake)
    assert (answer.error, len(fake.asked), performer.tally.calls) == ("", 3, 3)


@pytest.mark.parametrize(
    "final", [refused("AccessDenied", 403), refused("NotImplemented", 501), refused("NoSuchThing", 404)]
)
def test_what_will_not_go_well_is_asked_once(final: ClientError) -> None:
    fake = Fake(final)
    answer, _ = perform(fake)
    assert (answer.error, answer.message, len(fake.asked)) == (final.response["Error"]["Code"], "words", 1)


def test_throttling_to_exhaustion_is_an_answer_with_its_code() -> None:
    answer, performer = perform(Fake(*[refused("Throttling")] * 5))
    assert (answer.error, performer.tally.throttles) == ("Throttling", 5)


NO_NAME = NameResolutionError("host", None, OSError("no name"))  # type: ignore[arg-type]
NO_ROUTE = NewConnectionError(None, "refused")  # type: ignore[arg-type]
SLOW = ReadTimeoutError(None, "/", "slow")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("broken", "offered", "code"),
    [
        (NO_NAME, True, "EndpointUnreachable"),
        (NO_NAME, None, "ServiceNotOffered"),
        (NO_NAME, False, "ServiceNotOffered"),
        (NO_ROUTE, True, "EndpointUnreachable"),
        (NO_ROUTE, None, "EndpointUnreachable"),
        (NO_ROUTE, False, "ServiceNotOffered"),
        (SLOW, True, "EndpointTimedOut"),
        (ResponseParserError("<html>"), True, "UnreadableAnswer"),
        (ZeroDivisionError("a bug"), True, "collector_error"),
    ],
)
def test_every_failure_has_a_name(broken: Exception, offered: bool | None, code: str) -> None:
    answer, _ = perform(Fake(*[broken] * 5, offered=offered))
    assert answer.error == code


@pytest.mark.parametrize(
    ("said", "error", "asked"),
    [
        ([{}, refused("InProgress"), refused("InProgress"), {"Things": []}], "", 4),
        ([refused("AccessDenied"), refused("InProgress")], "InProgress", 2),
        ([refused("AccessDenied"), {"Things": []}], "", 2),
    ],
)
def test_what_is_made_on_demand_is_waited_for(said: list[Said], error: str, asked: int) -> None:
    fake = Fake(*said)
    answer, _ = perform(fake, prepare=call("example", "MakeThings"), pending=("InProgress",))
    assert (answer.error, len(fake.asked)) == (error, asked)


def test_secrets_are_gone_before_anyone_sees_the_answer() -> None:
    answer, _ = perform(Fake({"Things": [{"Password": "hunter2"}]}), secret=("Things[].Password",))
    assert "hunter2" not in str(answer)


def test_a_page_is_kept_when_the_next_one_is_refused() -> None:
    answer, _ = perform(Fake({"Things": [1], "NextToken": "t"}, refused("AccessDenied")))
    assert (len(answer.pages), answer.error) == (1, "AccessDenied")
