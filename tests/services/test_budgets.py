"""Which budgets watch the whole account, and what is asked of them."""

from __future__ import annotations

from typing import Any

import pytest

from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.gather import gather
from ishigaki.core.record import replace
from ishigaki.core.unseen import Unseen
from ishigaki.services.budgets.remediations import GOOD
from ishigaki.services.budgets.resources import Budget


def charges(*values: str) -> dict[str, Any]:
    return {"Dimensions": {"Key": "RECORD_TYPE", "Values": list(values)}}


SERVICE = {"Dimensions": {"Key": "SERVICE", "Values": ["AWS Lambda"]}}
TAG = {"Tags": {"Key": "RECORD_TYPE", "Values": ["Usage"]}}


@pytest.mark.parametrize(
    ("expression", "whole"),
    [
        ({}, True),
        ({"Not": charges("Credit", "Refund")}, True),
        (charges("Usage", "Tax"), True),
        ({"And": [charges("Usage"), {"Not": charges("Tax")}]}, True),
        (charges("Tax"), False),
        ({"Not": charges("Usage")}, False),
        (SERVICE, False),
        ({"Not": SERVICE}, False),
        ({"And": [charges("Usage"), SERVICE]}, False),
        (TAG, False),
    ],
)
def test_a_budget_is_of_the_whole_account_unless_a_filter_narrows_it(
    expression: dict[str, Any], whole: bool
) -> None:
    assert replace(GOOD, filter_expression=expression).limits_month is whole


def test_notifications_are_asked_of_monthly_cost_budgets_only() -> None:
    answers = {
        "DescribeBudgets": {
            "Budgets": [
                {"BudgetName": "cost", "BudgetType": "COST", "TimeUnit": "MONTHLY", "CostFilters": {}},
                {"BudgetName": "usage", "BudgetType": "USAGE", "TimeUnit": "MONTHLY"},
            ]
        },
        "DescribeNotificationsForBudget": {},
    }
    asking = gather(Budget, Place("111122223333", GLOBAL), ["notifications"])
    asked: list[dict[str, Any]] = []
    calls = next(asking)
    try:
        while True:
            asked += [dict(c.params) for c in calls]
            calls = asking.send([Answer((answers[c.operation],)) for c in calls])
    except StopIteration as done:
        cost, usage = done.value.population
    assert [p["BudgetName"] for p in asked[1:]] == ["cost"]
    assert not cost.tells_of_overspending
    with pytest.raises(Unseen):
        _ = usage.tells_of_overspending
