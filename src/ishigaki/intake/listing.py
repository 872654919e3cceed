"""What GuardDuty and Access Analyzer hold open, asked of their APIs where no queue brings it. Asks; does not act."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ishigaki.core.answer import Answer, Gap
from ishigaki.core.call import Call, call
from ishigaki.core.concern import Detection, Source
from ishigaki.core.intake import Listing
from ishigaki.core.unseen import NOT_OFFERED
from ishigaki.intake import access_analyzer, guardduty
from ishigaki.intake.members import Unreadable, shown

Asking = Generator[Sequence[Call], Sequence[Answer], "Seen"]

NOT_ARCHIVED = {"Criterion": {"service.archived": {"Eq": ["false"]}}}
DETECTORS = call("guardduty", "ListDetectors")
FINDINGS = call("guardduty", "ListFindings", DetectorId="{detector}", FindingCriteria=NOT_ARCHIVED)
MEMBERS = call("guardduty", "ListMembers", DetectorId="{detector}", OnlyAssociated="true")
GET = call("guardduty", "GetFindings", DetectorId="{detector}", FindingIds="{ids}")
ANALYZERS = call("accessanalyzer", "ListAnalyzers")
ACTIVE = {"status": {"eq": [access_analyzer.ACTIVE]}}
OF_ANALYZER = call(
    "accessanalyzer",
    "ListFindingsV2",
    permission="access-analyzer:ListFindings",
    analyzerArn="{arn}",
    filter=ACTIVE,
)
PUBLIC = call(
    "accessanalyzer",
    "ListFindingsV2",
    permission="access-analyzer:ListFindings",
    analyzerArn="{arn}",
    filter={**ACTIVE, "isPublic": {"eq": ["true"]}},
)
CALLS = (DETECTORS, FINDINGS, MEMBERS, GET, ANALYZERS, OF_ANALYZER, PUBLIC)
EXTERNAL = ("ACCOUNT", "ORGANIZATION")  # types of analyzers that look for access from outside
AT_ONCE = 50  # findings that GetFindings gives
UNREADABLE = "Unreadable"


class Seen(msgspec.Struct, frozen=True):
    """What a watcher lists as open, what it was complete about, and what could not be seen."""

    detections: tuple[Detection, ...] = ()
    listings: tuple[Listing, ...] = ()
    gaps: tuple[Gap, ...] = ()


def joined(parts: Iterable[Seen]) -> Seen:
    """Everything together; what administrator and member both list is listed once."""
    whole = tuple(parts)
    once = {(d.source, d.account, d.region, d.id): d for p in whole for d in p.detections}
    return Seen(
        tuple(once.values()),
        tuple(listing for p in whole for listing in p.listings),
        tuple(gap for p in whole for gap in p.gaps),
    )


def of_guardduty(account: str, region: str) -> Asking:
    """What GuardDuty holds unarchived in a Region, of the account and of those that it administers."""
    (detectors,) = yield [DETECTORS.filled({}, region=region)]
    if detectors.error:
        return _gap(DETECTORS, detectors, region)
    seen = []
    for detector in _items(detectors, "DetectorIds"):
        seen.append((yield from _of_detector(account, region, str(detector))))
    return joined(seen)


def _of_detector(account: str, region: str, detector: str) -> Asking:
    listed, members = yield [c.filled({"detector": detector}, region=region) for c in (FINDINGS, MEMBERS)]
    ids = _items(listed, "FindingIds")
    parts = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
    asked = [GET.filled({"detector": detector, "ids": part}, region=region) for part in parts]
    answers = (yield asked) if asked else ()
    refused = [_gap(c, a, region) for c, a in [(FINDINGS, listed), *((GET, a) for a in answers)] if a.error]
    told = joined(_each(GET, region, f, guardduty.from_api) for a in answers for f in _items(a, "Findings"))
    whole = joined([told, *refused])
    if whole.gaps:
        return whole
    # Who administers nobody may not ask for members, and has none.
    theirs = [
        str(m["AccountId"]) for m in _items(members, "Members") if m.get("RelationshipStatus") == "Enabled"
    ]
    listing = Listing(Source.GUARDDUTY, region, accounts=(account, *theirs))
    return msgspec.structs.replace(whole, listings=(listing,))


def of_access_analyzer(region: str) -> Asking:
    """What the analyzers of an account hold active in a Region."""
    (analyzers,) = yield [ANALYZERS.filled({}, region=region)]
    if analyzers.error:
        return _gap(ANALYZERS, analyzers, region)
    seen = []
    for analyzer in _items(analyzers, "analyzers"):
        seen.append((yield from _of_analyzer(region, analyzer)))
    return joined(seen)


def _of_analyzer(region: str, analyzer: Mapping[str, Any]) -> Asking:
    """A listing does not say which access is public: those are asked for once more."""
    arn = str(analyzer["arn"])
    asked = [OF_ANALYZER, *([PUBLIC] if analyzer.get("type") in EXTERNAL else [])]
    answers = yield [c.filled(analyzer, region=region) for c in asked]
    if refused := [_gap(c, a, region) for c, a in zip(asked, answers, strict=True) if a.error]:
        return joined(refused)
    public = {f["id"] for a in answers[1:] for f in _items(a, "findings")}

    def detection(finding: Mapping[str, Any]) -> Detection:
        told = {**finding, "isPublic": finding.get("id") in public}
        return access_analyzer.detection(told, analyzer=arn, place=region)

    whole = joined(_each(OF_ANALYZER, region, f, detection) for f in _items(answers[0], "findings"))
    if whole.gaps:
        return whole
    listing = Listing(Source.ACCESS_ANALYZER, region, analyzer=arn)
    return msgspec.structs.replace(whole, listings=(listing,))


def _each(asked: Call, region: str, finding: Any, read: Callable[[Mapping[str, Any]], Detection]) -> Seen:
    """One finding of a listing; a gap where it cannot be read, so that nothing is taken to be over."""
    try:
        return Seen((read(finding),))
    except Unreadable as no:
        name = str(finding.get("Id") or finding.get("id") or "") if isinstance(finding, Mapping) else ""
        gap = Gap("", _name(asked), "", UNREADABLE, region, shown(f"{name} {no}"))
        return Seen(gaps=(gap,))


def _gap(asked: Call, answer: Answer, region: str) -> Seen:
    """What AWS did not tell; nothing is missing where the service does not exist."""
    if answer.error == NOT_OFFERED:
        return Seen()
    return Seen(gaps=(Gap("", _name(asked), asked.permissions[0], answer.error, region),))


def _name(asked: Call) -> str:
    return f"{asked.service}:{asked.operation}"


def _items(answer: Answer, name: str) -> list[Any]:
    return [item for page in answer.pages for item in page.get(name, ())]
