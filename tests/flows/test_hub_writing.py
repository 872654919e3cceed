"""Writing back: unprocessed findings, throttling, and what nobody knows the end of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from ishigaki.aws.throttle import PUBLISHED, Throttle
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call
from ishigaki.core.writeback import Written
from ishigaki.flows.writeback import Hand, suppressed, undo, update_of, write

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
ONE = Written(
    "p", "1", "eu-west-1", "111122223333", "eu-west-1", "S3.8", "arn", "NEW", "SUPPRESSED", "why", AT
)
TWO = msgspec.structs.replace(ONE, id="2")


def answering(*answers: Answer | Callable[[Call], Answer]) -> tuple[Hand, list[Call]]:
    calls: list[Call] = []
    left = list(answers)

    def send(asked: Call) -> Answer:
        calls.append(asked)
        answer = left.pop(0)
        return answer(asked) if callable(answer) else answer

    return Hand(send, sleep=lambda _: None), calls


def taken(*missed: str) -> Callable[[Call], Answer]:
    def answer(asked: Call) -> Answer:
        names: list[dict[str, Any]] = asked.params["FindingIdentifiers"]
        bad = [n for n in names if n["Id"] in missed]
        return Answer(
            (
                {
                    "ProcessedFindings": [n for n in names if n not in bad],
                    "UnprocessedFindings": [
                        {"FindingIdentifier": n, "ErrorCode": "FindingNotFound", "ErrorMessage": "gone"}
                        for n in bad
                    ],
                },
            )
        )

    return answer


def test_what_is_unprocessed_is_named_and_not_noted(tmp_path: Path) -> None:
    hand, calls = answering(taken("2"))
    result = write(tmp_path, [ONE, TWO], hand)
    assert [w.id for w in result.written] == ["1"]
    assert [(r.write.id, r.code) for r in result.refused] == [("2", "FindingNotFound")]
    assert [(w.id, w.state) for w in suppressed(tmp_path)] == [("1", "done")]
    (asked,) = calls
    assert asked.params["Note"] == {"Text": "why", "UpdatedBy": "ishigaki"}
    assert (asked.region, asked.params["Workflow"]) == ("eu-west-1", {"Status": "SUPPRESSED"})


def test_throttling_is_waited_for_and_a_refusal_leaves_nothing(tmp_path: Path) -> None:
    hand, calls = answering(Answer(error="ThrottlingException"), taken())
    assert len(write(tmp_path, [ONE], hand).written) == 1
    assert len(calls) == 2
    hand, _ = answering(Answer(error="AccessDeniedException", message="no"))
    result = write(tmp_path, [TWO], hand)
    assert [(r.code, r.message) for r in result.refused] == [("AccessDeniedException", "no")]
    assert [w.id for w in suppressed(tmp_path)] == ["1"]


def test_what_nobody_knows_the_end_of_can_still_be_taken_back(tmp_path: Path) -> None:
    hand, _ = answering(Answer(error="EndpointUnreachable"))
    assert len(write(tmp_path, [ONE], hand).refused) == 1
    (left,) = suppressed(tmp_path)
    assert left.state == "sent"
    hand, calls = answering(taken())
    assert [w.id for w in undo(tmp_path, [left], hand, note="back").written] == ["1"]
    assert calls[0].params["Workflow"] == {"Status": "NEW"}
    assert suppressed(tmp_path) == []


def test_calls_are_within_the_published_rates() -> None:
    clock = [0.0]
    throttle = Throttle(lambda: clock[0])
    for operation, (rate, burst) in ((o, PUBLISHED[s, o]) for s, o in PUBLISHED):
        bucket = throttle.of(account="1", region="r", service="securityhub", operation=operation)
        waits = [bucket.reserve() for _ in range(int(burst) + 3)]
        assert waits[: int(burst)] == [0.0] * int(burst)
        assert abs(waits[-1] - 3 / rate) < 1e-9
    assert throttle.of(account="1", region="r", service="securityhub").rate > 100
    assert update_of([ONE], workflow="NEW", note="n").permissions == ("securityhub:BatchUpdateFindings",)
