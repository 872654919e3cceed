"""How many Availability Zones AWS lets an account ask for, wherever a control asks for several."""

from __future__ import annotations

from typing import Literal

from ishigaki.core.control import Parameters


class Zones(Parameters, frozen=True):
    """What AWS lets an account set of AutoScaling.2, ELB.10 and ELB.13."""

    min_availability_zones: Literal[2, 3, 4, 5, 6] = 2
