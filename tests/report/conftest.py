"""Every control of the catalogue has words here, whatever the rooms say today."""

from __future__ import annotations

import pytest

from ishigaki import texts
from ishigaki.standards import catalogue
from tests.report.estate import words_of


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {control: words_of(control) for control in catalogue()}
    monkeypatch.setattr(texts, "_texts", lambda: said)
