"""What is written back to Security Hub: the workflow of its findings, with a note that says why. Pure.

Only what is new, or what we have set ourselves, is changed: what people or other tools have set there stays, and so
does what passes, which Security Hub resolves by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from ishigaki.core.finding import Finding, Status
from ishigaki.core.witness import Mark

OURS = "ishigaki"  # who has updated a note of ours
NOTE = 512  # characters
AT_ONCE = 100  # findings in one call
NEW = "NEW"
SENT, DONE, UNDONE = "sent", "done", "undone"
Workflow = Literal["", "NEW", "NOTIFIED", "SUPPRESSED", "RESOLVED"]
Wish = tuple[Workflow, str]  # what a finding's workflow should be (empty: as Security Hub has it), and why
Decide = Callable[[Finding], Wish]
Key = tuple[str, str]  # the product's ARN and the id of one of Security Hub's findings
Identity = tuple[str, str, str, str]


class Written(msgspec.Struct, frozen=True):
    """What we have written to one of Security Hub's findings last; `before` is what its workflow was. `state` is
    `sent` while nobody knows whether it was taken, then `done`, and `undone` once it was taken back."""

    product: str
    id: str
    asked: str
    account: str
    region: str
    control: str
    resource: str
    before: str
    workflow: str
    note: str
    at: datetime
    state: str = SENT

    @property
    def key(self) -> Key:
        return self.product, self.id


class Left(msgspec.Struct, frozen=True):
    """A finding that is left as it is, though something else is wanted: somebody else has set its workflow."""

    finding: Finding
    mark: Mark
    wanted: str


class Intent(msgspec.Struct, frozen=True):
    """What is to be written, and what is left alone."""

    writes: tuple[Written, ...] = ()
    left: tuple[Left, ...] = ()


def intend(
    told: Iterable[tuple[Finding, Iterable[Mark]]],
    decide: Decide,
    written: Mapping[Key, Written],
    *,
    looked: datetime,
    now: datetime,
) -> Intent:
    """What has to be written so that Security Hub's findings stand as decided. What we suppressed and nobody decides
    so any more goes back to what it was. What was `told` is from a moment when we `looked`: a finding that we have
    written to since stands as we left it, as far as anybody knows."""
    writes: list[Written] = []
    left: list[Left] = []
    for finding, marks in told:
        wanted, why = decide(finding)
        for told_of in marks:
            known = written.get((told_of.product, told_of.id))
            mark = _as_left(told_of, known) if known and known.at > looked else told_of
            own = known is not None and is_ours(mark, known)
            aim = wanted or (known.before if known and own and known.workflow == "SUPPRESSED" else "")
            if mark.status is Status.PASSED or aim in ("", mark.workflow):
                continue
            if mark.workflow == NEW or own:
                writes.append(_written(finding, mark, aim, why, now))
            else:
                left.append(Left(finding, mark, aim))
    return Intent(tuple(writes), tuple(left))


def is_ours(mark: Mark, written: Written) -> bool:
    """Whether a finding still is as we left it: the workflow that we set, under the note that we wrote."""
    return (mark.workflow, mark.note, mark.noted_by) == (written.workflow, written.note, OURS)


def _as_left(mark: Mark, written: Written) -> Mark:
    """A finding as we left it; as it was told where nobody knows whether our write was taken."""
    if written.state != DONE:
        return mark
    return msgspec.structs.replace(mark, workflow=written.workflow, note=written.note, noted_by=OURS)


def _written(finding: Finding, mark: Mark, workflow: str, why: str, now: datetime) -> Written:
    return Written(
        mark.product,
        mark.id,
        mark.asked or mark.region,
        finding.account,
        finding.region,
        finding.control,
        finding.resource,
        mark.workflow,
        workflow,
        note_of(why or workflow),
        now,
    )


def note_of(text: str) -> str:
    """A note within Security Hub's limit."""
    plain = " ".join(text.split())
    return plain if len(plain) <= NOTE else plain[: NOTE - 1] + "…"


def batches(writes: Iterable[Written]) -> Iterator[tuple[Written, ...]]:
    """The writes as they may be sent: together what is asked in one Region for the same with the same note."""
    groups: dict[tuple[str, str, str], list[Written]] = {}
    for each in writes:
        groups.setdefault((each.asked, each.workflow, each.note), []).append(each)
    for group in groups.values():
        for start in range(0, len(group), AT_ONCE):
            yield tuple(group[start : start + AT_ONCE])
