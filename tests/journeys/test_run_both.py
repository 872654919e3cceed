"""`ishigaki run` by both witnesses: each looks when it is due, and what they see of one thing is one work."""

from __future__ import annotations

import json
import logging
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo.conftest import ask
from tests.journeys.test_hub import ESTATE, TOKYO, Desk, bucket, desk, furnish, running, tell

__all__ = ["desk", "running"]
GUARDDUTY = {
    **bucket(),
    "Id": f"arn:aws:guardduty:{TOKYO}:222233334444:detector/1/finding/2",
    "ProductName": "GuardDuty",
    "ProductArn": f"arn:aws:securityhub:{TOKYO}::product/aws/guardduty",
    "Types": ["TTPs/Discovery/Recon:EC2-PortProbeUnprotectedPort"],
}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    handlers = {s: signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT)}
    yield
    for sign, handler in handlers.items():
        signal.signal(sign, handler)
    logging.getLogger().handlers.clear()


def ticked(desk: Desk) -> tuple[int, dict[str, Any]]:
    """The exit code of a tick, and the facts of its steps."""
    code, _, said = desk.run("run", "--once")
    steps = [json.loads(line) for line in said.splitlines()]
    return code, {step["event"]: step.get("facts", {}) for step in steps}


def things(desk: Desk) -> dict[str, int]:
    return {c["kind"]: c["things"] for c in desk.json("cases", "list")["cases"]}


def test_each_witness_looks_when_it_is_due_and_both_see_one_thing(desk: Desk) -> None:
    furnish(desk)
    tell(desk)
    desk.judge(GUARDDUTY)
    text = ESTATE.replace("one_person", 'standards = ["cis_5_0"]\none_person')
    (desk.folder / "estate.toml").write_text(f'{text}\n[run]\nsource = "both"\n', encoding="utf-8")
    denied = {"service": "securityhub", "operation": "GetFindings", "kind": "denied"}
    ask(desk.running.url, "POST", "faults", denied)
    code, steps = ticked(desk)
    assert (code, steps["scan"]["not_entered"], len(steps["scan_hub"]["not_entered"])) == (0, [], 3)
    assert things(desk)["S3.8"] == 1

    ask(desk.running.url, "DELETE", "faults")
    code, steps = ticked(desk)
    assert (code, "scan" in steps, steps["scan_hub"]["findings"] > 0) == (0, False, True)
    assert things(desk)["S3.8"] == 1
    assert things(desk)["Recon:EC2/PortProbeUnprotectedPort"] == 1  # what GuardDuty told Security Hub

    code, steps = ticked(desk)
    assert (code, {"scan", "scan_hub"} & steps.keys()) == (0, set())
