"""The accounts of an organization, with their OU paths and tags. Asks; does not act (see `core.gather`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.answer import Answer
from ishigaki.core.call import Call, call
from ishigaki.core.estate import Discovered
from ishigaki.core.gather import Asking
from ishigaki.core.unseen import Unseen

ROOTS = call("organizations", "ListRoots")
OUS = call("organizations", "ListOrganizationalUnitsForParent", ParentId="{Id}")
ACCOUNTS = call("organizations", "ListAccountsForParent", ParentId="{Id}")
TAGS = call("organizations", "ListTagsForResource", ResourceId="{Id}")
CALLS = (ROOTS, OUS, ACCOUNTS, TAGS)


def discover(region: str) -> Asking[tuple[Discovered, ...]]:
    """Every account below every root. Raises `Unseen` where Organizations does not answer: a part of an
    organization would look like the whole."""
    roots = yield from _items([ROOTS.filled({}, region=region)], "Roots")
    level = [(root, "") for root in roots]
    found: list[tuple[Mapping[str, Any], str]] = []
    while level:
        parents = [(p["Id"], path) for p, path in level]
        for parent, path in parents:
            accounts = yield from _items([ACCOUNTS.filled({"Id": parent}, region=region)], "Accounts")
            found += [(account, path) for account in accounts]
        deeper: list[tuple[Mapping[str, Any], str]] = []
        for parent, path in parents:
            units = yield from _items([OUS.filled({"Id": parent}, region=region)], "OrganizationalUnits")
            deeper += [(unit, f"{path}/{unit['Name']}".lstrip("/")) for unit in units]
        level = deeper
    answers = (yield [TAGS.filled(account, region=region) for account, _ in found]) if found else ()
    discovered: list[Discovered] = []
    for (account, path), answer in zip(found, answers, strict=True):
        tags = {t["Key"]: t["Value"] for t in _list(answer, "Tags")}
        active = account.get("State", account.get("Status")) == "ACTIVE"
        discovered.append(Discovered(account["Id"], account.get("Name", ""), path, tags, active))
    return tuple(discovered)


def _items(calls: list[Call], at: str) -> Asking[list[Mapping[str, Any]]]:
    answers = yield calls
    return [item for answer in answers for item in _list(answer, at)]


def _list(answer: Answer, at: str) -> list[Mapping[str, Any]]:
    if answer.error:
        raise Unseen("organizations", answer.error)
    return [item for page in answer.pages for item in page.get(at, ())]
