"""What is paid before any work: the time a command takes to start, and the size of what is installed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.spent import ROOT, alone

START = "from ishigaki.cli.main import run; run()"
TRIES = 5


def startup() -> dict[str, float]:
    """The shortest of some runs of the whole process, in seconds."""
    return {option: _fastest(["--" + option]) for option in ("version", "help")}


def _fastest(arguments: Sequence[str]) -> float:
    took = []
    for _ in range(TRIES):
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-c", START, *arguments], env=alone(), check=True, stdout=subprocess.DEVNULL
        )
        took.append(time.monotonic() - began)
    return round(min(took), 3)


def install_mb(folder: Path) -> float:
    """The size of the site-packages of a fresh environment that holds only the base requirements."""
    fresh = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(fresh)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(fresh / "bin" / "python"), "install", "-qq"]
    wanted = ["--require-hashes", "-r", str(ROOT / "requirements" / "base.txt")]
    subprocess.run([*pip, *wanted], check=True, stdout=subprocess.DEVNULL)
    (packages,) = fresh.glob("lib/python*/site-packages")
    return round(sum(f.stat().st_size for f in packages.rglob("*") if f.is_file()) / 1e6, 1)
