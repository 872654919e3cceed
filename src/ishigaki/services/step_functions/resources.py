"""Step Functions: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::StepFunctions::StateMachine",
    listed_by=call("stepfunctions", "ListStateMachines", maxResults=1000),
    at="stateMachines",
    id="{stateMachineArn}",
    name="{name}",
)
class StateMachine(Resource):
    """A state machine, standard or express."""
