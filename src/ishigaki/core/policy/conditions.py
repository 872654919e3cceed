"""Condition blocks: AND over operators and keys, OR over the values of one key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from ishigaki.core.policy.context import ABSENT, UNKNOWN, Context, Present, State, Stranger, Value
from ishigaki.core.policy.operators import OPERATORS, Operand, Operator, read_flag
from ishigaki.core.policy.template import PolicyError, arn_parts
from ishigaki.core.policy.truth import FALSE, TRUE, Truth, agreed, all_of, any_of, known, negated, unknown


class Qualifier(Enum):
    ONE = ""
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


@dataclass(frozen=True, slots=True)
class Clause:
    """One key under one operator."""

    key: str
    operator: Operator
    qualifier: Qualifier
    if_exists: bool
    values: tuple[str, ...]
    """As written."""
    operands: tuple[Operand, ...]
    presence: frozenset[bool]
    """For Null: the answers to "is the key absent?" that it accepts."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """All that a statement asks of one key."""

    key: str
    name: str
    """The key in lower case."""
    clauses: tuple[Clause, ...]


def parse_conditions(
    block: Mapping[str, Mapping[str, Sequence[str]]], *, variables: bool
) -> tuple[Requirement, ...]:
    """Compile a block whose values are lists of texts already; clauses are gathered by key."""
    clauses: dict[str, list[Clause]] = {}
    for spelling, keys in block.items():
        for key, values in keys.items():
            clauses.setdefault(key.lower(), []).append(_clause(spelling, key, values, variables=variables))
    return tuple(Requirement(each[0].key, name, tuple(each)) for name, each in clauses.items())


_SPELLING = re.compile(r"(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?")


def _clause(spelling: str, key: str, values: Sequence[str], *, variables: bool) -> Clause:
    found = _SPELLING.fullmatch(spelling)
    operator = OPERATORS.get(found[2]) if found else None
    if found is None or operator is None or (operator.name == "Null" and found[3]):
        raise PolicyError(f"unknown condition operator: {spelling!r}")
    operands = operator.operands(values, variables)
    if key.lower() in _FIXED_BY_KEY:
        operands = tuple(
            replace(operand, is_fixed=_FIXED_BY_KEY[key.lower()](text, operand.is_fixed))
            for text, operand in zip(values, operands, strict=False)  # Null compiles to none
        )
    return Clause(
        key=key,
        operator=operator,
        qualifier=Qualifier(found[1] or ""),
        if_exists=bool(found[3]),
        values=tuple(values),
        operands=operands,
        presence=frozenset(map(read_flag, values)) if operator.name == "Null" else frozenset(),
    )


def _names_no_role_session(text: str, is_fixed: bool) -> bool:
    """S3 counts aws:userid only "outside the pattern AROLEID:*"."""
    return is_fixed and not re.match(r"AROA\w*:", text, re.IGNORECASE)


def _names_an_account(text: str, is_fixed: bool) -> bool:
    """S3 lets s3:DataAccessPointArn have a wildcard as the access point's name once the account is fixed."""
    parts = arn_parts(text)
    return is_fixed or (parts is not None and bool(re.fullmatch(r"[0-9]{12}", str(parts[4]))))


_FIXED_BY_KEY = {"aws:userid": _names_no_role_session, "s3:dataaccesspointarn": _names_an_account}


def conditions_match(requirements: Iterable[Requirement], context: Context) -> Truth:
    return all_of(_requirement_met(each, context) for each in requirements)


def _requirement_met(requirement: Requirement, context: Context) -> Truth:
    """Judged for each state the key may be in: different states must not meet the clauses between them."""
    states = context.of(requirement.name)
    if len(states) == 1:
        return all_of(_clause_met(clause, states[0], context) for clause in requirement.clauses)
    return agreed(
        (all_of(_clause_met(clause, state, context) for clause in requirement.clauses) for state in states),
        cause=requirement.key,
    )


def _clause_met(clause: Clause, state: State, context: Context) -> Truth:
    if state is UNKNOWN:
        return unknown(clause.key)
    values = state.values if isinstance(state, Present) else ()
    if clause.operator.name == "Null":
        # What a set operator would do to Null is nowhere said.
        is_plain = clause.qualifier is Qualifier.ONE
        return known((not values) in clause.presence) if is_plain else unknown(clause.key)
    if state is ABSENT or not values:
        return _met_by_nothing(clause)
    if clause.qualifier is Qualifier.ONE:
        if len(values) == 1:
            return _met_by(clause, values[0], context)
        # Several values need a set operator. Without one a positive test is false; a negated one AWS leaves
        # open.
        return unknown(clause.key) if clause.operator.is_negated else FALSE
    combine = all_of if clause.qualifier is Qualifier.ALL else any_of
    return combine(_met_by(clause, value, context) for value in values)


def _met_by_nothing(clause: Clause) -> Truth:
    """An absent key: equal to nothing, all of whose no values comply and none of whose no values does."""
    if clause.if_exists or clause.qualifier is Qualifier.ALL:
        return TRUE
    return known(clause.operator.is_negated and clause.qualifier is Qualifier.ONE)


def _met_by(clause: Clause, value: Value, context: Context) -> Truth:
    operator = clause.operator
    if isinstance(value, Stranger):
        positive = any_of(FALSE if operand.is_fixed else unknown(clause.key) for operand in clause.operands)
    elif operator.reads is not None and isinstance(value, str) and operator.reads(value) is None:
        # A value the operator cannot read equals nothing; whether "not equal" then holds is nowhere said.
        positive = unknown(clause.key) if operator.is_negated else FALSE
    else:
        positive = any_of(operand.matches(value, context) for operand in clause.operands)
        if positive.is_unknown and not (isinstance(value, str) and positive.causes):
            positive = unknown(clause.key, *positive.causes)
    return negated(positive) if operator.is_negated else positive
