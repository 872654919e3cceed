"""One request against one policy: which statements match, what is denied, what is allowed."""

from __future__ import annotations

from dataclasses import dataclass, field

from ishigaki.core.policy.conditions import conditions_match
from ishigaki.core.policy.context import Context
from ishigaki.core.policy.document import Actions, Policy, Resource, Resources, Statement
from ishigaki.core.policy.glob import Glob, lowered, relate
from ishigaki.core.policy.principals import ANYONE, Caller, principals_match
from ishigaki.core.policy.template import ArnTemplate, Variable, arn_parts, value_of
from ishigaki.core.policy.truth import FALSE, TRUE, Truth, all_of, any_of, negated, unknown

CAUSE = "resource"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, by whom. An action or a resource given as a glob is some one of that form."""

    action: str | Glob
    resource: str | Glob
    """An ARN; the text `*` for an action that has no resource-level permissions."""
    caller: Caller = ANYONE
    context: Context = field(default_factory=Context)


def matches(statement: Statement, request: Request) -> Truth:
    """Whether a statement is about a request; an unknown names the keys and fields that leave it open."""
    covered = actions_match(statement.actions, request.action)
    if covered.is_false:
        return FALSE
    resource = resources_match(statement.resources, request.resource, request.context)
    if resource.is_false:
        return FALSE
    return all_of((covered, resource, who_matches(statement, request.caller, request.context)))


def who_matches(statement: Statement, caller: Caller, context: Context) -> Truth:
    """The principal and the conditions, whatever the action and the resource."""
    principal = principals_match(statement.principals, caller, is_deny=statement.is_deny)
    if principal.is_false:
        return FALSE
    return all_of((principal, conditions_match(statement.conditions, context)))


def denies(policy: Policy, request: Request) -> Truth:
    return any_of(matches(statement, request) for statement in policy.denying)


def allows(policy: Policy, request: Request) -> Truth:
    """Whether some Allow matches; an explicit Deny is asked for apart, as it counts across policies."""
    return any_of(matches(statement, request) for statement in policy.allowing)


def actions_match(actions: Actions, action: str | Glob) -> Truth:
    wanted = action.lower() if isinstance(action, str) else lowered(action)
    covered = any_of(relate(pattern, wanted) for pattern in actions.patterns)
    if covered.is_unknown:
        return unknown("action")
    return negated(covered) if actions.is_negated else covered


def resources_match(resources: Resources | None, resource: str | Glob, context: Context) -> Truth:
    if resources is None:
        return TRUE
    parts = arn_parts(resource)
    covered = any_of(
        _resource_matches(pattern, resource, parts, context, is_negated=resources.is_negated)
        for pattern in resources.patterns
    )
    return negated(covered) if resources.is_negated else covered


def _resource_matches(
    pattern: Resource,
    resource: str | Glob,
    parts: tuple[str | Glob, ...] | None,
    context: Context,
    *,
    is_negated: bool,
) -> Truth:
    if pattern.is_everything:
        return TRUE
    if pattern.arn is None:
        return unknown(CAUSE)
    if parts is None:
        return FALSE if resource == "*" else unknown(CAUSE)
    if not pattern.is_understood:
        plain = (
            (part.glob, value) for part, value in zip(pattern.arn.parts, parts, strict=True) if part.glob
        )
        return FALSE if any(relate(each, value).is_false for each, value in plain) else unknown(CAUSE)
    covered = pattern.arn.match(parts, context)
    if covered.is_false and is_negated and _may_lack_value(pattern.arn, context):
        return unknown(CAUSE)  # AWS does not say what NotResource is without a value for its variable
    return covered if covered.causes or not covered.is_unknown else unknown(CAUSE)


def _may_lack_value(pattern: ArnTemplate, context: Context) -> bool:
    variables = (each for each in pattern.parts[-1].pieces if isinstance(each, Variable))
    return any(not isinstance(value_of(each, context), str) for each in variables)
