"""Keeping a large estate: a tick that finds nothing new, one that finds a new scan of the same, and the list of cases."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

from bench.footprint import START
from bench.spent import ROOT, installed, spent
from ishigaki.core.deadline import Calendar
from ishigaki.core.destination import Destination, Sent, Webhook
from ishigaki.core.fault import Fault
from ishigaki.core.finding import Finding, Status
from ishigaki.core.notice import Message
from ishigaki.flows.keeper import Keeper
from ishigaki.flows.policy import default
from ishigaki.flows.tick import Outside, tick
from ishigaki.store import results
from ishigaki.store.database import opened
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import Entered, ScanHeader, Snapshots

T = datetime(2026, 11, 23, tzinfo=UTC)
CONTROLS = tuple(f"S3.{n}" for n in (1, 2, 3, 5, 6, 8, 12, 19)) + tuple(
    f"EC2.{n}" for n in (2, 7, 8, 15, 25, 51)
)
REGION = "ap-northeast-1"


def write(store: Path, findings: int, owners: int, at: datetime) -> None:
    """A scan in which half of so many findings fail, in five accounts for each owner."""
    accounts = [
        Entered(f"{n:012}", f"a{n}", "production", f"owner {n % owners}", (REGION,))
        for n in range(owners * 5)
    ]
    id = f"{at:%Y%m%dT%H%M%SZ}-000000"
    header = ScanHeader(
        id=id,
        at=at,
        version="0",
        standards=("fsbp",),
        controls=CONTROLS,
        home=REGION,
        partition="aws",
        accounts=tuple(accounts),
        calls=0,
        throttles=0,
        wall_s=0,
    )
    results.write(store, id, (Kept(_finding(n, accounts)) for n in range(findings)))
    Snapshots(store).write_header(header)


def _finding(n: int, accounts: Sequence[Entered]) -> Finding:
    control, account = CONTROLS[n % len(CONTROLS)], accounts[n % len(accounts)].id
    status, faults = (
        (Status.FAILED, (Fault("setting_off"),)) if n // len(CONTROLS) % 2 else (Status.PASSED, ())
    )
    return Finding(control, account, REGION, "AwsS3Bucket", f"arn:aws:s3:::bucket-{n}", status, faults)


def _taking(message: Message, destination: Destination, previous: Sent | None) -> Sent:
    return previous or Sent(root=message.id)


def run(findings: int, owners: int) -> dict[str, Any]:
    """Seconds of the first tick, of one without anything new, of one after a scan that says the same, and of
    `ishigaki cases list` as a process of its own: what presses most, and every case."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        write(store, findings, owners, T)
        figures = _ticks(store, lambda: write(store, findings, owners, T + timedelta(days=1)))
        listed = [_listed(store) for _ in range(3)]
        everything = [_listed(store, "--all") for _ in range(3)]
    return {
        "findings": findings,
        "owners": owners,
        **figures,
        "list_s": min(listed),
        "list_all_s": min(everything),
        "peak_mb": spent()["peak_mb"],
    }


def _ticks(store: Path, again: Callable[[], None]) -> dict[str, float]:
    secret = Webhook(name="chat", language="ja", url="http://127.0.0.1:9", secret="env:X")
    took: dict[str, float] = {}
    with opened(store) as engine:
        for name, now in (
            ("first_s", T),
            ("nothing_new_s", T + timedelta(minutes=5)),
            ("same_again_s", T + timedelta(days=1)),
        ):
            if name == "same_again_s":
                again()
            keeper = Keeper(engine, store, default(), Calendar(), (secret,), holder="bench")
            outside = Outside(send=_taking, clock=repeat(now).__next__)
            began = time.perf_counter()
            if not tick(keeper, outside, lambda *_: None):
                raise RuntimeError(f"a step of the tick {name} failed")
            took[name] = round(time.perf_counter() - began, 3)
    return took


def _listed(store: Path, *options: str) -> float:
    command = [sys.executable, "-c", START, "cases", "list", "--store", str(store), *options]
    environment = installed(store.with_name("bytecode"))
    began = time.perf_counter()
    shown = subprocess.run(command, check=True, capture_output=True, env=environment, cwd=ROOT)
    took = time.perf_counter() - began
    if len(shown.stdout.splitlines()) < 20:
        raise RuntimeError("no cases were listed")
    return round(took, 3)


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.keeping JSON`."""
    print(json.dumps(run(**json.loads(arguments[0]))))


if __name__ == "__main__":
    main(sys.argv[1:])
