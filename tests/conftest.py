"""What holds for every test: property tests judge what comes out, never how long it took."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("ishigaki", deadline=None)
settings.load_profile("ishigaki")
