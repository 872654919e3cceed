"""What AWS said, where it was asked, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

import jmespath
import msgspec

GLOBAL = "aws-global"
Scope = Literal["region", "global"]  # where a type is listed: in every Region, or once per account


# Where each partition keeps its global services; some of their APIs answer nowhere else.
HOMES: Mapping[str, str] = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


def partition_home(partition: str) -> str:
    """The Region of a partition that its global services are asked in."""
    return HOMES.get(partition, HOMES["aws"])


class Answer(msgspec.Struct, frozen=True):
    """What AWS said to a call: the pages seen, and the error that ended them, if one did."""

    pages: tuple[Mapping[str, Any], ...] = ()
    error: str = ""
    message: str = ""
    at: str = ""

    @property
    def merged(self) -> Mapping[str, Any]:
        """The pages as one: lists joined, everything else from the first page that has it."""
        if len(self.pages) == 1:
            return self.pages[0]
        whole: dict[str, Any] = {}
        for page in self.pages:
            for name, value in page.items():
                if isinstance(value, list) and isinstance(whole.get(name), list):
                    whole[name] = whole[name] + value
                else:
                    whole.setdefault(name, value)
        return whole


class Place(msgspec.Struct, frozen=True):
    """Where a unit of work looks: one account, and one of its Regions or `aws-global`.

    `others` are the Regions that are looked at beside this one.
    """

    account: str
    region: str
    partition: str = "aws"
    others: tuple[str, ...] = ()

    @property
    def asked_in(self) -> str:
        """The Region that calls go to: global things are asked in the partition's own home."""
        return partition_home(self.partition) if self.region == GLOBAL else self.region

    @property
    def scope(self) -> Scope:
        """The scope of the types that are listed here."""
        return "global" if self.region == GLOBAL else "region"

    def leaves(self, region: str) -> bool:
        """Whether a thing of that Region is looked at there, so that here it only has to be known."""
        return self.region not in (GLOBAL, region) and region in self.others


class Gap(msgspec.Struct, frozen=True):
    """Something that could not be read: which type, by which operation, why (AWS's code), of which item."""

    type: str
    operation: str
    permission: str
    code: str
    region: str
    item: str = ""


@cache
def _compiled(path: str) -> Any:
    return jmespath.compile(path)


def search(path: str, page: Any) -> Any:
    """What lies at a JMESPath; the page itself where the path is empty."""
    return _compiled(path).search(page) if path else page


def listed(path: str, page: Any) -> Sequence[Any]:
    """The items at a JMESPath: a list as it is, one thing as a list of one, nothing as none."""
    found = search(path, page)
    return found if isinstance(found, list) else () if found is None else (found,)
