"""AWS Budgets: what is collected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.population import some
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER


class Notification(Value):
    """When a budget tells its subscribers. Who they are is not asked: without any a notification cannot be."""

    comparison_operator: str = member(values=("GREATER_THAN", "LESS_THAN", "EQUAL_TO"))


@resource(
    "AWS::Budgets::Budget",
    listed_by=call(
        "budgets",
        "DescribeBudgets",
        permission="budgets:ViewBudget",
        AccountId="{account}",
        ShowFilterExpression=True,
    ),
    at="Budgets",
    id="arn:{partition}:budgets::{account}:budget/{BudgetName}",
    name="{BudgetName}",
    scope="global",
)
class Budget(Resource):
    """A budget."""

    budget_type: str
    time_unit: str
    cost_filters: Mapping[str, Any] = member(
        absent={}, why="Budget.CostFilters: the cost filters that are applied to a budget; they are optional"
    )
    filter_expression: Mapping[str, Any] = member(
        absent={},
        why="Budget.FilterExpression, shown on request: the filtering dimensions for the budget; optional",
    )
    billing_view_arn: str | None = member(
        absent=None,
        why="Budget.BillingViewArn: optional; a budget without one is of the account's primary view",
    )
    notifications: tuple[Notification, ...] = facet(
        call(
            "budgets",
            "DescribeNotificationsForBudget",
            permission="budgets:ViewBudget",
            AccountId="{account}",
            BudgetName="{BudgetName}",
        ),
        at="Notifications",
        absent={NOT_IN_ANSWER: ()},
        why="Notifications: a list of notifications that are associated with a budget; not a required member",
        only={"BudgetType": "COST", "TimeUnit": "MONTHLY"},
    )

    @property
    def limits_month(self) -> bool:
        """Whether it is about everything that the account spends in a month."""
        return (
            self.budget_type == "COST"
            and self.time_unit == "MONTHLY"
            and not self.cost_filters
            and not _narrows(self.filter_expression)
            and (self.billing_view_arn is None or self.billing_view_arn.endswith("/primary"))
        )

    @property
    def tells_of_overspending(self) -> bool:
        return some(self.notifications, lambda n: n.comparison_operator == "GREATER_THAN")


def _narrows(expression: Mapping[str, Any], *, left_out: bool = False) -> bool:
    """Whether a filter takes in less than what is used. Which other types of charge count (credits, refunds,
    tax) is part of every budget; `left_out` is within a `Not`."""
    for name, part in expression.items():
        if not part:
            continue
        if name in ("And", "Or"):
            narrower = any(_narrows(each, left_out=left_out) for each in part)
        elif name == "Not":
            narrower = _narrows(part, left_out=not left_out)
        else:
            by_charge = name == "Dimensions" and part.get("Key") == "RECORD_TYPE"
            narrower = not by_charge or ("Usage" in (part.get("Values") or ())) is left_out
        if narrower:
            return True
    return False


@resource("AWS::::Account", scope="global")
class Spending(Resource):
    """What the account spends, as far as budgets watch it."""
