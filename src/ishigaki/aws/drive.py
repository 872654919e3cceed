"""Drive generators that ask: perform the calls they yield, side by side, and send them the answers.

One thread holds the generators; the workers only perform calls. A call that several generators of one unit
ask is performed once. Units are taken up a few at a time, so memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from ishigaki.core.answer import Answer
from ishigaki.core.call import Call

K = TypeVar("K")
Key = tuple[str, str, str, str]
Asking = Generator[Sequence[Call], Sequence[Answer], Any]


@dataclass(frozen=True)
class Unit(Generic[K]):
    """Work for one (account, Region): questions by name, and how its calls are performed."""

    key: K
    questions: Mapping[Any, Asking]
    perform: Callable[[Call], Answer]


@dataclass
class Done(Generic[K]):
    """A unit's results by the names of its questions, and every answer that was given, in order."""

    key: K
    results: dict[Any, Any] = field(default_factory=dict)
    answers: list[tuple[Call, Answer]] = field(default_factory=list)


@dataclass
class _Waiting:
    question: Asking
    keys: Sequence[Key]
    missing: int


class _Running(Generic[K]):
    """A unit in flight: what was answered, and which question waits for how many more answers."""

    def __init__(self, unit: Unit[K], ask: Callable[[_Running[K], Call], None]) -> None:
        self.unit, self._ask = unit, ask
        self.done: Done[K] = Done(unit.key)
        self._answers: dict[Key, Answer] = {}
        self._asked: set[Key] = set()
        self._waiters: dict[Key, list[Any]] = {}
        self._waiting: dict[Any, _Waiting] = {}

    def start(self) -> None:
        for name, question in self.unit.questions.items():
            self._advance(name, question, None)

    @property
    def finished(self) -> bool:
        return not self._waiting

    def answered(self, call: Call, answer: Answer) -> None:
        """Take an answer in, and let every question go on that waited for nothing else."""
        self._answers[call.key] = answer
        self.done.answers.append((call, answer))
        for name in self._waiters.pop(call.key, ()):
            waiting = self._waiting[name]
            waiting.missing -= 1
            if not waiting.missing:
                del self._waiting[name]
                self._advance(name, waiting.question, [self._answers[k] for k in waiting.keys])

    def _advance(self, name: Any, question: Asking, answers: Sequence[Answer] | None) -> None:
        """Let a question run until it waits for a call that is not answered yet, or ends."""
        while True:
            try:
                calls = next(question) if answers is None else question.send(answers)
            except StopIteration as end:
                self.done.results[name] = end.value
                return
            keys = [call.key for call in calls]
            missing = {k for k in keys if k not in self._answers}
            if missing:
                self._waiting[name] = _Waiting(question, keys, len(missing))
                for key in missing:
                    self._waiters.setdefault(key, []).append(name)
                for key, call in zip(keys, calls, strict=True):
                    if key not in self._asked:
                        self._asked.add(key)
                        self._ask(self, call)
                return
            answers = [self._answers[k] for k in keys]


def drive(
    units: Iterable[Unit[K]],
    *,
    workers: int = 48,
    in_flight: int = 24,
    progress: Callable[[], None] = lambda: None,
) -> Iterator[Done[K]]:
    """Each unit's results, as units finish. Closing the iterator (or an interrupt) abandons what is not done."""
    todo = iter(units)
    running = 0
    answers: SimpleQueue[tuple[_Running[K], Call, Future[Answer]]] = SimpleQueue()
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="aws")

    def ask(unit: _Running[K], call: Call) -> None:
        future = pool.submit(unit.unit.perform, call)
        future.add_done_callback(lambda done: answers.put((unit, call, done)))

    try:
        while True:
            while running < in_flight and (unit := next(todo, None)) is not None:
                begun = _Running(unit, ask)
                begun.start()
                if begun.finished:
                    yield begun.done
                else:
                    running += 1
            if not running:
                return
            each, call, future = answers.get()
            each.answered(call, future.result())
            progress()
            if each.finished:
                running -= 1
                yield each.done
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
