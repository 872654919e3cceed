"""One emulator, furnished as the company, and one scan of it, for every journey that only reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ishigaki.aws.access import Access
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.estate import Account, accounts_of, parse
from ishigaki.demo.company import estate
from ishigaki.demo.emulator.server import Running, start
from ishigaki.demo.furnish import furnish
from ishigaki.flows.scan import Outcome, scan
from ishigaki.standards.choice import Ask, choose
from tests.journeys.workshop import ID, Workshop


@dataclass(frozen=True)
class Company:
    """The furnished emulator, how it is entered, and what a scan of it gave."""

    running: Running
    accounts: tuple[Account, ...]
    folder: Path

    def access(self) -> Access:
        return Access(home="ap-northeast-1", salt="test")


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    before = dict(os.environ)
    running = start()
    folder = tmp_path_factory.mktemp("company")
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_ENDPOINT_URL": running.url,
        "AWS_CONFIG_FILE": str(folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
        "AWS_ACCESS_KEY_ID": "furnish",
        "AWS_SECRET_ACCESS_KEY": "furnish",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    credentials = furnish(running.url)
    os.environ |= {
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
    }
    (folder / "estate.toml").write_text(estate("en"), encoding="utf-8")
    accounts = accounts_of(parse((folder / "estate.toml").read_text(encoding="utf-8"), file="estate.toml"))
    yield Company(running, accounts, folder)
    running.stop()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def asked() -> Ask:
    """The default scan."""
    return choose()


@pytest.fixture(scope="session")
def seen(company: Company, asked: Ask) -> Outcome:
    """A scan of every account of the company, kept in its folder."""
    return scan(company.access(), company.accounts, asked, folder=company.folder / "store", now=EXAMPLE_NOW)


@pytest.fixture(scope="session")
def changed() -> Iterator[Running]:
    """One emulator for all modules that change it: to start one takes seconds, to empty it none."""
    running = start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def emulator(changed: Running, tmp_path_factory: pytest.TempPathFactory) -> Running:
    """An empty emulator, which the tests of a module may change."""
    Workshop(changed, tmp_path_factory.mktemp("emptied")).control("POST", "reset")
    return changed


def enter(emulator: Running, folder: Path, patch: pytest.MonkeyPatch) -> Workshop:
    """An untouched account of the emulator, whose credentials are in the environment."""
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        patch.delenv(name)
    for name, value in {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_CONFIG_FILE": str(folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
        "AWS_ACCESS_KEY_ID": ID,
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        patch.setenv(name, value)
    shop = Workshop(emulator, folder / "store")
    shop.control("POST", "reset")
    shop.control("DELETE", "faults")
    shop.control("PUT", "accounts", {"id": ID})
    return shop


@pytest.fixture
def workshop(emulator: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """An untouched account, entered with its own credentials."""
    return enter(emulator, tmp_path, monkeypatch)
