"""What is said while a plan is carried out: in the language chosen, and plainly where nobody answers."""

from __future__ import annotations

from threading import Thread

import click
import pytest

from ishigaki.cli import carry
from ishigaki.cli.language import CHOSEN
from ishigaki.core.outcome import Outcome
from ishigaki.core.usage import UsageError
from ishigaki.flows.carrying import Result
from tests.report import plans


@pytest.fixture(autouse=True)
def japanese() -> None:
    CHOSEN.set("ja")


def test_results_are_told_in_the_language_chosen_from_any_thread(capsys: pytest.CaptureFixture[str]) -> None:
    change = plans.change(1, "strengthen_password_policy", "iam:UpdateAccountPasswordPolicy")
    show = carry._watching()
    worker = Thread(target=show, args=(change, Result(change.id, Outcome.PROVEN)))
    worker.start()
    worker.join()
    said = capsys.readouterr().out
    assert "確認済み" in said
    assert "パスワードポリシー" in said


def test_no_answer_and_a_wrong_answer_change_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(*_: object, **__: object) -> str:
        raise click.Abort

    monkeypatch.setattr(click, "prompt", nobody)
    with pytest.raises(click.Abort):
        carry._asked("?", "yes")
    assert "--yes" in capsys.readouterr().err
    monkeypatch.setattr(click, "prompt", lambda *_, **__: "no")
    with pytest.raises(UsageError):
        carry._asked("?", "yes")
    monkeypatch.setattr(click, "prompt", lambda *_, **__: " YES ")
    carry._asked("?", "yes", "はい")
