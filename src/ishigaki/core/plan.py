"""A plan: a file that says what would be done, to be read, approved and carried out as it stands.

The digest stands for everything in it. A change's id is the digest of whom it concerns and of the calls it makes,
so the same change planned again has the same id, and one that has moved since has another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from ishigaki.core.answer import GLOBAL, partition_home
from ishigaki.core.call import Call
from ishigaki.core.change import Change, Effect, Note, Ref, Safety
from ishigaki.core.change import Step as ChangeStep
from ishigaki.core.remediation import Around
from ishigaki.core.resource import Resource, Source
from ishigaki.core.verbatim import said, said_of

SCHEMA = 1
REF = "Ref"


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call in a file. A parameter `{"Ref": {"step": ..., "at": ...}}` is filled from an earlier step's answer;
    `secret` are the paths in its own answer that are redacted before it is kept.

    What is at its default is left out, so that a plan from before there was a member keeps its digest.
    """

    service: str
    operation: str
    region: str
    params: dict[str, Any]
    permissions: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()


class Look(msgspec.Struct, frozen=True):
    """A call that reads, and where in its answer to look (JMESPath)."""

    request: Request
    at: str = ""
    values: tuple[Any, ...] = ()
    seconds: int = 0


class Step(msgspec.Struct, frozen=True):
    name: str
    request: Request
    undo: tuple[Request, ...] = ()
    found: Look | None = None
    until: Look | None = None


class Touched(msgspec.Struct, frozen=True):
    """What becomes of one thing: `act` is create, alter or delete; `before` and `after` are in AWS's own form,
    member by member."""

    act: str
    type: str
    id: str
    name: str
    region: str
    kind: str = ""  # which declaration of the type: room and class
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    traced: bool = True  # false where it cannot be found by its id


class Cost(msgspec.Struct, frozen=True):
    """What a change is estimated to cost: US dollars a month, and the price facts it is made of, by name."""

    monthly: float
    facts: tuple[str, ...]


class Planned(msgspec.Struct, frozen=True):
    """A change of a plan. `serves` are the controls it helps to pass, `proves` those that pass once it is made; `item`
    the baseline's item it belongs to; `subject` is the id, `place` the Region (or aws-global) that it is planned
    for."""

    id: str
    account: str
    place: str
    subject: str
    remediation: str
    touches: tuple[Touched, ...]
    steps: tuple[Step, ...]
    safety: Safety
    disruption: str
    reversible: bool
    serves: tuple[str, ...] = ()
    proves: tuple[str, ...] = ()
    item: str = ""
    wanted: dict[str, Any] = {}
    asked: dict[str, Any] = {}  # the parameters of its control that it aims at
    notes: tuple[Note, ...] = ()
    needs: tuple[str, ...] = ()  # ids of things, maybe of another account
    depends_on: tuple[str, ...] = ()
    cost: Cost | None = None

    @property
    def target(self) -> Touched:
        return self.touches[0]


class Left(msgspec.Struct, frozen=True):
    """A finding, or a baseline item, that a person has to see to, and why: MANUAL."""

    account: str
    region: str
    resource: str
    name: str
    note: Note
    control: str = ""
    item: str = ""
    touches: tuple[Touched, ...] = ()  # what would be suggested to whoever owns the thing
    type: str = ""


class Caps(msgspec.Struct, frozen=True):
    """How much may change at once without being confirmed by hand: changes in all, and the share of a type's
    things (of at least `few` things)."""

    changes: int = 50
    share: float = 0.25
    few: int = 8


class Plan(msgspec.Struct, frozen=True):
    """Changes in the order they are made in, and what is left to people. `purpose` is plan, baseline or undo."""

    schema: int
    version: str
    purpose: str
    scan: str
    at: datetime
    expires: datetime
    home: str
    partition: str
    around: dict[str, Around]
    changes: tuple[Planned, ...]
    left: tuple[Left, ...] = ()
    caps: Caps = Caps()
    counts: dict[str, int] = {}  # how many things of a type the accounts have, for the caps
    undoes: str = ""
    digest: str = ""


def digest_of(plan: Plan) -> str:
    """What the plan's digest must be: over everything in it but the digest itself."""
    return _digest(msgspec.to_builtins(msgspec.structs.replace(plan, digest="")))


def sealed(plan: Plan) -> Plan:
    """The plan with its digest."""
    return msgspec.structs.replace(plan, digest=digest_of(plan))


def _digest(value: Any) -> str:
    text = json.dumps(canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> Any:
    """A value as it is compared: JSON documents in strings (policies) by what they say, not how they are set."""
    if isinstance(value, str) and value[:1] == "{":
        try:
            return canonical(json.loads(value))
        except ValueError:
            return value
    if isinstance(value, Mapping):
        return {k: canonical(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(v) for v in value]
    return value


def change_id(account: str, remediation: str, steps: tuple[Step, ...]) -> str:
    """The id of a change: of whom it concerns and of the calls it makes."""
    calls = [msgspec.to_builtins(s.request) for s in steps]
    return _digest([account, remediation, calls])[:12]


def touched(effect: Effect, kind: str) -> Touched:
    """An effect as a plan shows it."""
    before, after = shown(effect)
    thing = effect.resource
    return Touched(
        effect.act.value, type_of(thing), thing.id, thing.name, thing.region, kind, before=before, after=after
    )


def type_of(resource: Resource) -> str:
    """The AWS type of a thing; of the account where it stands for the account."""
    return resource.aws if resource.listed_by is not None else "AWS::::Account"


def shown(effect: Effect) -> tuple[dict[str, Any], dict[str, Any]]:
    """An effect's values before and after, member by member."""
    if effect.becomes:
        return {n: _plain(said(effect.resource, n)) for n in effect.becomes}, {
            n: _plain(v) for n, v in effect.becomes.items()
        }
    whole = said_of(effect.resource)
    values = {**{k: v for k, v in whole.item.items() if k != "parent"}, **whole.facets}
    return ({}, _plain(values)) if effect.act.value == "create" else (_plain(values), {})


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)


def steps_of(change: Change) -> tuple[Step, ...]:
    """A change's steps as a plan holds them, every call bound to a Region."""
    region = change.target.region
    if region == GLOBAL:
        region = partition_home(change.target.partition)
    return tuple(_step(s, region) for s in change.steps)


def _step(step: ChangeStep, region: str) -> Step:
    return Step(
        step.name,
        request(step.call, region),
        tuple(request(c, region) for c in step.undo),
        _look(step.found, region) if step.found else None,
        Look(request(step.until.call, region), step.until.at, step.until.values, step.until.seconds)
        if step.until
        else None,
    )


def _look(source: Source, region: str) -> Look:
    return Look(request(source.call, region), source.at)


def request(call: Call, region: str) -> Request:
    """A call as a file holds it."""
    return Request(
        call.service,
        call.operation,
        call.region or region,
        _referring(call.params),
        call.permissions,
        call.secret,
    )


def call_of(held: Request) -> Call:
    """A request, its blanks filled, as the call that is made."""
    return Call(held.service, held.operation, held.params, held.permissions, held.region, secret=held.secret)


def _referring(value: Any) -> Any:
    if isinstance(value, Ref):
        return {REF: {"step": value.step, "at": value.at}}
    if isinstance(value, Mapping):
        return {k: _referring(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_referring(v) for v in value]
    return value


def to_json(plan: Plan) -> bytes:
    return msgspec.json.format(msgspec.json.encode(plan), indent=1) + b"\n"
