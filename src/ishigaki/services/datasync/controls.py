"""DataSync: what is required."""

from __future__ import annotations

from ishigaki.core.control import cannot_tell, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.datasync.resources import Task

GROUP = "arn:aws:logs:ap-northeast-1:111122223333:log-group:/aws/datasync"
LOGGED = Task(log_level="BASIC", log_group=GROUP, task_mode="BASIC")


@control(
    "DataSync.1",
    examples=[
        passes(LOGGED),
        passes(replace(LOGGED, log_level="TRANSFER")),
        passes(replace(LOGGED, log_group=None, task_mode="ENHANCED")),
        fails("log_level_off", replace(LOGGED, log_level="OFF")),
        fails("log_level_off", replace(LOGGED, log_level="OFF", log_group=None, task_mode="ENHANCED")),
        fails("no_log_group", replace(LOGGED, log_group=None)),
        fails("no_log_group", Task(log_group=None, task_mode="BASIC")),
        cannot_tell(Task(log_group=GROUP, task_mode="BASIC")),
    ],
)
def logs_transfers(task: Task) -> Faults:
    """The task logs to CloudWatch Logs, on whatever level.

    A task in Enhanced mode needs no log group: DataSync sends its logs to /aws/datasync by itself.
    """
    if task.log_group is None and task.task_mode != "ENHANCED":
        yield fault("no_log_group")
    elif task.log_level == "OFF":
        yield fault("log_level_off")


CONTROLS = (logs_transfers,)
