"""Which permissions are missing where, and which a change of the chosen controls, the baseline or a plan needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from ishigaki.aws.access import Access
from ishigaki.aws.drive import Unit, drive
from ishigaki.baselines import items
from ishigaki.baselines.access import CENTER, REMEDIES
from ishigaki.baselines.desired import Baseline, resolve
from ishigaki.core import identity_center
from ishigaki.core.answer import Gap
from ishigaki.core.estate import Account
from ishigaki.core.grant import Grant
from ishigaki.core.plan import Plan, Planned
from ishigaki.core.remediation import Around, Remediation
from ishigaki.core.resource import Resource, facets
from ishigaki.core.unseen import NOT_OFFERED
from ishigaki.flows.baseline import asked_of
from ishigaki.flows.carrying import UNDO
from ishigaki.flows.people_jump import WORKLOAD
from ishigaki.flows.people_look import KINDS as PEOPLE
from ishigaki.flows.scan import enter
from ishigaki.flows.stocktake import MEMBERS
from ishigaki.flows.units import places, questions
from ishigaki.services import kinds, remedies
from ishigaki.services.identity_center.resources import Group, Instance, PermissionSet, ReservedRole, User
from ishigaki.standards import write_permissions as writing
from ishigaki.standards.choice import Ask, ask_for, with_fixes
from ishigaki.standards.permissions import HUB_READS, permissions, policy
from ishigaki.store.snapshots import Entered


def missing(
    access: Access, accounts: Iterable[Account], asked: Ask
) -> Iterator[tuple[Entered, tuple[Gap, ...]]]:
    """For each account why it cannot be entered (its `trouble`), or each permission that it refuses, once, with a
    Region."""
    for account in accounts:
        entered, target = enter(access, account, ())
        gaps: dict[str, Gap] = {}
        if target is not None:
            here = places(entered.id, entered.regions, partition=access.partition, asked=asked)
            units = [Unit(p, questions(p, asked), access.performing(target)) for p in here]
            for done in drive(units):
                for gathered in done.results.values():
                    for gap in gathered.gaps:
                        if gap.code != NOT_OFFERED:
                            gaps.setdefault(gap.permission, gap)
        yield entered, tuple(gaps.values())


class Needs(msgspec.Struct, frozen=True):
    """What carrying something out needs: actions that read, before and after; and what changes, and takes back."""

    read: tuple[str, ...]
    write: tuple[Grant, ...]


def of_hub(partition: str = "aws") -> dict[str, Any]:
    """The policies for Security Hub: to read it, to set workflows, and to bring our own findings there."""
    who = Grant(writing.IDENTITY)
    return {
        "read": policy(_sorted({*HUB_READS, writing.IDENTITY})),
        "workflow": writing.policies([writing.HUB_WORKFLOW, who], partition=partition)[0],
        "import": writing.policies([writing.HUB_IMPORT, who], partition=partition)[0],
    }


def of_chosen(asked: Ask) -> Needs:
    """What the remediations of the chosen controls need."""
    whole = with_fixes(asked)
    return _needs(whole, whole.remedies)


def of_people() -> tuple[str, ...]:
    """What a stock-take of credentials reads in an account: IAM, IAM Identity Center, and what runs in a jump account."""
    wanted: dict[type[Resource], frozenset[str]] = {kind: frozenset(facets(kind)) for kind in PEOPLE}
    wanted |= dict.fromkeys(WORKLOAD, frozenset())
    asked = permissions(Ask((), (), wanted))
    return _sorted({*asked, *(p for call in identity_center.CALLS for p in call.permissions)})


def of_baseline(baseline: Baseline) -> Needs:
    """What the baseline needs in whichever account it is applied to. It looks at all items, wanted or not."""
    words = ("", *baseline.environments)
    arounds = [Around(a, environment=e) for a in ("", *baseline.accounts) for e in words]
    wanted = {r.item.remediation.name: r.item.remediation for a in arounds for r in resolve(baseline, a)}
    return _needs(asked_of(items()), wanted.values())


def of_access(way: str) -> Needs:
    """What looking at access, bringing it to what a file says and taking stock of it needs, by the way people come in."""
    planned = [remedies()[name] for name in REMEDIES[way]]
    asked = ask_for(planned, ())
    if way == CENTER:
        beside = {
            Instance: (),
            Group: ("memberships",),
            User: (),
            ReservedRole: ("last_used",),
            PermissionSet: MEMBERS,
        }
        wanted = {k: frozenset(m) | asked.wanted.get(k, frozenset()) for k, m in beside.items()}
        asked = msgspec.structs.replace(asked, wanted={**asked.wanted, **wanted})
    return _needs(asked, planned)


def _needs(asked: Ask, chosen: Iterable[Remediation]) -> Needs:
    wanted = tuple(chosen)
    read = {*permissions(asked), *writing.looks(wanted), writing.IDENTITY}
    return Needs(_sorted(read), tuple(writing.grants(wanted)))


def of_plan(plan: Plan) -> Needs:
    """What one plan needs: exactly its changes, their undo, and looking at its targets again."""
    read = {writing.IDENTITY, *writing.looks_of_plan(plan)}
    for change in plan.changes:
        read |= {*permissions(_looked_at(change))}
    return Needs(_sorted(read), tuple(writing.of_plan(plan)))


def _looked_at(change: Planned) -> Ask:
    """What is looked at before and after a change: what its remediation reads, and what it touches."""
    touched: dict[type[Resource], frozenset[str]] = {}
    for touch in change.touches:
        kind = kinds()[touch.kind]
        members = {*touch.before, *touch.after} & kind.members.keys() if touch.act == "alter" else set()
        touched[kind] = touched.get(kind, frozenset()) | members
    if change.remediation == UNDO:
        return Ask((), (), touched)
    asked = ask_for([remedies()[change.remediation]], change.proves)
    both = {
        k: asked.wanted.get(k, frozenset()) | touched.get(k, frozenset()) for k in {*asked.wanted, *touched}
    }
    return msgspec.structs.replace(asked, wanted=both)


def _sorted(actions: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(actions, key=str.lower))
