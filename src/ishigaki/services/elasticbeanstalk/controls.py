"""Elastic Beanstalk: what is required."""

from __future__ import annotations

from typing import Literal

from ishigaki.core.control import Parameters, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.elasticbeanstalk.resources import (
    HEALTH,
    LOGS,
    PLATFORM,
    UPDATES,
    Environment,
    Option,
)

Days = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653]

GOOD = {
    (HEALTH, "SystemType"): "enhanced",
    (UPDATES, "ManagedActionsEnabled"): "true",
    (PLATFORM, "UpdateLevel"): "minor",
    (LOGS, "StreamLogs"): "true",
    (LOGS, "RetentionInDays"): "365",
}


def _with(namespace: str = "", name: str = "", value: str = "") -> Environment:
    """An environment as it should be, but for one option."""
    options = {**GOOD, **({(namespace, name): value} if name else {})}
    return Environment(
        options=tuple(Option(namespace=n, option_name=o, value=v) for (n, o), v in options.items())
    )


@control(
    "ElasticBeanstalk.1",
    examples=[passes(_with()), fails("basic_health", _with(HEALTH, "SystemType", "basic"))],
)
def reports_enhanced_health(environment: Environment) -> Faults:
    """The environment's health reporting is the enhanced one."""
    if environment.option(HEALTH, "SystemType", "basic", "enhanced") == "basic":
        yield fault("basic_health")


class Updates(Parameters, frozen=True, rename="pascal"):
    """What AWS lets an account set of ElasticBeanstalk.2; no level is asked for unless it does."""

    update_level: Literal["minor", "patch"] | None = None


@control(
    "ElasticBeanstalk.2",
    examples=[
        passes(_with()),
        passes(_with(PLATFORM, "UpdateLevel", "patch")),
        passes(_with(), asked=Updates(update_level="minor")),
        passes(_with(PLATFORM, "UpdateLevel", "patch"), asked=Updates(update_level="patch")),
        fails("no_updates", _with(UPDATES, "ManagedActionsEnabled", "false")),
        fails("other_level", _with(), asked=Updates(update_level="patch")),
        fails(
            "no_updates",
            _with(UPDATES, "ManagedActionsEnabled", "false"),
            asked=Updates(update_level="minor"),
        ),
    ],
)
def applies_managed_updates(environment: Environment, asked: Updates) -> Faults:
    """Managed platform updates are on, and of the level that the account asks for, where it asks for one.

    The level has to be the same: AWS's rule fails where it does not match, so updates of minor versions do not
    meet a wish for patches.
    """
    if environment.option(UPDATES, "ManagedActionsEnabled", "true", "false") == "false":
        yield fault("no_updates")
    elif asked.update_level is not None:
        level = environment.option(PLATFORM, "UpdateLevel", "minor", "patch")
        if level != asked.update_level:
            yield fault("other_level", level=level, wanted=asked.update_level)


class Retention(Parameters, frozen=True, rename="pascal"):
    """What AWS lets an account set of ElasticBeanstalk.3; no period is asked for unless it does."""

    retention_in_days: Days | None = None


@control(
    "ElasticBeanstalk.3",
    examples=[
        passes(_with()),
        passes(_with(), asked=Retention(retention_in_days=365)),
        fails("not_streamed", _with(LOGS, "StreamLogs", "false")),
        fails("other_retention", _with(), asked=Retention(retention_in_days=400)),
        fails("other_retention", _with(), asked=Retention(retention_in_days=180)),
        fails(
            "not_streamed",
            _with(LOGS, "StreamLogs", "false"),
            asked=Retention(retention_in_days=365),
        ),
    ],
)
def streams_logs(environment: Environment, asked: Retention) -> Faults:
    """The environment's logs go to CloudWatch Logs, and are kept as long as the account asks for, where it does.

    AWS says "for the specified number of days": the same number, as its rules compare options.
    """
    if environment.option(LOGS, "StreamLogs", "true", "false") == "false":
        yield fault("not_streamed")
    elif asked.retention_in_days is not None:
        days = environment.option(LOGS, "RetentionInDays")
        if days != str(asked.retention_in_days):
            yield fault("other_retention", days=days, wanted=asked.retention_in_days)


CONTROLS = (reports_enhanced_health, applies_managed_updates, streams_logs)
