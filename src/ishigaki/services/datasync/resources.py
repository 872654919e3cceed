"""DataSync: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, Source, resource


@resource(
    "AWS::DataSync::Task",
    listed_by=call("datasync", "ListTasks", MaxResults=100),
    at="Tasks",
    id="{TaskArn}",
    name="{TaskArn!name}",
    detail=Source(call("datasync", "DescribeTask", TaskArn="{TaskArn}")),
)
class Task(Resource):
    """A transfer task."""

    log_level: str = member(at="Options.LogLevel", values=("OFF", "BASIC", "TRANSFER"))
    log_group: str | None = member(
        at="CloudWatchLogGroupArn", absent=None, why="AWS shows the log group that was given for the task"
    )
    task_mode: str = member(absent="BASIC", values=("BASIC", "ENHANCED"), why="BASIC (default)")
