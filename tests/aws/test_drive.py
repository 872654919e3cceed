"""The driver: calls performed once, answers sent to whoever asked, units bounded, interrupts clean."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from typing import Any

import pytest

from ishigaki.aws.drive import Unit, drive
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call, call

Asking = Generator[Sequence[Call], Sequence[Answer], Any]


def asks(*rounds: list[str]) -> Asking:
    got = []
    for names in rounds:
        answers = yield [call("ec2", name) for name in names]
        got.append([a.pages[0]["said"] for a in answers])
    return got


class Performer:
    def __init__(self) -> None:
        self.calls: list[str] = []
        self.lock = threading.Lock()

    def __call__(self, asked: Call) -> Answer:
        with self.lock:
            self.calls.append(asked.operation)
        return Answer(({"said": asked.operation.lower()},))


def test_each_question_gets_its_answers_in_order_and_a_call_is_made_once() -> None:
    perform = Performer()
    unit = Unit("u", {"a": asks(["X", "Y"], ["Z"]), "b": asks(["Y"], ["X", "X"])}, perform)
    (done,) = drive([unit])
    assert done.results == {"a": [["x", "y"], ["z"]], "b": [["y"], ["x", "x"]]}
    assert sorted(perform.calls) == ["X", "Y", "Z"]
    assert sorted(c.operation for c, _ in done.answers) == ["X", "Y", "Z"]


def test_a_question_that_asks_nothing_is_done_at_once() -> None:
    (done,) = drive([Unit("u", {"a": asks()}, Performer())])
    assert done.results == {"a": []}


def test_units_do_not_share_answers() -> None:
    first, second = Performer(), Performer()
    done = list(drive([Unit(1, {"a": asks(["X"])}, first), Unit(2, {"a": asks(["X"])}, second)]))
    assert {d.key for d in done} == {1, 2}
    assert first.calls == second.calls == ["X"]


def test_units_are_taken_up_a_few_at_a_time() -> None:
    begun: list[int] = []

    def units() -> Generator[Unit[int], None, None]:
        for number in range(10):
            begun.append(number)
            yield Unit(number, {"a": asks(["X"])}, Performer())

    driver = drive(units(), in_flight=2)
    next(driver)
    assert len(begun) <= 3
    assert len(list(driver)) == 9


def test_an_interrupt_in_the_middle_leaves_no_worker_waiting() -> None:
    def broken() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(drive([Unit("u", {"a": asks(["X"], ["Y"])}, Performer())], progress=broken))
    assert not [t for t in threading.enumerate() if t.name.startswith("aws") and not t.is_alive()]
