"""KMS: a key's default policy may be asked for without its name; aliases of AWS's keys are listed lazily."""

from collections.abc import Mapping

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params

AWS_ALIAS = "alias/aws/"


def get_policy(context: Context, params: Params) -> Answer:
    """GetKeyPolicy: the name may be left out, there is only `default`."""
    answer = context.moto({**params, "PolicyName": "default"})
    return {"PolicyName": "default", **answer}


def list_aliases(context: Context, params: Params) -> Answer:
    """ListAliases: an alias of AWS's names its key only once the key is made, by its first use."""
    keys = context.backend().keys
    answer = context.moto(params)
    answer["Aliases"] = [
        {k: v for k, v in alias.items() if k != "TargetKeyId" or v in keys} for alias in answer["Aliases"]
    ]
    return answer


HANDLERS: Mapping[str, Handler] = {"GetKeyPolicy": get_policy, "ListAliases": list_aliases}
