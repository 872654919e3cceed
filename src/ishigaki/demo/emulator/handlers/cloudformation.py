"""CloudFormation: the protection of stacks against deletion."""

from collections.abc import Mapping

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused


def protect(context: Context, params: Params) -> Answer:
    """UpdateTerminationProtection."""
    for stack in context.backend().stacks.values():
        if params["StackName"] in (stack.name, stack.stack_id):
            stack.enable_termination_protection = params["EnableTerminationProtection"]
            return {"StackId": stack.stack_id}
    raise Refused("ValidationError", f"Stack [{params['StackName']}] does not exist", status=400)


HANDLERS: Mapping[str, Handler] = {"UpdateTerminationProtection": protect}
