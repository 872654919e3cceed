"""Least privilege for changes: what the chosen remediations, or one plan, need of IAM, and their undo. Nothing more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ishigaki.core.change import Act, Change, Ref
from ishigaki.core.grant import ACCOUNT, PARTITION, ROLE, Condition, Grant, Spot, grants_of
from ishigaki.core.plan import REF, Plan, Planned, Request
from ishigaki.core.remediation import Remediation
from ishigaki.services import writes
from ishigaki.standards.permissions import LARGEST, role_template

IDENTITY = "sts:GetCallerIdentity"  # the account that is entered must be the one that was asked for
OURS = "ishigaki"  # what the product makes bears its name
# The policies of AWS that remediations attach and detach themselves; any other is somebody's choice.
FIXED = ("AWSCloudShellFullAccess", "AWSSupportAccess")
OF_ROLES = (
    "AdministratorAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "Billing",
)  # that people take, of ours alone
ANYWHERE = Spot(PARTITION, ACCOUNT, "*")


# What setting the workflow of Security Hub's findings takes, in its administrator account; and what bringing our own
# findings there takes, in each account.
HUB_WORKFLOW = Grant(
    "securityhub:BatchUpdateFindings", (f"arn:{PARTITION}:securityhub:*:{ACCOUNT}:hub/default",)
)
HUB_IMPORT = Grant(
    "securityhub:BatchImportFindings", (f"arn:{PARTITION}:securityhub:*:{ACCOUNT}:product/{ACCOUNT}/default",)
)


def grants(remedies: Iterable[Remediation]) -> list[Grant]:
    """What carrying out and undoing these remediations needs in any account, as recorded over their examples."""
    known = writes()
    return merged(g for r in remedies if r.name in known for g in known[r.name].grants)


def looks(remedies: Iterable[Remediation]) -> tuple[str, ...]:
    """What has to be read while these remediations are carried out, beyond what planning reads."""
    known = writes()
    return tuple(sorted({p for r in remedies if r.name in known for p in known[r.name].looks}))


def grants_of_change(change: Change) -> Iterator[Grant]:
    """What a change of an example needs, whatever the account, its Regions and its things are called.

    Only what a change makes is sure to bear the product's name, and what is of a type that lists nothing else: what
    it alters otherwise may be anything.
    """
    ours = [e.resource for e in change.effects if f"'{OURS}" in str(type(e.resource).items)]
    made = [*ours, *(e.resource for e in change.effects if e.act is Act.CREATE)]
    fixed = (*FIXED, *OF_ROLES) if ours else FIXED

    def naming(value: str) -> str:
        role = ROLE.fullmatch(value)
        if role:  # passed to a service: the product's own, a service-linked one, or whatever was there before
            linked = role[1].startswith("aws-service-role/")
            return role[1] if linked else _pattern(role[1]) if role[1].startswith(OURS) else "*"
        if ":policy/" in value:
            kept = value.rpartition("/")[2] in fixed and ":aws:policy/" in value
            return f"arn:{PARTITION}:{value.split(':', 2)[2]}" if kept else "*"
        is_made = any(value in (r.id, r.name) or r.id.endswith(f":{value}") for r in made)
        return _pattern(value) if value and is_made and OURS in value else "*"

    for step in change.steps:
        for each in (step.call, *step.undo):
            yield from grants_of(each.service, each.permissions, each.params, spot=ANYWHERE, naming=naming)


def _pattern(name: str) -> str:
    """Any name that the product would give; of an ARN, what follows the type."""
    own = re.split("[:/]", name, maxsplit=6)[-1] if name.startswith("arn:") else name
    before, _, after = own.partition(OURS)
    return f"{before}{OURS}{after[:1]}*"


def of_plan(plan: Plan) -> list[Grant]:
    """What carrying out a plan needs and taking it back, and no more: of each thing by its name."""
    return merged(g for change in plan.changes for g in of_planned(change, plan))


def of_planned(change: Planned, plan: Plan) -> Iterator[Grant]:
    """What one change of a plan needs, and its undo."""
    for step in change.steps:
        for each in (step.request, *step.undo):
            yield from of_request(each, account=change.account, partition=plan.partition)


def of_request(request: Request, *, account: str, partition: str) -> Iterator[Grant]:
    spot = Spot(partition, account, request.region)
    yield from grants_of(request.service, request.permissions, _open(request.params), spot=spot)


def looks_of_plan(plan: Plan) -> tuple[str, ...]:
    """What a plan's steps look at while they are carried out."""
    steps = [s for change in plan.changes for s in change.steps]
    found = [look.request for s in steps for look in (s.found, s.until) if look is not None]
    return tuple(sorted({p for request in found for p in request.permissions}))


