"""What holds for every test: property tests judge what comes out, never how long it took; and there is a PostgreSQL."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ("tests.store.postgres",)

settings.register_profile("ishigaki", deadline=None)
settings.load_profile("ishigaki")
