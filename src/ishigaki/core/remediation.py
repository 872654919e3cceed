"""A remediation: how a thing is put right, as changes that somebody reviews and something else carries out.

It takes what its control takes (a subject, `Given[T]` and `AccountWide[T]` neighbours, `now`), and where it
needs them `around`, what is known of the account beside its configuration, `wanted`, the values it aims at, and
`asked`, the parameters that the account has set of the control.
It yields nothing where there is nothing to do: planned again after its changes, it must yield nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import signature
from typing import Any, Concatenate, TypeVar, get_origin, get_type_hints

import msgspec

from ishigaki.core.change import Changes, Disruption
from ishigaki.core.control import Neighbours, Parameters, neighbours_of, subjects_of
from ishigaki.core.population import AccountWide, Given
from ishigaki.core.resource import EXAMPLE, Resource


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the values a remediation aims at. Every field has a default: the standard profile's."""


W = TypeVar("W", bound=Wanted)


class Around(msgspec.Struct, frozen=True):
    """What is known of an account beside its configuration.

    `kind` is production, non-production, or empty where the estate does not say. `archive` and `audit` are the
    accounts that keep logs and watch (the account itself where the estate names none); `accounts` are all that
    send their logs there. `parameters` are those that the estate sets, by control and AWS's names.
    """

    account: str
    name: str = ""
    environment: str = ""
    kind: str = ""
    partition: str = "aws"
    home: str = "us-east-1"
    regions: tuple[str, ...] = ()
    archive: str = ""
    audit: str = ""
    accounts: tuple[str, ...] = ()
    parameters: dict[str, dict[str, Any]] = {}

    @property
    def log_archive(self) -> str:
        return self.archive or self.account

    @property
    def is_log_archive(self) -> bool:
        return self.log_archive == self.account


EXAMPLE_AROUND = Around(
    account=EXAMPLE["account"],
    name="example",
    environment="sandbox",
    kind="non-production",
    home=EXAMPLE["region"],
    regions=(EXAMPLE["region"], "us-east-1"),
    accounts=(EXAMPLE["account"],),
)


@dataclass(frozen=True)
class Case:
    """A proof that lies on the remediation: `mends` plans at least one change; with `leaves` nothing is changed,
    for the reason `skip` (none: it is as it should be). What must not be touched is shown by `leaves`."""

    subject: Resource
    given: tuple[Resource, ...]
    mends: bool
    skip: str = ""
    wanted: Wanted | None = None
    around: Around = EXAMPLE_AROUND
    asked: Parameters | None = None


def mends(
    subject: Resource,
    *given: Resource,
    wanted: Wanted | None = None,
    around: Around = EXAMPLE_AROUND,
    asked: Parameters | None = None,
) -> Case:
    return Case(subject, given, True, "", wanted, around, asked)


def leaves(
    subject: Resource,
    *given: Resource,
    skip: str = "",
    wanted: Wanted | None = None,
    around: Around = EXAMPLE_AROUND,
    asked: Parameters | None = None,
) -> Case:
    return Case(subject, given, False, skip, wanted, around, asked)


@dataclass(frozen=True)
class Remediation:
    """`name` is an imperative and unique: `block_public_access`. `wanted` is the type of the values it aims at."""

    name: str
    subjects: tuple[type[Resource], ...]
    given: Mapping[str, Neighbours]
    takes: frozenset[str]  # of `now`, `around`, `wanted`, `asked`
    wanted: type[Wanted] | None
    plan: Callable[..., Changes]
    disruption: Disruption
    examples: Sequence[Case]
    doc: str
    aim: Wanted | None = (
        None  # the values that one control asks for, where they are not the standard profile's
    )

    parameters: type[Parameters] | None = None

    @property
    def kinds(self) -> tuple[type[Resource], ...]:
        """Every resource type it looks at."""
        return (*self.subjects, *(n.kind for n in self.given.values()))


def remediation(
    *, disruption: Disruption, examples: Sequence[Case]
) -> Callable[[Callable[Concatenate[Any, ...], Changes]], Remediation]:
    """Make a remediation of a function; its signature says what it needs, its docstring what it does."""

    def declare(plan: Callable[Concatenate[Any, ...], Changes]) -> Remediation:
        hints = get_type_hints(plan)
        first, *rest = signature(plan).parameters
        given = {n: neighbours_of(hints[n]) for n in rest if get_origin(hints.get(n)) in (Given, AccountWide)}
        if not plan.__doc__:
            raise TypeError(f"{plan.__name__}: a remediation says in its docstring what it does")
        if not any(case.mends for case in examples):
            raise TypeError(f"{plan.__name__}: a remediation proves that it mends something")
        return Remediation(
            plan.__name__,
            subjects_of(hints[first]),
            given,
            frozenset(rest) - given.keys(),
            hints.get("wanted"),
            plan,
            disruption,
            tuple(examples),
            plan.__doc__,
            parameters=hints.get("asked"),
        )

    return declare


def aiming(remedy: Remediation, aim: Wanted) -> Remediation:
    """The same remediation for a control that asks for certain values."""
    return replace(remedy, aim=aim)
