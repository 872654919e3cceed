"""The process: quick to start, gone when it is stopped, gone when its parent is."""

import os
import signal
import subprocess
import sys
import time

import pytest

from ishigaki.demo.emulator.server import main, start
from tests.demo.conftest import Aws, Control, ask

PARENT = """
import sys, time
from ishigaki.demo.emulator.server import start
print(start().pid, flush=True)
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int, *, within: float) -> bool:
    """Whether a process ends in time."""
    end = time.monotonic() + within
    while time.monotonic() < end and is_alive(pid):
        time.sleep(0.05)
    return not is_alive(pid)


def test_it_starts_on_loopback_and_stops() -> None:
    emulator = start()
    try:
        assert emulator.url.startswith("http://127.0.0.1:")
        assert ask(emulator.url, "GET", "health") == {"pid": emulator.pid}
    finally:
        emulator.stop()
    assert gone(emulator.pid, within=1)
    emulator.stop()


def test_it_dies_with_its_parent_even_when_that_is_killed() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert gone(child, within=5)


def test_wrong_arguments_are_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eighty"]) == 2
    assert "usage" in capsys.readouterr().err


def test_the_same_calls_make_the_same_identifiers(aws: Aws, control: Control) -> None:
    first = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    control("POST", "reset")
    assert aws.client("kms").create_key()["KeyMetadata"]["KeyId"] == first
