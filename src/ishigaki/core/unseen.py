"""The core's one exception: something was asked for that was not seen."""

from __future__ import annotations


class Unseen(Exception):
    """A control read what was not collected. `what` names it, `code` says why (mostly AWS's error code)."""

    def __init__(self, what: str, code: str) -> None:
        super().__init__(f"{what}: {code}")
        self.what, self.code = what, code


NOT_IN_ANSWER = "NotInAnswer"  # AWS answered, and the member was not there
NOT_COLLECTED = "NotCollected"  # nobody asked AWS: at run time a fault of ours, see tests/laws
UNDECODABLE = "Undecodable"  # AWS answered with something that is not what its model says
UNKNOWN_VALUE = "UnknownValue"  # a value newer than this product
NOT_OFFERED = (
    "ServiceNotOffered"  # the service does not exist in this Region: there is nothing to judge there
)
