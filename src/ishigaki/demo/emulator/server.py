"""Start and stop: the emulator is a child process on a free loopback port and dies with its parent."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

WITH_PARENT = "--with-parent"
ENVIRONMENT = {  # read by moto when it is imported
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "false",
    "MOTO_ACM_VALIDATION_WAIT": "0",
    "AWS_ACCESS_KEY_ID": "emulator",
    "AWS_SECRET_ACCESS_KEY": "emulator",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class EmulatorError(Exception):
    """The emulator did not start."""


@dataclass(frozen=True, slots=True)
class Running:
    """An emulator that answers at `url`."""

    url: str
    pid: int
    process: "subprocess.Popen[str]"

    def stop(self) -> None:
        """End the process and wait until it is gone; stopping twice is harmless."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.terminate()
        self.process.wait(timeout=10)
        if self.process.stdout:
            self.process.stdout.close()


def start() -> Running:
    """Start an emulator; it ends with `stop()` or when this process ends, however it ends."""
    command = [sys.executable, "-m", "ishigaki.demo.emulator", "0", WITH_PARENT]
    search = os.pathsep.join(path for path in sys.path if path)
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a Ctrl-C is its parent's to answer; it ends with it
        env={**os.environ, "PYTHONPATH": search},
    )
    line = ""
    try:
        line = process.stdout.readline() if process.stdout else ""
    finally:
        if not line:  # it failed, or we were interrupted while we waited
            process.kill()
            process.wait(timeout=10)
    if not line:
        raise EmulatorError("the emulator did not start; it needs the extra ishigaki[demo]")
    told = json.loads(line)
    return Running(url=told["url"], pid=told["pid"], process=process)


def main(arguments: Sequence[str]) -> int:
    """Serve on 127.0.0.1 at the port given (0: a free one) until ended."""
    ports = [argument for argument in arguments if argument != WITH_PARENT]
    if len(ports) != 1 or not ports[0].isdigit():
        print("usage: python -m ishigaki.demo.emulator PORT", file=sys.stderr)
        return 2
    os.environ.update(ENVIRONMENT)
    # Late, because moto reads its environment when it is imported, and the parent may not have moto at all.
    serving = import_module("ishigaki.demo.emulator.serving")
    serving.serve(int(ports[0]), with_parent=WITH_PARENT in arguments)
    return 0
