"""What is hidden as the documents show it: exceptions in the order of their urgency, then the policy's rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from ishigaki.core.catalogue import order
from ishigaki.core.evaluate import ACCOUNT
from ishigaki.core.finding import Finding
from ishigaki.core.response import Action, Decision
from ishigaki.core.score import Score
from ishigaki.core.waiver import Hider, Shipped, Waiver, entries
from ishigaki.core.written import State
from ishigaki.report.picture import AccountPicture, Picture, Row
from ishigaki.report.words import phrase, title_of
from ishigaki.texts import LANGUAGES, Words

STATES = (State.EXPIRED, State.ENDS_SOON, State.IN_FORCE)  # the most urgent first


class Place(msgspec.Struct, frozen=True):
    """A finding that an exception is about; `name` is empty where the id says it all."""

    control: str
    account: AccountPicture
    region: str
    resource: str
    name: str


class Card(msgspec.Struct, frozen=True):
    """One exception. `own` is the file's, None for one that is shipped."""

    state: State
    own: Waiver | None
    shipped: Shipped | None
    reason: Words
    controls: Sequence[tuple[str, Words]]
    places: Sequence[Place]

    @property
    def count(self) -> int:
        return len(self.places)


class Quiet(msgspec.Struct, frozen=True):
    """A row of the response policy that suppresses something: how much of which controls, the most first."""

    row: str
    decision: Action
    reason: Words
    controls: Sequence[tuple[str, int]]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.controls)


def cards(picture: Picture) -> list[Card]:
    """The exceptions that hide something, and the expired ones whose findings count again."""
    overlay = picture.exceptions
    own = [w for w in overlay.excepted.values() if isinstance(w, Waiver)]
    listed = entries([*own, *(x.waiver for x in overlay.expired)], overlay, today=picture.today)
    found = [_card(picture, e.waiver, e.state, e.findings) for e in listed if e.findings]
    return sorted(found, key=_urgency)


def _card(picture: Picture, waiver: Waiver | Shipped, state: State, findings: Sequence[Finding]) -> Card:
    controls = sorted({f.control for f in findings}, key=order)
    return Card(
        state=state,
        own=waiver if isinstance(waiver, Waiver) else None,
        shipped=waiver if isinstance(waiver, Shipped) else None,
        reason=reason_of(waiver),
        controls=[(c, title_of(c)) for c in controls],
        places=[_place(picture, f) for f in sorted(findings, key=lambda f: f.identity)],
    )


def _place(picture: Picture, finding: Finding) -> Place:
    name = "" if finding.resource_type == ACCOUNT or finding.name == finding.resource else finding.name
    return Place(finding.control, picture.account(finding.account), finding.region, finding.resource, name)


def _urgency(card: Card) -> tuple[object, ...]:
    return STATES.index(card.state), card.own.expires if card.own else date.max, order(card.controls[0][0])


def quiet_rows(picture: Picture) -> list[Quiet]:
    """What the response policy suppresses, row by row, the one that suppresses most first."""
    counts: Counter[tuple[str, str]] = Counter()
    by_row: dict[str, Decision] = {}
    for (*_, control), decision in picture.exceptions.by_policy.items():
        by_row[decision.row] = decision
        counts[decision.row, control] += 1
    found = [
        Quiet(
            row,
            decision.action,
            reason_of(decision),
            [(control, count) for (of, control), count in counts.most_common() if of == row],
        )
        for row, decision in by_row.items()
    ]
    return sorted(found, key=lambda each: (-each.count, each.row))


def reason_of(hider: Hider) -> Words:
    """Why it is borne, in the words of whoever decided it."""
    if isinstance(hider, Shipped):
        return {"en": hider.reason_en, "ja": hider.reason_ja}
    if isinstance(hider, Decision):
        return {language: hider.reason_in(language) for language in LANGUAGES}
    return {"en": hider.reason, "ja": hider.reason}


def until(hider: Hider) -> Words:
    """How long it holds."""
    if isinstance(hider, Shipped):
        return phrase("exception.while_proven")
    if isinstance(hider, Decision):
        return phrase("exception.while_decided")
    return phrase("exception.until", expires=hider.expires.isoformat())


def said_of_row(row: Row) -> Words | None:
    """Why a finding is hidden, by whose decision and until when, in a line."""
    hider = row.hidden_by
    if hider is None:
        return None
    facts = {"reason": reason_of(hider), "until": until(hider)}
    if isinstance(hider, Shipped):
        return phrase("exception.shipped_line", **facts)
    if isinstance(hider, Decision):
        return phrase("exception.policy_line", row=hider.row, decision=decision_words(hider.action), **facts)
    return phrase("exception.line", owner=hider.owner, **facts)


def decision_words(action: Action) -> Words:
    """One of the three decisions of the response policy."""
    return phrase(f"decision.{action}")


def plain_policy(hider: Hider | None) -> dict[str, Any] | None:
    """What the response policy decided, as plain data, where that hides a finding."""
    if not isinstance(hider, Decision):
        return None
    return {"row": hider.row, "decision": hider.action, **reason_of(hider)}


def plain(waiver: Hider | None) -> dict[str, Any] | None:
    """An exception as plain data; the shipped ones have a rule and a source, the others people and dates."""
    if waiver is None or isinstance(waiver, Decision):
        return None
    if isinstance(waiver, Shipped):
        return {
            "rule": waiver.rule,
            "en": waiver.reason_en,
            "ja": waiver.reason_ja,
            "source": waiver.source,
            "as_of": waiver.as_of,
        }
    return {
        **reason_of(waiver),
        "owner": waiver.owner,
        "approver": waiver.approver,
        "approved": waiver.approved,
        "expires": waiver.expires,
        "compensating_measure": waiver.compensating_measure,
    }


def compared(picture: Picture) -> list[tuple[str, Score]]:
    """The standards whose honest score differs from their score, with the score that holds for all accounts."""
    scores: Mapping[str, Score] = picture.estate_scores
    return [(s.id, scores[s.id]) for s in picture.standards if s.id in scores and scores[s.id].hidden]


def figures(picture: Picture) -> dict[str, int]:
    """How many findings exceptions hide, and how many count again."""
    overlay = picture.exceptions
    return {
        "hidden": len(overlay.excepted),
        "expired": len(overlay.expired),
        "counting_again": sum(len(x.findings) for x in overlay.expired),
        "unused": len(overlay.unused),
        "tags_unseen": sum(count for _, count in overlay.untold),
    }
