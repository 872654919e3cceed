"""What holds for every test: properties judge what comes out, never how long it took; no store is anybody's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

pytest_plugins = ("tests.cli.shell", "tests.store.postgres")

settings.register_profile("ishigaki", deadline=None)
settings.load_profile("ishigaki")


@pytest.fixture(scope="session", autouse=True)
def no_database_of_ours() -> Iterator[None]:
    """Whoever runs the tests may have a database in the environment, and the tests are not to write into it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("ISHIGAKI_DATABASE", raising=False)
        yield
