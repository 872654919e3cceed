"""Step Functions: what is required."""

from __future__ import annotations

from typing import Literal

from ishigaki.core.control import Parameters, cannot_tell, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.step_functions.resources import StateMachine

LEVELS = ("OFF", "FATAL", "ERROR", "ALL")  # each logs what those before it log, and more


class Level(Parameters, frozen=True):
    """What AWS lets an account set of StepFunctions.1; any level will do unless it does."""

    log_level: Literal["ALL", "ERROR", "FATAL"] | None = None


@control(
    "StepFunctions.1",
    examples=[
        passes(StateMachine(logging_level="ALL")),
        passes(StateMachine(logging_level="FATAL")),
        passes(StateMachine(logging_level="ERROR"), asked=Level(log_level="ERROR")),
        passes(StateMachine(logging_level="ALL"), asked=Level(log_level="ERROR")),
        fails("not_logged", StateMachine(logging_level="OFF")),
        cannot_tell(StateMachine(logging_level="DEBUG")),
        fails("not_logged", StateMachine(logging_level="OFF"), asked=Level(log_level="FATAL")),
        fails("low_level", StateMachine(logging_level="FATAL"), asked=Level(log_level="ERROR")),
        fails("low_level", StateMachine(logging_level="ERROR"), asked=Level(log_level="ALL")),
    ],
)
def logs_executions(machine: StateMachine, asked: Level) -> Faults:
    """A state machine logs its executions, at least at the level that the account asks for, where it asks for one.

    AWS calls the parameter the minimum level, so a level that logs more passes, too.
    """
    level = machine.logging_level
    if level not in LEVELS:
        raise Unseen("StateMachine.logging_level", UNKNOWN_VALUE)
    if level == "OFF":
        yield fault("not_logged")
    elif asked.log_level is not None and LEVELS.index(level) < LEVELS.index(asked.log_level):
        yield fault("low_level", level=level, wanted=asked.log_level)


CONTROLS = (logs_executions,)
