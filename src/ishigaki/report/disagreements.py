"""Where two witnesses differ: both verdicts with their reasons and times, on the terminal and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ishigaki.core.catalogue import order
from ishigaki.core.finding import SEVERITIES, Finding
from ishigaki.core.witness import Compared, Witnessed, as_of
from ishigaki.report.flow import Flow
from ishigaki.report.terminal import plain, printed
from ishigaki.report.words import finding_words, known, moment, phrase, title_of
from ishigaki.standards import severity
from ishigaki.texts import Language

SHOWN = 10  # of the things that only one of the two knows


def objects(compared: Compared) -> dict[str, Any]:
    """The comparison as plain data."""
    return {
        "own": {"scan": compared.own_scan, "at": compared.own_at.isoformat()},
        "hub": {"scan": compared.hub_scan, "at": compared.hub_at.isoformat()},
        "agreed": compared.agreed,
        "differing": [_object(w) for w in _worst_first(compared.differing)],
        "written_otherwise": [
            {**_place(w.finding), "own": w.own.resource if w.own else "", "hub": w.written_otherwise}
            for w in compared.renamed
        ],
        "only_own": [_object(w) for w in _worst_first(compared.only_own)],
        "only_hub": [_object(w) for w in _worst_first(compared.only_hub)],
    }


def _object(witnessed: Witnessed) -> dict[str, Any]:
    own, hub = witnessed.own, witnessed.hub
    return {
        **_place(witnessed.finding),
        "severity": severity(witnessed.finding.control).value,
        "own": {"status": own.status, "says": _says(own)} if own else None,
        "hub": {
            "status": hub.finding.status,
            "workflow": hub.finding.workflow,
            "reasons": [r for m in hub.marks for r in m.reasons],
            "updated": as_of(hub).isoformat(),
            "resource": hub.finding.resource,
        }
        if hub
        else None,
    }


def _place(finding: Finding) -> dict[str, str]:
    return {
        "control": finding.control,
        "account": finding.account,
        "region": finding.region,
        "resource": finding.resource,
    }


def _says(finding: Finding) -> dict[str, list[str]]:
    said = finding_words(finding)
    return {language: [words[language] for words in said] for language in ("en", "ja")}


def _worst_first(several: Iterable[Witnessed]) -> list[Witnessed]:
    def rank(each: Witnessed) -> tuple[object, ...]:
        finding = each.finding
        return SEVERITIES.index(severity(finding.control)), order(finding.control), finding.identity

    return sorted(several, key=rank)


def render(compared: Compared, *, language: Language, width: int, color: bool = False) -> str:
    """The comparison for a terminal of so many columns."""
    return printed(_document(compared, language), width=width, color=color)


def _document(compared: Compared, language: Language) -> RenderableType:
    head = Text(phrase("witness.title")[language], style="bold")
    scans = phrase(
        "witness.scans",
        own=compared.own_scan,
        own_at=moment(compared.own_at)[language],
        hub=compared.hub_scan,
        hub_at=moment(compared.hub_at)[language],
    )
    counts = phrase("witness.counts", differing=len(compared.differing), agreed=compared.agreed)
    head.append(f"\n{scans[language]}\n{counts[language]}", style="not bold")
    parts = [Flow(head)]
    if not compared.differing:
        parts.append(Flow(Text(phrase("witness.none")[language])))
    parts += (_differing(w, compared, language) for w in _worst_first(compared.differing))
    parts += _rest(compared, language)
    return Group(*(Padding(p, (0, 0, 1, 0)) for p in parts))


def _differing(witnessed: Witnessed, compared: Compared, language: Language) -> Flow:
    finding, own, hub = witnessed.finding, witnessed.own, witnessed.hub
    text = Text(f"{known('severity', severity(finding.control).value)[language]}  ", style="bold")
    text.append(f"{finding.control} {title_of(finding.control)[language]}", style="bold")
    text.append(f"\n  {_where(finding, compared.names)}", style="not bold dim")
    if own is not None:
        text.append(f"\n  {_verdict('own', own, compared.own_at, language)}", style="not bold")
    if hub is not None:
        text.append(f"\n  {_verdict('hub', hub.finding, as_of(hub), language)}", style="not bold")
        if as_of(hub) < compared.own_at:
            text.append(f"\n  {phrase('witness.lags')[language]}", style="yellow not bold")
    return Flow(text, hang=2)


def _verdict(who: str, finding: Finding, at: datetime, language: Language) -> str:
    status = known("status", finding.status.value)[language]
    said = " / ".join(w[language] for w in finding_words(finding))
    looked = phrase("witness.looked", at=moment(at)[language])[language]
    return " · ".join(
        p for p in (f"{phrase(f'witness.{who}')[language]}: {status}", plain(said), looked) if p
    )


def _where(finding: Finding, names: Mapping[str, str]) -> str:
    name = names.get(finding.account, "")
    account = finding.account if name in ("", finding.account) else f"{name} ({finding.account})"
    return plain(f"{account}: {finding.region}: {finding.resource}")


def _rest(compared: Compared, language: Language) -> Iterator[Flow]:
    """What is written otherwise, and what only one of the two knows."""
    if compared.renamed:
        text = Text(phrase("witness.renamed")[language])
        for each in compared.renamed[:SHOWN]:
            where = _where(each.finding, compared.names)
            text.append(f"\n  {each.finding.control}  {where} = {plain(each.written_otherwise)}", style="dim")
        yield Flow(text, hang=2)
    for key, several in (("only_own", compared.only_own), ("only_hub", compared.only_hub)):
        if several:
            text = Text(phrase(f"witness.{key}", count=len(several))[language])
            for each in _worst_first(several)[:SHOWN]:
                text.append(
                    f"\n  {each.finding.control}  {_where(each.finding, compared.names)}", style="dim"
                )
            if len(several) > SHOWN:
                more = phrase("plan.more_places", count=len(several) - SHOWN)[language]
                text.append(f"\n  {more}", style="dim")
            yield Flow(text, hang=2)
