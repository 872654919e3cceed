"""The picture: all that a report shows of one scan, as one frozen value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from ishigaki.core.answer import Gap
from ishigaki.core.catalogue import ControlFacts, Standard, order
from ishigaki.core.checklist import Checked
from ishigaki.core.concern import Source
from ishigaki.core.finding import SEVERITIES, Finding, Reason, Severity, Status, Unjudged
from ishigaki.core.numbers import Summary
from ishigaki.core.score import Score
from ishigaki.core.today import Action
from ishigaki.core.waiver import Hider, Overlay
from ishigaki.texts import Language

Seen = Literal["complete", "partial", "unseen"]
Scores = Mapping[str, Score]  # by the id of a standard
STATUSES = (Status.FAILED, Status.WARNING, Status.NOT_AVAILABLE, Status.PASSED)  # worst first


class AccountPicture(msgspec.Struct, frozen=True):
    """One account: whose it is, how much of it was seen (`reason` says why not all), how it scores."""

    id: str
    name: str
    environment: str
    owner: str
    seen: Seen
    reason: Reason | None
    scores: Scores
    partition: str = "aws"


class Row(msgspec.Struct, frozen=True):
    """A finding with what is known around it. `first_seen` belongs to its identity, `since` to its status."""

    finding: Finding
    facts: ControlFacts
    environment: str
    first_seen: datetime
    since: datetime
    hidden_by: Hider | None = None  # the exception that hides it, or what the policy decides of it

    @property
    def severity(self) -> Severity:
        return self.facts.severity

    @property
    def suppressed(self) -> bool:
        return self.finding.workflow == "SUPPRESSED"


class Picture(msgspec.Struct, frozen=True):
    """Everything that the writers say. Times know their zone; they are printed in the zone of `at`."""

    scan_id: str
    at: datetime
    product_version: str
    standards: tuple[Standard, ...]
    accounts: tuple[AccountPicture, ...]
    estate_scores: Scores
    region_scores: Mapping[str, Scores]
    findings: Sequence[Row]
    unjudged: Sequence[Unjudged]
    gaps: Sequence[tuple[str, Gap]]  # with the account they were met in
    actions: Sequence[Action]
    checklists: Mapping[str, Sequence[Checked]]
    calls: int
    wall_s: float
    language: Language
    exceptions: Overlay = Overlay()
    today: date = date.min  # the day that exceptions are laid over for
    source: str = Source.ISHIGAKI  # who judged
    acted: Summary | None = None  # what became of cases this month, where there are any

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError("the moment of a scan names its time zone")

    def account(self, id: str) -> AccountPicture:
        """The account with this id. Raises KeyError where the picture has none."""
        for account in self.accounts:
            if account.id == id:
                return account
        raise KeyError(id)


def worst_first(rows: Iterable[Row]) -> list[Row]:
    """By severity, then control, status, account, Region and resource."""
    return sorted(rows, key=_rank)


def _rank(row: Row) -> tuple[object, ...]:
    finding = row.finding
    return (
        SEVERITIES.index(row.severity),
        order(finding.control),
        STATUSES.index(finding.status),
        finding.account,
        finding.region,
        finding.resource,
    )


def standards_of(picture: Picture, control: str) -> list[str]:
    """The ids of the picture's standards that ask for a control."""
    return [s.id for s in picture.standards if control in s.controls]


def current(picture: Picture) -> list[Row]:
    """The rows that are not archived."""
    return [r for r in picture.findings if r.finding.record != "ARCHIVED"]
