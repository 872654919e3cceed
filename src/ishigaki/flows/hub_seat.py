"""From where Security Hub is asked: as its administrator, in the aggregation Region, else Region by Region."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from ishigaki.aws.access import Access, Role
from ishigaki.aws.clients import Target
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call, call
from ishigaki.core.estate import Account
from ishigaki.core.unseen import NOT_OFFERED
from ishigaki.core.usage import UsageError

AGGREGATORS = call("securityhub", "ListFindingAggregators")
MEMBERS = call("securityhub", "ListMembers", OnlyAssociated=True)
ADMINISTRATOR = call("securityhub", "GetAdministratorAccount")
OFF = ("InvalidAccessException", NOT_OFFERED)
ENABLED = ("ENABLED", "Enabled")


class Seat(msgspec.Struct, frozen=True):
    """Which account is asked, in which Regions and what each shows, its members (None: not told), and the wanted Regions
    in which its hub is off, or could not be asked, with AWS's code."""

    account: str
    shows: Mapping[str, frozenset[str]]
    members: frozenset[str] | None
    unseen: Mapping[str, str]


Perform = Callable[[Call], Answer]


def aggregator(arn: str) -> Call:
    return call("securityhub", "GetFindingAggregator", FindingAggregatorArn=arn)


def take(
    access: Access,
    everyone: Sequence[Account],
    *,
    audit: str,
    only: Collection[str],
    regions: tuple[str, ...],
) -> tuple[Seat, Perform]:
    """The seat, and how calls are made from it: as the estate's audit account, or as the caller.

    Raises `NoEntry`, and `UsageError` where the hub is off, or is a member's and others are asked for.
    """
    account = audit or access.caller()
    target = enter(access, account, everyone)
    enabled = [r.name for r in access.regions(target) if r.enabled]
    wanted = [r for r in regions or enabled if r in enabled]
    perform = access.performing(target)
    said = _everywhere(perform, AGGREGATORS, wanted)
    on = [r for r, answer in said.items() if answer.error not in OFF]
    unseen = {
        r: said[r].error if r in said else "RegionNotEnabled" for r in regions or enabled if r not in on
    }
    if not on:
        raise UsageError("hub_off", account=account, regions=", ".join(wanted[:5]))
    _administers(perform, on[0], account, {a.id for a in everyone} if not only else set(only))
    listed = perform(MEMBERS.filled({}, region=on[0]))
    members = None if listed.error else frozenset(_members(listed))
    arns = (a["FindingAggregatorArn"] for r in on for a in said[r].merged.get("FindingAggregators", ()))
    home = next(arns, "")
    return Seat(account, _shows(perform, home, on, enabled), members, unseen), perform


def enter(access: Access, account: str, everyone: Iterable[Account]) -> Target:
    """The way into the account that is asked. Raises `NoEntry`."""
    caller = access.caller()
    known = next((a for a in everyone if a.id == account), None)
    if account == caller or known is None or not known.role:
        return access.enter(account, None)
    return access.enter(account, Role(known.role, known.external_id))


def _everywhere(perform: Perform, asked: Call, regions: Sequence[str]) -> dict[str, Answer]:
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="hub") as pool:
        answers = pool.map(lambda r: perform(asked.filled({}, region=r)), regions)
        return dict(zip(regions, answers, strict=True))


def _administers(perform: Perform, region: str, account: str, wanted: Collection[str]) -> None:
    """Raises `UsageError` where another account administers this one, and more than this one is asked for."""
    said = perform(ADMINISTRATOR.filled({}, region=region)).merged.get("Administrator") or {}
    administrator = str(said.get("AccountId", ""))
    if administrator not in ("", account) and set(wanted) - {account}:
        raise UsageError("hub_of_member", account=account, administrator=administrator)


def _members(answer: Answer) -> Iterable[str]:
    rows = (m for page in answer.pages for m in page.get("Members", ()))
    return (m["AccountId"] for m in rows if m.get("MemberStatus") in ENABLED)


def _shows(
    perform: Perform, home: str, on: Sequence[str], enabled: Sequence[str]
) -> Mapping[str, frozenset[str]]:
    """Which Regions are asked, and what each shows: the aggregation Region those that it links, any other itself."""
    if not home:
        return {region: frozenset({region}) for region in on}
    region = home.split(":")[3]
    said = perform(aggregator(home).filled({}, region=region)).merged
    named = frozenset(said.get("Regions", ()))
    linked = {
        "ALL_REGIONS": frozenset(enabled),
        "ALL_REGIONS_EXCEPT_SPECIFIED": frozenset(enabled) - named,
        "SPECIFIED_REGIONS": named,
    }.get(str(said.get("RegionLinkingMode", "")), frozenset[str]())
    shown = frozenset({region}) | linked
    return {region: shown, **{r: frozenset({r}) for r in on if r not in shown}}
