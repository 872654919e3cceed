"""The engine: found in its place, AWS's keys left to us, and not one socket."""

from __future__ import annotations

import platform
import random
import signal
import subprocess
import sys
import textwrap

import pytest

from ishigaki.source.engine import finder
from tests.source import planted
from tests.source.corpus import planted_in

# The kernel itself kills the process at its first socket(): `prctl` is told so by a filter of four instructions.
SEALED = textwrap.dedent("""
    import ctypes, struct, sys
    number = {number}
    code = b"".join(struct.pack("HBBI", *i) for i in (
        (0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x80000000), (0x06, 0, 0, 0x7FFF0000)))
    held = ctypes.create_string_buffer(code)
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
    def seal():
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.prctl(38, 1, 0, 0, 0) == 0
        assert libc.prctl(22, 2, ctypes.byref(Program(4, ctypes.addressof(held)))) == 0, ctypes.get_errno()
""").format(number={"x86_64": 41, "aarch64": 198}.get(platform.machine(), -1))


def sealed(work: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"{SEALED}\nseal()\n{textwrap.dedent(work)}", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


linux = pytest.mark.skipif(sys.platform != "linux", reason="the seal is one of Linux's kernel")


@linux
def test_the_seal_bites() -> None:
    run = sealed("import socket\nsocket.socket()\nprint('through')")
    assert (run.returncode, run.stdout) == (-signal.SIGSYS, "")


@linux
def test_no_socket_is_opened_for_a_key_that_could_be_asked_about() -> None:
    rng = random.Random(6)
    key, token = planted.long_term(rng), f"ghp_{planted.words(rng, 36)}"
    text = f'AWS_ACCESS_KEY_ID={key.id}\nAWS_SECRET_ACCESS_KEY={key.secret}\nGITHUB_TOKEN="{token}"\n'
    run = sealed(
        """
        from ishigaki.flows.secrets import finding
        from ishigaki.source.engine import finder
        print([f.rule for f in finding(finder())("a.env", sys.argv[1])])
        """,
        text,
    )
    assert run.returncode == 0, run.stderr
    assert "aws-access-key" in run.stdout
    assert "github-pat" in run.stdout


@pytest.mark.parametrize("before", ["", "é\n", "日本語 🪣 "])
def test_a_finding_lies_where_it_is(before: str) -> None:
    token = f"ghp_{planted.words(random.Random(8), 36)}"
    text = f'{before}TOKEN = "{token}"\n'
    (hit,) = finder()("a.py", text)
    assert text[hit.start : hit.end] == hit.text == token


def test_the_keys_of_aws_are_left_to_us() -> None:
    find = finder()
    rules = {f.rule for s in planted_in(random.Random(9)) for f in find(s.path, s.text)}
    assert not any(rule.startswith("aws") for rule in rules)
