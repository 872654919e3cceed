"""What the policy decides about, from findings that were kept and from what other watchers have seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from ishigaki.core.catalogue import plain
from ishigaki.core.concern import Category, Concern, Detection, Source
from ishigaki.core.estate import NON_PRODUCTION, PRODUCTION
from ishigaki.core.finding import Finding, Severity, Status
from ishigaki.core.waiver import Overlay, Shipped, Waiver
from ishigaki.standards import catalogue
from ishigaki.standards.categories import category_of
from ishigaki.store.results import Kept
from ishigaki.texts import Language


class Whose(Protocol):
    """What a decision needs to know of an account."""

    @property
    def environment(self) -> str: ...

    @property
    def owner(self) -> str: ...


def concerns(
    kept: Iterable[Kept],
    accounts: Mapping[str, Whose],
    overlay: Overlay | None = None,
    *,
    language: Language = "en",
    source: Source = Source.ISHIGAKI,
) -> list[Concern]:
    """The concerns of findings: what failed, and no more. A warning or a judgement that was not possible proves no fault,
    so there is nothing yet that its owner could mend. Exceptions (`overlay`) are named, not left out; `language` is
    that of the reasons that are shipped.
    """
    hidden = overlay.excepted if overlay else {}
    whose = {id: environment_and_owner(a) for id, a in accounts.items()}
    facts: dict[str, tuple[str, Severity]] = {}
    made = []
    for each in _work(list(kept)):
        finding = each.finding
        control = finding.control
        if control not in facts:
            facts[control] = category_of(control).value, catalogue()[plain(control)].severity
        category, severity = facts[control]
        environment, owner = whose.get(finding.account, (PRODUCTION, ""))
        exception = hidden.get(finding.identity)
        concern = Concern(
            kind=control,
            account=finding.account,
            region=finding.region,
            resource=finding.resource,
            resource_type=finding.resource_type,
            name=finding.name,
            source=source.value,
            category=category,
            severity=severity,
            environment=environment,
            owner=owner,
            tags=each.tags,
            excepted=_reason(exception, language) if exception else "",
            finding=finding,
        )
        made.append(concern)
    return made


def _work(kept: list[Kept]) -> Iterator[Kept]:
    """The failures, each fault once: what fails by a control's older meaning and by its present one is one work."""
    failed = [k for k in kept if k.finding.status is Status.FAILED and k.finding.record != "ARCHIVED"]
    variants = [k.finding for k in failed if "@" in k.finding.control]
    if not variants:
        yield from failed
        return
    present = {k.finding.identity for k in failed}
    again = {f.identity for f in variants if _as_of_today(f) in present}
    yield from (k for k in failed if k.finding.identity not in again)


def _as_of_today(finding: Finding) -> tuple[str, str, str, str]:
    return finding.account, finding.region, finding.resource, plain(finding.control)


def _reason(exception: Waiver | Shipped, language: Language) -> str:
    if isinstance(exception, Waiver):
        return exception.reason
    return exception.reason_ja if language == "ja" else exception.reason_en


def environment_and_owner(account: Whose | None) -> tuple[str, str]:
    """An unknown environment counts as production: a mistake then costs attention, not safety."""
    if account is None:
        return PRODUCTION, ""
    return NON_PRODUCTION if account.environment == NON_PRODUCTION else PRODUCTION, account.owner


def concern_of_detection(detection: Detection, accounts: Mapping[str, Whose]) -> Concern:
    """The concern that a detection is. Of its thing's tags nothing is known."""
    environment, owner = environment_and_owner(accounts.get(detection.account))
    return Concern(
        kind=detection.kind,
        account=detection.account,
        region=detection.region,
        resource=detection.resource,
        resource_type=detection.resource_type,
        name=detection.name,
        source=detection.source,
        category=(Category.ESSENTIAL if detection.source == Source.PEOPLE else Category.THREAT).value,
        severity=detection.severity,
        environment=environment,
        owner=owner,
        detection=detection,
    )
