"""`python -m bench`: measure, print a table, and write build/bench.json."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.aims import told
from bench.estates import CROWDED, NEAR_EMPTY
from bench.footprint import install_mb, startup
from bench.scans import FULL, FULL_CROWDED, QUICK, scans
from bench.spent import ROOT, alone
from bench.spent import told as run

WRITTEN = ROOT / "build" / "bench.json"
COLUMNS = ("calls", "wall_s", "cpu_s", "cpu_ms_per_call", "botocore_ms_per_call", "peak_mb")


def measure(*, quick: bool) -> dict[str, Any]:
    """Every figure. The quick bench takes smaller scans, which tell nothing of the aims, and no install."""
    results: dict[str, Any] = {"quick": quick, "load": os.getloadavg()[0], "startup_s": startup()}
    results["judge"] = run("bench.judging", {"seconds": 2 if quick else 6}, environment=alone())
    sizes = {"few": 250, "many": 500 if quick else 5_000}
    results["plan"] = run("bench.planning", sizes, environment=alone())
    keeping = {"findings": 10_000 if quick else 100_000, "owners": 200}
    results["keep"] = run("bench.keeping", keeping, environment=alone())
    year = {"accounts": 100, "users": 300, "days": 12 if quick else 365}
    results["people"] = run("bench.people", year, environment=alone())
    results["keys"] = run("bench.keys", {"times": 20}, environment=alone())
    results |= scans(QUICK if quick else FULL, NEAR_EMPTY)
    if not quick:
        results |= scans(FULL_CROWDED, CROWDED)
        with tempfile.TemporaryDirectory() as folder:
            results["install_mb"] = install_mb(Path(folder))
    return results


def show(results: Mapping[str, Any], *, took: float) -> None:
    """The scans, then the aims."""
    console = Console(width=110)
    table = Table(
        "scan", *(name.removesuffix("_per_call").replace("_", " ") for name in COLUMNS), title="Scans"
    )
    for name, scan in results.items():
        if name.startswith("scan_"):
            table.add_row(name, *(f"{scan[column]:,}" if column in scan else "—" for column in COLUMNS))
    console.print(table)
    for name, scan in results.items():
        if name.startswith("scan_") and scan.get("unseen"):
            console.print(f"{name}: not seen: {scan['unseen']}")
        if name.startswith("scan_") and (why := scan.get("broken") or scan.get("unfinished_after_s")):
            console.print(f"{name}: not measured: {why}")
    aims = Table("what", "figure", "aim", "", title="Aims")
    for row in told(results):
        aims.add_row(*row)
    console.print(aims)
    console.print(f"{took:.0f} s in all; load when it began: {results['load']:.1f} on {os.cpu_count()} cores")
    console.print(f"the figures lie in {WRITTEN.relative_to(ROOT)}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller scans, no installation: within 40 s")
    quick = parser.parse_args(arguments).quick
    began = time.monotonic()
    results = measure(quick=quick)
    WRITTEN.parent.mkdir(exist_ok=True)
    WRITTEN.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    show(results, took=time.monotonic() - began)


if __name__ == "__main__":
    main()
