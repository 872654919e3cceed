"""The aims, and how each measure is told beside its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Results = Mapping[str, Any]


@dataclass(frozen=True)
class Aim:
    """A figure that should stay at or below its `limit` (or at or above, where more is better)."""

    what: str
    of: Callable[[Results], float]
    limit: float
    unit: str
    more: bool = False

    def hit(self, figure: float) -> bool:
        return figure >= self.limit if self.more else figure <= self.limit


def at(path: str) -> Callable[[Results], float]:
    """The figure that lies at a dotted path."""

    def figure(results: Results) -> float:
        found: Any = results
        for name in path.split("."):
            found = found[name]
        return float(found)

    return figure


def ratio(scan: str) -> Callable[[Results], float]:
    """The product's CPU per call over plain botocore's on the same answers."""
    return lambda r: float(r[scan]["cpu_ms_per_call"] / r[scan]["botocore_ms_per_call"])


def growth(results: Results) -> float:
    """How much more memory a scan holds for each account beyond the first."""
    return float(results["scan_20x17"]["peak_mb"] - results["scan_1x17"]["peak_mb"]) / 19


AIMS = (
    Aim("1 account × 17 Regions, implemented: wall", at("scan_1x17.wall_s"), 12, "s"),
    Aim("1 account × 17 Regions, implemented: CPU", at("scan_1x17.cpu_s"), 6, "s"),
    Aim("1 account × 17 Regions, implemented: peak", at("scan_1x17.peak_mb"), 250, "MB"),
    Aim("1 account × 17 Regions, all listings: peak", at("scan_1x17_all_listings.peak_mb"), 250, "MB"),
    Aim("20 accounts × 17 Regions, implemented: peak", at("scan_20x17.peak_mb"), 250, "MB"),
    Aim("each account beyond the first: peak", growth, 2, "MB"),
    Aim("CPU per call against botocore: 1 × 17", ratio("scan_1x17"), 1.3, "×"),
    Aim("CPU per call against botocore: 1 × 17, HTTP", ratio("scan_1x17_http"), 1.3, "×"),
    Aim("CPU per call against botocore: all listings", ratio("scan_1x17_all_listings"), 1.3, "×"),
    Aim("CPU per call against botocore: 20 × 17", ratio("scan_20x17"), 1.3, "×"),
    Aim("CPU per call against botocore: 200 of each", ratio("scan_1x1_200_each"), 1.3, "×"),
    Aim("S3.8 on six buckets: calls", at("one_control_six_buckets.calls"), 8, ""),
    Aim("evaluations a second on one core", at("judge.evaluations_per_s"), 150_000, "/s", more=True),
    Aim("planning 5,000 changes: CPU for each", at("plan.cpu_ms_per_change"), 1, "ms"),
    Aim("planning 5,000 changes: each against one of 250", at("plan.growth"), 3, "×"),
    Aim("100,000 findings: a tick without anything new", at("keep.nothing_new_s"), 5, "s"),
    Aim("100,000 findings: a tick after a scan that says the same", at("keep.same_again_s"), 5, "s"),
    Aim("100,000 findings, 200 owners: ishigaki cases list", at("keep.list_s"), 0.5, "s"),
    Aim("100 accounts × 300 users × 365 days: trend of users", at("people.trend_s"), 2, "s"),
    Aim("100 accounts × 300 users × 365 days: trend of keys", at("people.keys_trend_s"), 2, "s"),
    Aim("100 accounts × 300 users × 365 days: ishigaki people trend", at("people.shown_s"), 2, "s"),
    Aim("100 accounts × 300 users × 365 days: ishigaki people report", at("people.page_s"), 20, "s"),
    Aim("100 accounts × 300 users × 365 days: today by account", at("people.by_account_s"), 2, "s"),
    Aim("AWS keys planted in code: recall", at("keys.aws.recall"), 99, "%", more=True),
    Aim("AWS keys planted in code: precision", at("keys.aws.precision"), 99, "%", more=True),
    Aim("AWS keys in ways held out: recall", at("keys.aws_held_out.recall"), 98, "%", more=True),
    Aim("AWS keys in ways held out: precision", at("keys.aws_held_out.precision"), 99, "%", more=True),
    Aim("other makers' secrets, by the engine: recall", at("keys.others.recall"), 80, "%", more=True),
    Aim("other makers' secrets, by the engine: precision", at("keys.others.precision"), 98, "%", more=True),
    Aim("ishigaki --version", at("startup_s.version"), 0.15, "s"),
    Aim("ishigaki --help", at("startup_s.help"), 0.4, "s"),
    Aim("base installation", at("install_mb"), 110, "MB"),
)


def told(results: Results) -> Iterator[tuple[str, str, str, str]]:
    """Each aim as a row: what, the figure, the aim, and whether it was hit; what was not measured says so."""
    for aim in AIMS:
        sign = "≥" if aim.more else "≤"
        wanted = f"{sign} {aim.limit:,g} {aim.unit}".rstrip()
        try:
            figure = aim.of(results)
        except (KeyError, TypeError, ZeroDivisionError):
            yield aim.what, "—", wanted, "not measured"
        else:
            shown = f"{figure:,.0f}" if figure >= 1000 else f"{figure:,.2f}".rstrip("0").rstrip(".")
            yield aim.what, f"{shown} {aim.unit}".rstrip(), wanted, "hit" if aim.hit(figure) else "MISS"
