"""A PostgreSQL of the tests' own: made in a temporary folder, behind a socket, with a password, gone afterwards."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import sqlalchemy as sa

from ishigaki.store.database import engine

USER = "ishigaki"
NOBODY = 65534  # PostgreSQL does not run as root
SETTINGS = {"listen_addresses": "", "fsync": "off", "full_page_writes": "off", "shared_buffers": "16MB"}
PROGRAMS = Path("/usr/lib/postgresql")  # one folder per version, as Debian has it
ENGINES = ("sqlite", "postgresql")


class Server:
    """A running server, reached by its socket."""

    def __init__(self, folder: Path, password: str) -> None:
        self.folder, self.password = folder, password
        self._numbers = count(1)

    def url(self, name: str, *, user: str = USER, password: str = "") -> str:
        return f"postgresql://{user}:{password or self.password}@/{name}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database."""
        name = f"store_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def _programs() -> Path:
    """Debian's folder of the newest PostgreSQL. A machine without one cannot run these tests, and says so."""
    found = sorted(PROGRAMS.glob("*/bin"), key=lambda p: int(p.parent.name))
    if not found:
        raise RuntimeError("PostgreSQL is missing: run `make tools`, or apt-get install postgresql")
    return found[-1]


def _as_another(command: list[str]) -> list[str]:
    """A command that does not run as root, and that the kernel ends with us, even if we are killed."""
    other = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.getuid() == 0 else []
    return ["setpriv", *other, "--pdeathsig=QUIT", *command]


@contextmanager
def running() -> Iterator[Server]:
    """A server from `initdb` to its end."""
    programs, password = _programs(), secrets.token_urlsafe(12)
    with TemporaryDirectory(prefix="pg", dir="/tmp") as made:
        folder = Path(made)
        data, told = folder / "data", folder / "password"
        told.write_text(password)
        if os.getuid() == 0:
            for path in (folder, told):
                os.chown(path, NOBODY, NOBODY)
        initdb = [
            str(programs / "initdb"),
            "--auth=scram-sha-256",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        ]
        start = [*initdb, f"--username={USER}", f"--pwfile={told}", f"--pgdata={data}"]
        subprocess.run(_as_another(start), cwd=folder, check=True, capture_output=True)
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        serve = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), *settings]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(_as_another(serve), cwd=folder, stderr=log) as run,
        ):
            try:
                server = Server(folder, password)
                _wait(server, run)
                yield server
            finally:
                run.terminate()
                try:
                    run.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    run.kill()


def _wait(server: Server, run: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        try:
            psycopg.connect(server.url("postgres")).close()
        except psycopg.OperationalError:
            if run.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise RuntimeError((server.folder / "log").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def empty(postgres: Server) -> Iterator[str]:
    """An empty PostgreSQL database, by its URL."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a store may be, empty: a folder (SQLite), and a URL (PostgreSQL)."""
    url: str = request.getfixturevalue("empty") if request.param == "postgresql" else ""
    return url or tmp_path / "store"


@pytest.fixture
def database(place: Path | str) -> Iterator[sa.Engine]:
    """A store's database at its newest version, once on each engine."""
    made = engine(place)
    try:
        yield made
    finally:
        made.dispose()
