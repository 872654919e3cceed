"""Commands as they are typed, in a folder that knows nothing of this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ishigaki.cli.language import CHOSEN
from ishigaki.cli.main import run


def ishigaki(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run a command as it is typed; its exit code."""
    monkeypatch.setattr(sys, "argv", ["ishigaki", *arguments])
    with pytest.raises(SystemExit) as ended:
        run()
    code = ended.value.code
    return code if isinstance(code, int) else 0


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, in English, without any AWS configuration of the machine."""
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    CHOSEN.set(None)
    return tmp_path
