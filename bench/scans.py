"""Scans of the product against the replay endpoint, each beside plain botocore making the same calls."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import CalledProcessError, TimeoutExpired
from typing import Any

from bench.endpoint import Endpoint, replaying
from bench.estates import REGIONS, Estate
from bench.scanning import EVERYTHING, IMPLEMENTED
from bench.spent import alone, told

BASELINE = 2500  # calls that plain botocore makes at most
ENTERING = ("sts:GetCallerIdentity", "sts:AssumeRole", "ec2:DescribeRegions")
ACCOUNTS = tuple(f"{111100000001 + number}" for number in range(20))


LIMIT = 180  # seconds for one scan


@dataclass(frozen=True)
class Asked:
    """One scan to be measured."""

    controls: str
    accounts: int
    regions: int
    secured: bool = True
    beside_botocore: bool = True
    rounds: int = 1


BUCKETS = {"one_control_six_buckets": Asked("S3.8", 1, 1, beside_botocore=False)}
QUICK: Mapping[str, Asked] = {
    **BUCKETS,
    "scan_1x4": Asked(IMPLEMENTED, 1, 4),
    "scan_2x2": Asked(IMPLEMENTED, 2, 2),
}
FULL: Mapping[str, Asked] = {
    **BUCKETS,
    "scan_1x17": Asked(IMPLEMENTED, 1, 17, rounds=3),
    "scan_1x17_http": Asked(IMPLEMENTED, 1, 17, secured=False),
    "scan_1x17_all_listings": Asked(EVERYTHING, 1, 17),
    "scan_20x17": Asked(IMPLEMENTED, 20, 17),
}
FULL_CROWDED: Mapping[str, Asked] = {"scan_1x1_200_each": Asked(IMPLEMENTED, 1, 1)}


def scans(asked: Mapping[str, Asked], estate: Estate) -> dict[str, Any]:
    """What each scan of an estate cost, by name."""
    with tempfile.TemporaryDirectory() as folder, replaying(estate, folder=Path(folder)) as endpoint:
        return {name: measured(endpoint, each) for name, each in asked.items()}


def measured(endpoint: Endpoint, asked: Asked) -> dict[str, Any]:
    """What a scan cost in its best round, beside plain botocore's best: what else runs only adds to a round.

    What was not seen, by AWS's error code, should be nothing.
    """
    try:
        rounds = [_round(endpoint, asked) for _ in range(asked.rounds)]
    except TimeoutExpired:
        return {"unfinished_after_s": LIMIT}
    except CalledProcessError as broken:
        return {"broken": " ".join(broken.cmd[-2:])}
    scan, _ = min(rounds, key=lambda r: float(r[0]["cpu_s"]))
    if not asked.beside_botocore:
        return scan
    _, plain = min(rounds, key=lambda r: float(r[1]["ms_per_call"]))
    return {
        **scan,
        "rounds": asked.rounds,
        "cpu_ms_per_call": round(1000 * scan["cpu_s"] / scan["calls"], 3),
        "botocore_ms_per_call": plain["ms_per_call"],
        "botocore_ms_without_beginning": plain["ms_without_beginning"],
        "botocore_calls_made": plain["made"],
    }


def _round(endpoint: Endpoint, asked: Asked) -> tuple[dict[str, Any], dict[str, Any]]:
    """A scan, and plain botocore making the calls that the scan kept."""
    environment = _environment(endpoint, asked)
    question = {
        "controls": asked.controls,
        "accounts": ACCOUNTS[: asked.accounts],
        "regions": REGIONS[: asked.regions],
    }
    with tempfile.TemporaryDirectory() as folder:
        endpoint.counted()
        scan = told("bench.scanning", {**question, "folder": folder}, environment=environment, limit=LIMIT)
        counts = endpoint.counted()
        entering = sum(counts.get(name, 0) for name in ENTERING)
        if not asked.beside_botocore:
            return {**scan, "calls": sum(counts.values()) - entering}, {}
        baseline = {"folder": folder, "at_most": BASELINE}
        plain = told("bench.plain", baseline, environment=environment, limit=LIMIT)
    return {**scan, "calls": sum(counts.values())}, plain


def _environment(endpoint: Endpoint, asked: Asked) -> Mapping[str, str]:
    return {
        **alone(),
        "AWS_ENDPOINT_URL": endpoint.https if asked.secured else endpoint.http,
        "AWS_CA_BUNDLE": str(endpoint.certificate),
        "AWS_ACCESS_KEY_ID": f"AKIA{ACCOUNTS[0]}",
        "AWS_SECRET_ACCESS_KEY": "none",
    }
