"""CloudFormation: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.services.cloudformation.resources import Stack

ROOT = Stack(
    id="arn:aws:cloudformation:ap-northeast-1:111122223333:stack/example/1",
    enable_termination_protection=True,
    root_id=None,
    role_arn="arn:aws:iam::111122223333:role/deploy",
)
BARE = replace(ROOT, enable_termination_protection=False)
NESTED = replace(BARE, id=f"{ROOT.id}-nested", root_id=ROOT.id)


@control(
    "CloudFormation.3",
    examples=[
        passes(ROOT),
        passes(NESTED, ROOT),
        fails("not_protected", BARE),
        fails("not_protected", replace(NESTED, enable_termination_protection=True), BARE),
    ],
)
def cannot_be_deleted_by_mistake(stack: Stack, stacks: Given[Stack]) -> Faults:
    """Termination protection of the stack is on.

    It can be set on a root stack only, and what is chosen there holds for all that are nested in it: a nested stack is
    judged by its root.
    """
    if not root_of(stack, stacks).enable_termination_protection:
        yield fault("not_protected")


def root_of(stack: Stack, stacks: Given[Stack]) -> Stack:
    """The stack that a nested stack belongs to; itself where it is not nested."""
    if stack.root_id is None:
        return stack
    for root in stacks.by("id")[stack.root_id]:
        return root
    raise Unseen(f"Stack {stack.root_id}", NOT_IN_ANSWER)


@control(
    "CloudFormation.4",
    examples=[
        passes(ROOT),
        fails("no_role", replace(ROOT, role_arn=None)),
    ],
)
def has_service_role(stack: Stack) -> Faults:
    """The stack has a service role. Those of service-managed stack sets cannot have one and fail, as with AWS."""
    if not stack.role_arn:
        yield fault("no_role")


CONTROLS = (cannot_be_deleted_by_mistake, has_service_role)
