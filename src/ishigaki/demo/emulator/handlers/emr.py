"""EMR: block public access is on from the first day, with an exception for SSH."""

from collections.abc import Mapping

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, now

SSH = {"MinRange": 22, "MaxRange": 22}


def get_block(context: Context, _: Params) -> Answer:
    """GetBlockPublicAccessConfiguration."""
    account = context.emulator.account(context.account)
    metadata = {"CreationDateTime": account.created, "CreatedByArn": f"arn:aws:iam::{context.account}:root"}
    default = {
        "BlockPublicAccessConfiguration": {
            "BlockPublicSecurityGroupRules": True,
            "PermittedPublicSecurityGroupRuleRanges": [SSH],
        },
        "BlockPublicAccessConfigurationMetadata": metadata,
    }
    return {**context.settings.get("block", default)}


def put_block(context: Context, params: Params) -> Answer:
    """PutBlockPublicAccessConfiguration."""
    metadata = {"CreationDateTime": now(), "CreatedByArn": f"arn:aws:iam::{context.account}:root"}
    context.settings["block"] = {
        "BlockPublicAccessConfiguration": dict(params["BlockPublicAccessConfiguration"]),
        "BlockPublicAccessConfigurationMetadata": metadata,
    }
    return {}


HANDLERS: Mapping[str, Handler] = {
    "GetBlockPublicAccessConfiguration": get_block,
    "PutBlockPublicAccessConfiguration": put_block,
}
