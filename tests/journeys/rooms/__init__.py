"""Things as they should be and as they should not be, room by room: `SHOWN` says which controls tell them apart,
`CANNOT_SHOW` why the emulator cannot show what the others are about."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from tests.journeys.rooms.thing import Make

MODULES = [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__) if m.name != "thing"]
SHOWN: Mapping[Make, str] = {make: controls for m in MODULES for make, controls in m.SHOWN.items()}
CANNOT_SHOW: Mapping[str, str] = {control: why for m in MODULES for control, why in m.CANNOT_SHOW.items()}
