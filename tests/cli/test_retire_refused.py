"""`people retire` where the account cannot be entered: a mistake with its remedy, not a bug."""

from __future__ import annotations

from pathlib import Path

import pytest

from ishigaki.aws.access import NoEntry
from ishigaki.cli import retire
from ishigaki.core.estate import Account
from tests.cli.shell import ishigaki

ID = "111122223333"


class Closed:
    """Credentials that work, and no role that lets anybody in."""

    partition, home = "aws", "eu-west-1"

    def performing(self, target: object) -> None:
        raise AssertionError("nobody was let in")

    def enter(self, account: str, role: object) -> None:
        raise NoEntry("AccessDenied", f"{account} lets nobody in")


def test_an_account_that_lets_nobody_in_is_told(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(retire, "way_in", lambda *_: (Closed(), (Account(ID),)))
    assert ishigaki(monkeypatch, "people", "retire", "hanako", "--account", ID, "--why", "left") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{ID} lets nobody in (AccessDenied)" in said.err
