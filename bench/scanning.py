"""One scan by the product's own flow, in this process: what it found and what it spent."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.spent import spent
from ishigaki.aws.access import Access
from ishigaki.cli.scan import settle_collector
from ishigaki.core.estate import Account
from ishigaki.core.evaluate import Listed
from ishigaki.flows.scan import scan
from ishigaki.standards.choice import Ask, ask, choose

IMPLEMENTED, EVERYTHING = "implemented", "everything"


def asked(which: str) -> Ask:
    """The default scan's questions: all, only the implemented ones, or one control by its id."""
    every = choose()
    if which == EVERYTHING:
        return every
    if which == IMPLEMENTED:
        known = [q.id for q in every.questions if not isinstance(q.control, Listed)]
        return ask(known, names=every.standards)
    return ask([which], names=every.standards)


def run(given: dict[str, Any]) -> dict[str, Any]:
    """Scan the accounts and Regions that are given; the first account is the caller's own."""
    folder = Path(given["folder"])
    settle_collector()  # as the command line does
    access = Access(home="us-east-1", salt="bench")
    own = access.caller()
    accounts = [Account(id=a, role="" if a == own else "bench") for a in given["accounts"]]
    outcome = scan(
        access,
        accounts,
        asked(given["controls"]),
        only_regions=tuple(given["regions"]),
        folder=folder,
        now=datetime.now(UTC),
    )
    if trouble := [a.trouble for a in outcome.header.accounts if a.trouble]:
        raise SystemExit(f"accounts could not be entered: {trouble[0]}")
    return {
        **spent(),
        "findings": len(outcome.findings),
        "unseen": dict(Counter(gap.code for _, gap in outcome.gaps())),
    }


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.scanning JSON`."""
    print(json.dumps(run(json.loads(arguments[0]))))


if __name__ == "__main__":
    main(sys.argv[1:])
