"""Regions: which must be opted in to, and what a Region answers that was not."""

from functools import cache
from typing import Any

import botocore.session

from ishigaki.demo.emulator.state import Account, Refused
from ishigaki.demo.emulator.wire import Asked

ALWAYS_ON = frozenset(
    {
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
        "ca-central-1",
        "sa-east-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "eu-central-1",
        "eu-north-1",
        "ap-south-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-southeast-1",
        "ap-southeast-2",
    }
)
REFUSALS = {  # how services word it when the Region does not know the account
    "ec2": ("AuthFailure", "AWS was not able to validate the provided access credentials", 401),
    "s3": ("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403),
}
TOKEN_INVALID = "The security token included in the request is invalid."


@cache
def _botocore() -> Any:
    """One session for every question: it keeps the endpoints and models that it has read."""
    return botocore.session.get_session()


@cache
def all_regions() -> tuple[str, ...]:
    """Every Region of the partition that botocore knows."""
    return tuple(_botocore().get_available_regions("ec2"))


def is_enabled(account: Account, region: str) -> bool:
    """Whether the account can use the Region."""
    if region in ALWAYS_ON or region not in all_regions():
        return True  # the partition's own names (aws-global) are no Regions to opt in to
    return account.regions.get(region, "DISABLED") == "ENABLED"


def check_region(account: Account, asked: Asked) -> None:
    """Refuse as AWS does in a Region the account has not opted in to."""
    if is_enabled(account, asked.region):
        return
    if asked.service in REFUSALS:
        code, message, status = REFUSALS[asked.service]
        raise Refused(code, message, status=status)
    code = "InvalidClientTokenId" if asked.xml else "UnrecognizedClientException"
    raise Refused(code, TOKEN_INVALID, status=403 if asked.xml else 400)


@cache
def offered(service: str, region: str) -> bool:
    """Whether a service exists in a Region, as far as botocore's list of endpoints knows."""
    known = _botocore().get_available_regions(service, allow_non_regional=True)
    return not known or region in known or "aws-global" in known
