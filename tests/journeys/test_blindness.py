"""Unseen is not absent: an estate with known truth, and what becomes of it when something cannot be read.

The answers of one scan are kept and every operation is denied in turn, in process; then all detail reads at
once. No FAILED may turn PASSED or vanish without a word, no PASSED may turn FAILED.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from ishigaki.core.answer import Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.finding import Finding, Status
from ishigaki.core.gather import Gathered
from ishigaki.core.unseen import NOT_COLLECTED
from ishigaki.flows.scan import Outcome, scan
from ishigaki.flows.units import Judged, Kind, judge_account, places, questions, replayed
from ishigaki.standards.choice import Ask
from ishigaki.standards.permissions import calls
from ishigaki.store.snapshots import Snapshots

Key = tuple[str, str, str, str]
Kept = Mapping[Place, Mapping[Key, Answer]]
Identity = tuple[str, str, str, str]
DENIED = Answer(error="AccessDenied", message="denied by the test")


@pytest.fixture(scope="module")
def kept(company: object, seen: Outcome, asked: Ask, request: pytest.FixtureRequest) -> Kept:
    """The answers of the account with the most faults, in two of its places."""
    folder = request.getfixturevalue("company").folder / "store"
    worst = max(seen.judged, key=lambda a: sum(f.status is Status.FAILED for f in seen.judged[a].findings))
    header = seen.header
    here = places(worst, ["ap-northeast-1"], partition=header.partition, asked=asked)
    found = {p: Snapshots(folder).read(header.id, header.at, p) for p in here}
    return {p: answers for p, answers in found.items() if answers is not None}


def judged(kept: Kept, asked: Ask, change: Callable[[Call, Answer], Answer]) -> Judged:
    """The account judged from its kept answers, each as the change lets it through."""

    def answer(answers: Mapping[Key, Answer], call: Call) -> Answer:
        return change(call, answers.get(call.key, Answer(error=NOT_COLLECTED)))

    shown: dict[Place, Mapping[Kind, Gathered]] = {
        place: {kind: replayed(q, partial(answer, answers)) for kind, q in questions(place, asked).items()}
        for place, answers in kept.items()
    }
    return judge_account(shown, asked, now=EXAMPLE_NOW)


def wrong(before: Mapping[Identity, Finding], after: Judged) -> list[str]:
    """What blindness turned round, or made vanish without saying so."""
    now = {f.identity: f for f in after.findings}
    told = {f.control for f in after.findings if f.status is Status.NOT_AVAILABLE}
    found = []
    for identity, finding in before.items():
        later = now.get(identity)
        if later is None:
            if finding.status is Status.FAILED and finding.control not in told:
                found.append(f"{finding.control} {finding.resource} vanished")
        elif {finding.status, later.status} == {Status.FAILED, Status.PASSED}:
            found.append(f"{finding.control} {finding.resource}: {finding.status} became {later.status}")
    appeared = [f for i, f in now.items() if i not in before and f.status is Status.FAILED]
    return found + [f"{f.control} {f.resource} appeared as FAILED" for f in appeared]


@pytest.fixture(scope="module")
def truth(kept: Kept, asked: Ask) -> Mapping[Identity, Finding]:
    return {f.identity: f for f in judged(kept, asked, lambda _, answer: answer).findings}


def test_the_estate_has_faults_to_lose(truth: Mapping[Identity, Finding]) -> None:
    assert sum(f.status is Status.FAILED for f in truth.values()) > 60
    assert not [f for f in truth.values() if f.status is Status.NOT_AVAILABLE]


def test_denying_each_operation_in_turn_turns_nothing_round(
    kept: Kept, asked: Ask, truth: Mapping[Identity, Finding]
) -> None:
    operations = sorted({key[:2] for answers in kept.values() for key in answers})
    assert len(operations) > 100
    judging = {(c.service, c.operation) for c in calls(asked)}
    lost: dict[tuple[str, str], list[str]] = {}
    for operation in operations:

        def deny(call: Call, answer: Answer, *, operation: tuple[str, str] = operation) -> Answer:
            return DENIED if (call.service, call.operation) == operation else answer

        blind = judged(kept, asked, deny)
        if found := wrong(truth, blind):
            lost[operation] = found
        assert blind.gaps or operation not in judging, operation  # evidence for fixes is no part of judging
    assert not lost


def test_denying_every_detail_read_at_once_turns_nothing_round(
    kept: Kept, asked: Ask, truth: Mapping[Identity, Finding]
) -> None:
    listings = {(k.listed_by.service, k.listed_by.operation) for k in asked.wanted if k.listed_by is not None}

    def deny(call: Call, answer: Answer) -> Answer:
        return answer if (call.service, call.operation) in listings else DENIED

    blind = judged(kept, asked, deny)
    assert not wrong(truth, blind)
    assert sum(f.status is Status.NOT_AVAILABLE for f in blind.findings) > 20


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalFailure", "EndpointUnreachable"])
def test_a_second_page_that_fails_turns_nothing_round(
    kept: Kept, asked: Ask, truth: Mapping[Identity, Finding], code: str
) -> None:
    """Everything answered, and then every listing broken off: what was seen stands, absence proves nothing."""

    def broken_off(_: Call, answer: Answer) -> Answer:
        return answer if answer.error else Answer(answer.pages, error=code)

    assert not wrong(truth, judged(kept, asked, broken_off))


def test_a_dead_account_has_no_verdicts_at_all(kept: Kept, asked: Ask) -> None:
    blind = judged(kept, asked, lambda _, __: DENIED)
    assert {f.status for f in blind.findings} == {Status.NOT_AVAILABLE}


def control(url: str, method: str, body: object = None) -> None:
    data = json.dumps(body).encode() if body is not None else None
    with urlopen(Request(f"{url}/_ishigaki/faults", data=data, method=method), timeout=30) as answer:
        answer.read()


def test_denying_every_detail_read_on_the_emulator_turns_nothing_round(
    company: Any, seen: Outcome, asked: Ask, tmp_path: Path
) -> None:
    """The same over HTTP: what lists is answered, whatever else a control reads is denied."""
    account = max(seen.judged, key=lambda a: sum(f.status is Status.FAILED for f in seen.judged[a].findings))
    listings = {(k.listed_by.service, k.listed_by.operation) for k in asked.wanted if k.listed_by is not None}
    details = sorted({(c.service, c.operation) for c in calls(asked)} - listings)
    denied = [{"account": account, "service": s, "operation": o, "kind": "denied"} for s, o in details]
    before = {f.identity: f for f in seen.judged[account].findings}
    mine = [a for a in company.accounts if a.id == account]
    control(company.running.url, "POST", denied)
    try:
        blind = scan(company.access(), mine, asked, folder=tmp_path, now=EXAMPLE_NOW)
    finally:
        control(company.running.url, "DELETE")
    assert len(details) > 40
    assert not wrong(before, blind.judged[account])
    assert {g.code for _, g in blind.gaps()} & {
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
    }
    assert sum(f.status is Status.NOT_AVAILABLE for f in blind.findings) > 60
