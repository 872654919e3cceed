"""DataSync: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::DataSync::Task",
    listed_by=call("datasync", "ListTasks", MaxResults=100),
    at="Tasks",
    id="{TaskArn}",
    name="{TaskArn!name}",
)
class Task(Resource):
    """A transfer task."""