def _open(value: Any) -> Any:
    """Parameters with a blank where an earlier step's answer will be."""
    if isinstance(value, Mapping):
        if value.keys() == {REF}:
            return Ref(value[REF]["step"], value[REF]["at"])
        return {k: _open(v) for k, v in value.items()}
    return [_open(v) for v in value] if isinstance(value, (list, tuple)) else value


def merged(several: Iterable[Grant]) -> list[Grant]:
    """The same permissions, each said once: what a wider one covers is left out."""
    wanted: dict[tuple[str, str], tuple[Condition, set[str]]] = {}
    for each in several:
        known = wanted.setdefault((each.action, _key(each.condition)), (each.condition, set()))
        known[1].update(each.resources)
    free = {action: known[1] for (action, _), known in wanted.items() if not known[0]}
    found = []
    for action, key in sorted(wanted, key=lambda k: (k[0].lower(), k[1])):
        condition, resources = wanted[action, key]
        beside = free.get(action, set()) if condition else set()
        left = [r for r in sorted(resources) if not _covered(r, resources - {r} | beside)]
        if left:
            found.append(Grant(action, tuple(left), condition))
    return found


def _key(condition: Condition) -> str:
    return json.dumps(msgspec.to_builtins(condition), sort_keys=True)


def _covered(resource: str, others: Iterable[str]) -> bool:
    """Whether another pattern says all that this one says."""
    return any(o == resource or (o.endswith("*") and resource.startswith(o[:-1])) for o in others)


def policies(several: Iterable[Grant], *, partition: str = "aws", account: str = "*") -> list[dict[str, Any]]:
    """Policy documents that allow exactly this, each cut to fit into one managed policy."""
    cut: list[list[dict[str, Any]]] = [[]]
    for statement in _statements(several, partition=partition, account=account):
        if cut[-1] and _size(_policy([*cut[-1], statement])) > LARGEST:
            cut.append([])
        cut[-1].append(statement)
    return [_policy(part) for part in cut if part]


def write_role(several: Iterable[Grant], *, role: str) -> dict[str, Any]:
    """The CloudFormation template of the role that changes are made by: apart from the one that reads."""
    documents = policies(several, partition="${AWS::Partition}", account="${AWS::AccountId}")
    return role_template(
        [_substituted(d) for d in documents],
        role=role,
        name="WritePolicy",
        describes=(
            "The role by which ishigaki carries out and undoes the changes that were chosen for it.",
            "Writes: ishigaki carries out and undoes the changes that were chosen for it.",
            "What ishigaki changes and takes back; it reads by another role.",
        ),
        bounded=True,
    )


def _substituted(value: Any) -> Any:
    """A document in which CloudFormation fills in the account."""
    if isinstance(value, str):
        return {"Fn::Sub": value} if "${" in value else value
    if isinstance(value, Mapping):
        return {k: _substituted(v) for k, v in value.items()}
    return [_substituted(v) for v in value] if isinstance(value, list) else value


def _statements(several: Iterable[Grant], *, partition: str, account: str) -> Iterator[dict[str, Any]]:
    """A statement for all that is allowed on the same things; several where one would be too long."""
    together: dict[str, tuple[Grant, list[str]]] = {}
    for each in several:
        key = json.dumps(msgspec.to_builtins([each.resources, each.condition]), sort_keys=True)
        together.setdefault(key, (each, []))[1].append(each.action)
    for each, actions in together.values():
        for part in _parts(each.resources):
            statement = {
                "Effect": "Allow",
                "Action": actions,
                "Resource": list(part),
                **({"Condition": msgspec.to_builtins(each.condition)} if each.condition else {}),
            }
            yield _filled(statement, {PARTITION: partition, ACCOUNT: account})


def _parts(resources: Sequence[str]) -> Iterator[Sequence[str]]:
    if len(resources) > 1 and _size(resources) > LARGEST // 2:
        yield from _parts(resources[: len(resources) // 2])
        yield from _parts(resources[len(resources) // 2 :])
    else:
        yield resources


def _policy(statements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    numbered = [{"Sid": f"IshigakiWrite{n}", **s} for n, s in enumerate(statements, start=1)]
    return {"Version": "2012-10-17", "Statement": numbered}


def _size(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":")))


def _filled(value: Any, blanks: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for blank, text in blanks.items():
            value = value.replace(blank, text)
        return value
    if isinstance(value, Mapping):
        return {k: _filled(v, blanks) for k, v in value.items()}
    return [_filled(v, blanks) for v in value]
