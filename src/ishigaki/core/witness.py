"""Two witnesses of one thing: what we judged, and what Security Hub says. Pure.

A finding is the same where control, account, Region and resource agree. Ours rules where it judged; Security Hub's
where ours was not seen. Both are kept, each with its time: what Security Hub says may be a day old.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from ishigaki.core.finding import EMPTY, Finding, Status

LAG = timedelta(hours=24)  # how long Security Hub may take to look again
SUPPRESSED, ARCHIVED = "SUPPRESSED", "ARCHIVED"
WORST = (Status.FAILED, Status.WARNING, Status.NOT_AVAILABLE, Status.PASSED)
Spot = tuple[str, str, str]  # control, account, Region


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """One finding as Security Hub keeps it: by what it is named to it again, what it says, and what people made of
    it. `asked` is the Region that it was asked in, `resource` the id as Security Hub writes it."""

    id: str
    product: str
    updated: datetime
    status: Status
    resource: str
    region: str = ""
    workflow: str = "NEW"
    note: str = ""
    noted_by: str = ""
    reasons: tuple[str, ...] = ()
    asked: str = ""


class Told(msgspec.Struct, frozen=True):
    """A finding as Security Hub tells it, of how many of its own it is made (one for each standard, where it does not
    consolidate), the tags of its thing (None: not told) and the standards that ask for it."""

    finding: Finding
    marks: tuple[Mark, ...]
    tags: Mapping[str, str] | None = None
    standards: frozenset[str] = frozenset()
    account_name: str = ""


def as_of(told: Told) -> datetime:
    """When Security Hub looked last."""
    return max(m.updated for m in told.marks)


def collapsed(several: Iterable[Told]) -> list[Told]:
    """One for each identity: of what counts in Security Hub's score the worst, and of that the newest."""
    found: dict[tuple[str, str, str, str], list[Told]] = {}
    for told in several:
        found.setdefault(told.finding.identity, []).append(told)
    return [_one(same) for same in found.values()]


def _one(same: list[Told]) -> Told:
    first, *rest = sorted(same, key=_rank)
    return msgspec.structs.replace(
        first,
        marks=tuple(m for t in (first, *rest) for m in t.marks),
        tags=next((t.tags for t in (first, *rest) if t.tags is not None), None),
        standards=frozenset[str]().union(*(t.standards for t in same)),
    )


def _rank(told: Told) -> tuple[bool, bool, int, float]:
    finding, newest = told.finding, as_of(told)
    return (
        finding.record == ARCHIVED,
        finding.workflow == SUPPRESSED,
        WORST.index(finding.status),
        -newest.timestamp(),
    )


class Witnessed(msgspec.Struct, frozen=True):
    """What both say of one thing; None: who does not know it."""

    own: Finding | None
    hub: Told | None

    @property
    def finding(self) -> Finding:
        """The finding that rules."""
        if self.own is not None and (self.hub is None or self.own.status is not Status.NOT_AVAILABLE):
            return self.own
        if self.hub is None:
            raise ValueError("nobody has seen it")
        if self.own is not None and self.hub.finding.status is Status.NOT_AVAILABLE:
            return self.own
        return self.hub.finding

    @property
    def differs(self) -> bool:
        """Whether both judged, and not alike."""
        both = (self.own, self.hub.finding if self.hub else None)
        seen = {f.status for f in both if f is not None and f.status is not Status.NOT_AVAILABLE}
        return len(seen) == 2

    @property
    def alike(self) -> bool:
        """Whether both say the same."""
        return self.own is not None and self.hub is not None and self.own.status is self.hub.finding.status

    @property
    def written_otherwise(self) -> str:
        """The id as Security Hub writes it, where ours is another form of the same."""
        if self.own is None or self.hub is None or self.own.resource == self.hub.finding.resource:
            return ""
        return self.hub.finding.resource


class Compared(msgspec.Struct, frozen=True):
    """Two scans, ours and Security Hub's, with the names of accounts: where they differ, what is written otherwise, of how
    many things they say the same, and the failures that only one knows although the other looked there."""

    own_scan: str
    own_at: datetime
    hub_scan: str
    hub_at: datetime
    names: Mapping[str, str]
    differing: tuple[Witnessed, ...]
    renamed: tuple[Witnessed, ...]
    agreed: int
    only_own: tuple[Witnessed, ...]
    only_hub: tuple[Witnessed, ...]


def own_rules(own_at: datetime, hub_at: datetime) -> bool:
    """Whether our verdicts of a scan still outrank Security Hub's of another: once ours are older by more than
    it may lag, it has looked later at everything."""
    return hub_at - own_at <= LAG


def join(own: Iterable[Finding], hub: Iterable[Told]) -> list[Witnessed]:
    """Every thing that either knows, once: ours in their order, then what only Security Hub knows.

    That nothing of a kind could be seen (ours, on the account) gives way to what Security Hub says of that kind
    there. An id that differs only in its form is taken for the same where it can only be one.
    """
    ours, theirs = list(own), {t.finding.identity: t for t in hub}
    exact = {f.identity for f in ours} & theirs.keys()
    alike = _alike([f for f in ours if f.identity not in exact], [theirs[i] for i in theirs.keys() - exact])
    met = {_spot(t.finding) for t in theirs.values()}
    joined, used = [], set()
    for finding in ours:
        told = theirs.get(finding.identity) or alike.get(finding.identity)
        if told is None and _blind(finding) and _spot(finding) in met:
            continue
        if told is not None:
            used.add(told.finding.identity)
        joined.append(Witnessed(finding, told))
    return [*joined, *(Witnessed(None, t) for i, t in theirs.items() if i not in used)]


def _spot(finding: Finding) -> Spot:
    return finding.control, finding.account, finding.region


def _blind(finding: Finding) -> bool:
    """Whether it says that a listing was not seen."""
    return finding.status is Status.NOT_AVAILABLE and finding.resource == f"AWS::::Account:{finding.account}"


def _alike(own: Iterable[Finding], hub: Iterable[Told]) -> dict[tuple[str, str, str, str], Told]:
    """Findings of ours whose id Security Hub writes in another form, one to one."""
    sides: dict[tuple[Spot, str], tuple[list[Finding], list[Told]]] = {}
    for finding in own:
        sides.setdefault((_spot(finding), form(finding.resource)), ([], []))[0].append(finding)
    for told in hub:
        sides.setdefault((_spot(told.finding), form(told.finding.resource)), ([], []))[1].append(told)
    return {
        ours[0].identity: theirs[0] for ours, theirs in sides.values() if len(ours) == 1 and len(theirs) == 1
    }


def form(resource: str) -> str:
    """What of an id counts when two forms of it are compared: its last name, without case, without the `:*` of log
    groups and without what only says of which type it is."""
    name = resource.removesuffix(":*")
    if name.startswith("arn:"):
        name = name.split(":", 5)[-1]
        kind, mark, rest = (
            re.split(r"([:/])", name, maxsplit=1) if re.search("[:/]", name) else (name, "", "")
        )
        name = rest if mark else kind
    elif name.startswith("AWS::"):
        name = name.rpartition(":")[2]
    return name.casefold()


def empty(finding: Finding) -> bool:
    """Whether it only says that there is nothing of a kind."""
    return finding.reason == EMPTY
