"""What a statement grants, pattern by pattern, and whether a Deny takes it away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ishigaki.core.policy.context import Context
from ishigaki.core.policy.document import Actions, Policy, Resources, Statement
from ishigaki.core.policy.evaluate import actions_match, resources_match, who_matches
from ishigaki.core.policy.glob import Glob, glob, relate
from ishigaki.core.policy.principals import Caller
from ishigaki.core.policy.truth import Truth, any_of

Grant = tuple[Glob, Glob]
"""An action pattern and a resource pattern: what one pair of a statement's values allows."""


def grants(statement: Statement, wanted: Sequence[str] | None) -> Iterator[Grant]:
    actions = tuple(_actions_granted(statement.actions, wanted))
    for resource in _resources_granted(statement.resources) if actions else ():
        yield from ((action, resource) for action in actions)


def _actions_granted(actions: Actions, wanted: Sequence[str] | None) -> Iterator[Glob]:
    """The granted patterns, narrowed to those asked for; with NotAction all that was asked for."""
    for pattern in (glob(each.lower()) for each in wanted or ("*",)):
        if actions.is_negated:
            if not actions_match(actions, pattern).is_false:
                yield pattern
            continue
        for granted in actions.patterns:
            overlap = relate(granted, pattern)
            if not overlap.is_false:
                yield pattern if overlap.is_true and wanted else granted


def _resources_granted(resources: Resources | None) -> Iterator[Glob]:
    if resources is None or resources.is_negated:
        yield glob("*")
    else:
        yield from (pattern.form for pattern in resources.patterns)


def taken_away(policy: Policy, grant: Grant, caller: Caller, keys: Context) -> Truth:
    """Whether some one Deny takes all of a grant away from a caller; a part leaves the rest granted."""
    action, resource = grant
    return any_of(
        who_matches(statement, caller, keys)
        for statement in policy.denying
        if actions_match(statement.actions, action).is_true
        and resources_match(statement.resources, resource, keys).is_true
    )
