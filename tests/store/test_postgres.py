"""The tests' own PostgreSQL leaves nothing behind, however its tests end."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.store import postgres as servers
from tests.store.postgres import Server, running

PROGRAM = """
import sys
from tests.store.postgres import running
with running() as server:
    print((server.folder / "data" / "postmaster.pid").read_text().split()[0], server.folder, flush=True)
    sys.stdin.read()
"""


def test_the_server_ends_when_whoever_started_it_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as tests:
        assert tests.stdout is not None
        number, folder = tests.stdout.readline().split()
        server = os.pidfd_open(int(number))
        tests.kill()
    ended, _, _ = select.select([server], [], [], 20)
    os.close(server)
    shutil.rmtree(folder.decode())
    assert ended


def test_the_server_ends_and_its_folder_goes() -> None:
    with running() as server:
        number = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    assert not server.folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_the_server_asks_for_its_password(postgres: Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(postgres.url("postgres", password="wrong"))


def test_a_machine_without_postgresql_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(servers, "PROGRAMS", tmp_path)
    with pytest.raises(RuntimeError, match="apt-get install postgresql"), running():
        pass
