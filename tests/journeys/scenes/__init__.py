"""For every remediation the smallest account that asks for it; `CANNOT` says which the emulator cannot show, and why."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from tests.journeys.workshop import Furnish

MODULES = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
SCENES: Mapping[str, Furnish] = {name: scene for m in MODULES for name, scene in m.SCENES.items()}
CANNOT: Mapping[str, str] = {name: why for m in MODULES for name, why in m.CANNOT.items()}
