"""CloudWatch Logs: what is required."""

from __future__ import annotations

from typing import Literal

from ishigaki.core.control import Parameters, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.logs.resources import LogGroup


class Retention(Parameters, frozen=True):
    """What AWS lets an account set of CloudWatch.16: for how many days log groups keep their events at least."""

    min_retention_time: Literal[365, 400, 545, 731, 1827, 3653] = 365


SHORT = LogGroup(retention_in_days=30, retention_policy_name="", log_group_class="STANDARD")
YEAR = replace(SHORT, retention_in_days=365)
FIVE_YEARS = Retention(min_retention_time=1827)


@control(
    "CloudWatch.16",
    examples=[
        passes(YEAR),
        passes(replace(SHORT, retention_in_days=None)),
        passes(replace(SHORT, retention_in_days=None), asked=FIVE_YEARS),
        passes(replace(SHORT, retention_in_days=1827), asked=FIVE_YEARS),
        fails("short", SHORT),
        fails("short", replace(SHORT, retention_in_days=180)),
        fails("short", YEAR, asked=FIVE_YEARS),
        fails("short", replace(SHORT, retention_in_days=None, log_group_class="DELIVERY")),
    ],
)
def keeps_logs(group: LogGroup, asked: Retention) -> Faults:
    """The log group keeps its events for ever or for as many days as are asked for at least; what account-level
    policy it has that from is not asked. A group of the Delivery class keeps them for a day, whatever it is set to."""
    kept = group.kept_days
    if kept is not None and kept < asked.min_retention_time:
        yield fault("short", days=kept, least=asked.min_retention_time)


CONTROLS = (keeps_logs,)
