"""What a process of the bench has spent, and how one is started."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PEAK = re.compile(r"VmHWM:\s*(\d+) kB")


def spent() -> dict[str, float]:
    """CPU (user and system) of this process since it began, and the most memory it held.

    The peak is read from /proc: getrusage's survives exec, so a child would report its parent's.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    peak = PEAK.search(Path("/proc/self/status").read_text())
    return {
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_mb": round(int(peak[1]) / 1024, 1) if peak else 0.0,
    }


def told(
    module: str, asked: Mapping[str, Any], *, environment: Mapping[str, str], limit: float = 60
) -> dict[str, Any]:
    """Run a module of the bench in a process of its own; what it prints, and how long it took in all.

    Raises `subprocess.TimeoutExpired` where it takes more seconds than the limit.
    """
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", module, json.dumps(asked)],
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=limit,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return {**said, "wall_s": round(time.monotonic() - began, 2)}


def alone() -> dict[str, str]:
    """This environment without anybody's AWS configuration or proxies."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and "proxy" not in k.lower()}
    kept["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), *filter(None, [kept.get("PYTHONPATH")])])
    return {
        **kept,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def installed(bytecode: Path) -> dict[str, str]:
    """The same for a program that finds its bytecode (after a first run, in this folder), as an installed one does."""
    kept = {k: v for k, v in alone().items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(bytecode)}
