"""Step Functions: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER


@resource(
    "AWS::StepFunctions::StateMachine",
    listed_by=call("stepfunctions", "ListStateMachines", maxResults=1000),
    at="stateMachines",
    id="{stateMachineArn}",
    name="{name}",
)
class StateMachine(Resource):
    """A state machine, standard or express."""

    logging_level: str = facet(
        call(
            "stepfunctions",
            "DescribeStateMachine",
            stateMachineArn="{stateMachineArn}",
            includedData="METADATA_ONLY",  # neither the definition nor the key that it is encrypted with
            secret=("definition", "description", "variableReferences.*"),
        ),
        at="loggingConfiguration.level",
        absent={NOT_IN_ANSWER: "OFF"},
        why="By default, the level is set to OFF",
    )
