"""Lambda: a statement's id serves once in a function's policy."""

from collections.abc import Mapping

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused


def add_permission(context: Context, params: Params) -> Answer:
    """AddPermission."""
    function = context.backend().get_function(params["FunctionName"], params.get("Qualifier"))
    if any(statement["Sid"] == params["StatementId"] for statement in function.policy.statements):
        message = f"The statement id ({params['StatementId']}) provided already exists."
        raise Refused("ResourceConflictException", message, status=409)
    return context.moto()


HANDLERS: Mapping[str, Handler] = {"AddPermission": add_permission}
