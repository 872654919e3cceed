"""The templates: clean, tight, and with rules for exactly what is read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ishigaki.core.usage import UsageError
from ishigaki.intake.events import READERS
from ishigaki.intake.patterns import RULES
from ishigaki.intake.template import FORWARDED, template

BUS = "arn:aws:events:ap-northeast-1:111122223333:event-bus/ishigaki-events"


@pytest.mark.parametrize("bus", ["", BUS], ids=["queue", "forwarding"])
def test_the_template_is_clean(bus: str, tmp_path: Path) -> None:
    (tmp_path / "events.json").write_text(json.dumps(template(bus), indent=2))
    lint = Path(sys.executable).with_name("cfn-lint")
    command = [str(lint), "--format", "parseable", str(tmp_path / "events.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def resources(bus: str = "") -> dict[str, Any]:
    made: dict[str, Any] = template(bus)["Resources"]
    return {name: r["Properties"] for name, r in made.items()}


def test_only_the_rules_may_send_and_nobody_without_tls() -> None:
    made = resources()
    for queue, policy in (("Queue", "QueuePolicy"), ("Failed", "FailedPolicy")):
        assert made[queue]["SqsManagedSseEnabled"] is True
        allow, deny = made[policy]["PolicyDocument"]["Statement"]
        senders = [arn["Fn::GetAtt"][0] for arn in allow["Condition"]["ArnEquals"]["aws:SourceArn"]]
        assert senders == [*RULES, FORWARDED]
        assert (allow["Effect"], allow["Principal"]) == ("Allow", {"Service": "events.amazonaws.com"})
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert deny["Action"] == "sqs:*"
    assert made["Queue"]["RedrivePolicy"]["maxReceiveCount"] == 5


def test_who_reads_may_receive_and_delete_and_no_more() -> None:
    (take,) = resources()["Consumer"]["PolicyDocument"]["Statement"]
    assert take["Action"] == ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    assert take["Resource"] == {"Fn::GetAtt": ["Queue", "Arn"]}


def test_a_stack_that_forwards_may_put_events_on_that_bus_alone() -> None:
    made = resources(BUS)
    assert set(made) == {"Forwarder", *RULES}
    (policy,) = made["Forwarder"]["Policies"]
    assert policy["PolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Action": "events:PutEvents", "Resource": BUS}
    ]
    for name, rule in RULES.items():
        assert made[name]["Targets"][0]["Arn"] == BUS
        assert (made[name]["EventPattern"], made[name]["State"]) == (rule.pattern, rule.state)


def test_every_kind_of_event_that_a_rule_lets_through_has_a_reader() -> None:
    assert {kind for rule in RULES.values() for kind in rule.pattern["detail-type"]} <= READERS.keys()


@pytest.mark.parametrize("wrong", ["ishigaki-events", "arn:aws:sqs:eu-west-1:111122223333:q", f"{BUS} "])
def test_what_is_no_bus_is_a_mistake(wrong: str) -> None:
    with pytest.raises(UsageError) as no:
        template(wrong)
    assert no.value.code == "intake_bus"
