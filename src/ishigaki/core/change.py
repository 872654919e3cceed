"""A change: what becomes of which things, the calls that take them there, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from ishigaki.core.call import Call
from ishigaki.core.resource import Resource, Source
from ishigaki.core.verbatim import predicted


class Disruption(StrEnum):
    """What may stop working: nothing; something nobody should rely on; something that works today."""

    NONE = "none"
    LOW = "low"
    HIGH = "high"


class Safety(StrEnum):
    """How a change should be regarded before it is applied; MANUAL is what a person does."""

    SAFE = "SAFE"
    DISRUPTIVE = "DISRUPTIVE"
    MANUAL = "MANUAL"


class Act(StrEnum):
    """What a change does to a thing."""

    CREATE = "create"
    ALTER = "alter"
    DELETE = "delete"


@dataclass(frozen=True)
class Effect:
    """What becomes of one thing: a thing that comes into being is given as AWS will show it (`verbatim.new`);
    of one that is altered `becomes` says, member by member and in AWS's own form, what AWS will say; None where
    it will say that there is none."""

    act: Act
    resource: Resource
    becomes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def after(self) -> Resource | None:
        """The thing as it will be; None where it will be no more."""
        if self.act is Act.DELETE:
            return None
        return predicted(self.resource, self.becomes) if self.act is Act.ALTER else self.resource


def creates(resource: Resource) -> Effect:
    return Effect(Act.CREATE, resource)


def alters(resource: Resource, **becomes: Any) -> Effect:
    return Effect(Act.ALTER, resource, becomes)


def deletes(resource: Resource) -> Effect:
    return Effect(Act.DELETE, resource)


@dataclass(frozen=True)
class Ref:
    """Stands in parameters for what an earlier step of the same change was answered: a JMESPath into it."""

    step: str
    at: str


@dataclass(frozen=True)
class Until:
    """What is waited for after a step: that a read shows one of these values. `seconds` is AWS's usual time."""

    call: Call
    at: str
    values: tuple[Any, ...]
    seconds: int = 120


@dataclass(frozen=True)
class Step:
    """One call that changes something. `undo` are the calls that take it back, built from what AWS said before;
    none: it cannot be taken back. `found` shows what the step makes (its answer's parts under the names that
    `Ref`s use) where AWS would make a second one if it were asked again."""

    name: str
    call: Call
    undo: tuple[Call, ...] = ()
    found: Source | None = None
    until: Until | None = None


def step(
    name: str,
    call: Call,
    *,
    undo: Call | tuple[Call, ...] = (),
    found: Source | None = None,
    until: Until | None = None,
) -> Step:
    """Describe a step; `name` is said nowhere but in plans and journals, and referred to by `Ref`."""
    return Step(name, call, (undo,) if isinstance(undo, Call) else undo, found, until)


class Note(msgspec.Struct, frozen=True):
    """Something to know before a change, or why a thing is left alone: a code and the facts of its text."""

    code: str
    facts: dict[str, Any] = {}


@dataclass(frozen=True)
class Change:
    """Effects (the first is what the change is about), steps in order, and what is to be known before.

    `disruption` is given where it differs from the remediation's own; `needs` are the ids of things that must
    be there first, which another change of the plan may make; `for_good` says that undoing does not bring back
    everything; `costs` are price facts by name (`standards/prices.toml`) and how many units of each a month.
    """

    effects: tuple[Effect, ...]
    steps: tuple[Step, ...]
    disruption: Disruption | None = None
    notes: tuple[Note, ...] = ()
    needs: tuple[str, ...] = ()
    for_good: bool = False
    costs: Mapping[str, float] = field(default_factory=dict)

    @property
    def target(self) -> Resource:
        return self.effects[0].resource

    @property
    def reversible(self) -> bool:
        """Whether every step can be taken back, with nothing lost."""
        return not self.for_good and all(s.undo for s in self.steps)


def change(
    *effects: Effect,
    steps: tuple[Step, ...] | list[Step],
    disruption: Disruption | None = None,
    notes: tuple[Note, ...] = (),
    needs: tuple[str, ...] = (),
    for_good: bool = False,
    costs: Mapping[str, float] | None = None,
) -> Change:
    """Describe a change. Raises `TypeError` where it changes nothing."""
    if not effects or not steps:
        raise TypeError("a change has an effect and a step")
    return Change(effects, tuple(steps), disruption, notes, needs, for_good, costs or {})


def note(code: str, /, **facts: Any) -> Note:
    return Note(code, facts)


@dataclass(frozen=True)
class Skip:
    """Why a remediation leaves a thing to a person: a code, whose text says what to do."""

    note: Note


def skip(code: str, /, **facts: Any) -> Skip:
    return Skip(Note(code, facts))


Changes: TypeAlias = Iterator[Change | Skip]
