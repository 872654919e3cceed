"""Judging alone, on one core: the controls over populations made from their own examples."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.spent import spent
from ishigaki.cli.scan import settle_collector
from ishigaki.core.answer import GLOBAL, Place
from ishigaki.core.control import EXAMPLE_NOW, Control
from ishigaki.core.evaluate import CONTROL_ERROR, Question, View, evaluate, judge_example
from ishigaki.core.population import Population
from ishigaki.core.record import Record, revive
from ishigaki.core.resource import EXAMPLE, Resource
from ishigaki.services import controls, policies

THINGS = 200  # resources that each control is asked about
SHARES = {"plain": 0.7, "neighbours": 0.2, "policy": 0.1}  # of the controls that are asked


def reads_policy(control: Control) -> bool:
    """Whether judging the control's examples has a policy document read."""
    policies.read.cache_clear()
    for example in control.examples:
        judge_example(control, example, now=EXAMPLE_NOW)
    asked = policies.read.cache_info()
    return asked.hits + asked.misses > 0


def mixed() -> dict[str, list[Control]]:
    """Implemented controls, as many of each sort as gives the shares."""
    sorts: dict[str, list[Control]] = {"plain": [], "neighbours": [], "policy": []}
    for control in controls().values():
        sort = "policy" if reads_policy(control) else "neighbours" if control.given else "plain"
        sorts[sort].append(control)
    whole = min(len(found) / SHARES[sort] for sort, found in sorts.items())
    return {sort: _spread(found, max(1, round(whole * SHARES[sort]))) for sort, found in sorts.items()}


def _spread(found: Sequence[Control], count: int) -> list[Control]:
    return [found[len(found) * number // count] for number in range(min(count, len(found)))]


def copied(value: Any, number: int) -> Any:
    """The same value in another thing: policy documents differ, so that none is read from another's cache."""
    if isinstance(value, Record):
        return revive(type(value), {k: copied(v, number) for k, v in value.seen().items()}, {})
    if isinstance(value, tuple):
        return tuple(copied(v, number) for v in value)
    if isinstance(value, str) and value.startswith("{"):
        return value + " " * number
    if isinstance(value, Mapping) and "Statement" in value:
        return {**value, "Id": f"copy-{number}"}
    return value


def readers() -> Counter[type[Resource]]:
    """How many implemented controls read a policy of each type: so often is one document asked about."""
    return Counter(kind for c in controls().values() if reads_policy(c) for kind in c.subjects)


def population(control: Control, *, readers: Mapping[type[Resource], int]) -> tuple[View, Question]:
    """A place that shows the subjects of a control's examples again and again, beside their neighbours.

    A document that several controls read is parsed once for all of them; here each control has its own
    things, so a document lies in as many of them instead.
    """
    scope = control.subjects[0].scope
    place = Place(EXAMPLE["account"], GLOBAL if scope == "global" else EXAMPLE["region"])
    subjects = [e.subject for e in control.examples if e.subject.scope == scope]
    here: dict[type[Resource], list[Resource]] = {n.kind: [] for n in control.given.values()}
    for number in range(THINGS):
        subject = subjects[number % len(subjects)]
        seen = copied(subject, number // max(1, readers.get(type(subject), 1))).seen()
        where = {"account": place.account, "region": place.region, "id": f"{subject.id}-{number}"}
        here.setdefault(type(subject), []).append(revive(type(subject), {**seen, **where}, {}))
    for example in control.examples:
        for neighbour in example.given:
            here.setdefault(type(neighbour), []).append(neighbour)
    shown = {kind: Population(things) for kind, things in here.items()}
    return View(place, shown, shown), Question(control)


def judged(views: Sequence[tuple[View, Question]]) -> Iterator[Any]:
    for view, question in views:
        yield from evaluate(view, [question], now=EXAMPLE_NOW)


def run(seconds: float) -> dict[str, Any]:
    """Judge all, again and again for so long; each round begins without any policy read.

    The best round is the figure: whatever else the machine does only slows a round.
    """
    chosen = mixed()
    known = readers()
    settle_collector()  # as the command line does after its imports
    views = [population(control, readers=known) for found in chosen.values() for control in found]
    rates: list[float] = []
    evaluations = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until or not rates:
        policies.read.cache_clear()
        began = time.process_time()
        findings = list(judged(views))
        rates.append(len(findings) / (time.process_time() - began))
        evaluations += len(findings)
    return {
        "evaluations": evaluations,
        "evaluations_per_s": round(max(rates)),
        "evaluations_per_s_median": round(statistics.median(rates)),
        "peak_mb": spent()["peak_mb"],
        "statuses": dict(Counter(f.status.value for f in findings)),
        "crashed": sum(f.reason is not None and f.reason.code == CONTROL_ERROR for f in findings),
        "controls": {sort: len(found) for sort, found in chosen.items()},
    }


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.judging JSON`."""
    print(json.dumps(run(json.loads(arguments[0])["seconds"])))


if __name__ == "__main__":
    main(sys.argv[1:])
