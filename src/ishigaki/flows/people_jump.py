"""Jump accounts: where the users are who switch into the other accounts, and whether anything else runs there (R7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from ishigaki.aws.access import Access, NoEntry, Role
from ishigaki.aws.drive import Unit, drive
from ishigaki.core.answer import Place
from ishigaki.core.estate import Account
from ishigaki.core.gather import gather
from ishigaki.core.people import IAM_USER, AnyRow, Person, Trust
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import NOT_OFFERED
from ishigaki.services.dynamodb.resources import Table
from ishigaki.services.ec2.instances.resources import Instance
from ishigaki.services.ecs.resources import Cluster
from ishigaki.services.eks.resources import Cluster as Kubernetes
from ishigaki.services.lambda_.resources import Function
from ishigaki.services.rds.resources import DBCluster, DBInstance

# What a workload is made of: a jump account needs none of it.
WORKLOAD: tuple[type[Resource], ...] = (Instance, Function, DBInstance, DBCluster, Cluster, Kubernetes, Table)
# Roles that AWS Organizations and Control Tower make in every account: they let in the management account, whoever
# switches where.
OF_AWS = frozenset({"OrganizationAccountAccessRole", "AWSControlTowerExecution"})
TRUSTING = 2  # accounts that let in another's users: more than a neighbour's doing


class Workload(msgspec.Struct, frozen=True):
    """What runs in an account ("AWS::EC2::Instance ap-northeast-1: 3"), and what could not be looked at."""

    things: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


def jump_accounts(
    rows: Iterable[AnyRow], *, named: str = "", besides: Collection[str] = ()
) -> frozenset[str]:
    """The jump account that the estate names; without one every account that has IAM users and that roles of several
    other accounts of the estate let in, as a whole or by its users. `besides` are the names of roles by which the estate
    is read and changed: like those that AWS makes they are no way for people."""
    if named:
        return frozenset({named})
    trusting: dict[str, set[str]] = {}
    with_users: set[str] = set()
    for row in rows:
        if isinstance(row, Person) and row.what == IAM_USER:
            with_users.add(row.account)
        elif isinstance(row, Trust) and row.role_name not in {*OF_AWS, *besides} and _by_people(row):
            trusting.setdefault(row.principal_account, set()).add(row.account)
    return frozenset(a for a, by in trusting.items() if a in with_users and len(by - {a}) >= TRUSTING)


def _by_people(row: Trust) -> bool:
    """Whether a role lets in the users of another account of the estate."""
    return row.outside is False and row.principal_kind in ("account", "user")


def workload(access: Access, accounts: Iterable[Account]) -> Mapping[str, Workload]:
    """What runs in each of the accounts, in all its Regions."""
    found: dict[str, Workload] = {}
    for account in accounts:
        try:
            role = Role(account.role, account.external_id) if account.role else None
            target = access.enter(account.id, role)
            regions = [r.name for r in access.regions(target) if r.enabled]
        except NoEntry as no:
            found[account.id] = Workload(gaps=(f"ec2:DescribeRegions: {no.code}",))
            continue
        places = [Place(account.id, r, access.partition) for r in account.regions or regions]
        units = [
            Unit(place, {kind: gather(kind, place, ()) for kind in WORKLOAD}, access.performing(target))
            for place in places
        ]
        found[account.id] = _whole(units)
    return found


def _whole(units: Iterable[Unit[Place]]) -> Workload:
    things: list[str] = []
    gaps: set[str] = set()
    for done in drive(units):
        for kind, gathered in done.results.items():
            gaps |= {f"{g.operation}: {g.code}" for g in gathered.gaps if g.code != NOT_OFFERED}
            if count := len(gathered.population.seen):
                things.append(f"{kind.aws} {done.key.region}: {count}")
    return Workload(tuple(sorted(things)), tuple(sorted(gaps)))
