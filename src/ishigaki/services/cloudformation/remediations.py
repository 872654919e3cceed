"""CloudFormation: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.cloudformation.resources import Stack

BARE = Stack(
    id="arn:aws:cloudformation:ap-northeast-1:111122223333:stack/example/1",
    stack_status="CREATE_COMPLETE",
    enable_termination_protection=False,
    root_id=None,
)
GOING = ("DELETE_IN_PROGRESS", "DELETE_COMPLETE")  # the only states in which AWS does not take it


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(BARE),
        mends(replace(BARE, stack_status="ROLLBACK_COMPLETE")),
        leaves(replace(BARE, enable_termination_protection=True)),
        leaves(replace(BARE, stack_status="DELETE_IN_PROGRESS")),
        leaves(
            replace(BARE, root_id="arn:aws:cloudformation:ap-northeast-1:1:stack/root/1"),
            skip="in_root_stack",
        ),
    ],
)
def protect_stack(stack: Stack) -> Changes:
    """Switches on termination protection of a root stack, and with it of all that are nested in it."""
    if stack.root_id is not None:
        yield skip("in_root_stack", root=stack.root_id)
        return
    if stack.enable_termination_protection or stack.stack_status in GOING:
        return
    yield change(
        alters(stack, enable_termination_protection=True),
        steps=[step("protect", _set(stack, on=True), undo=_set(stack, on=False))],
    )


def _set(stack: Stack, *, on: bool) -> Call:
    return call(
        "cloudformation", "UpdateTerminationProtection", StackName=stack.id, EnableTerminationProtection=on
    )


REMEDIATIONS = {"CloudFormation.3": protect_stack}
