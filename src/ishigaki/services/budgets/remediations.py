"""AWS Budgets: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from msgspec import Meta

from ishigaki.core.answer import GLOBAL
from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, alters, change, creates, skip, step
from ishigaki.core.population import Given, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import Remediation, Wanted, leaves, mends, remediation
from ishigaki.core.resource import Resource
from ishigaki.core.verbatim import new, said
from ishigaki.services.budgets.resources import Budget, Notification, Spending

BUDGET = "ishigaki-monthly-cost"
NotNegative = Annotated[int, Meta(ge=0)]


class BudgetWanted(Wanted, frozen=True):
    """The limit of a month, in US dollars, and who is told when it comes near. Nobody can guess either, so the
    standard profile names none. Source of the percentages: AWS's own template of a monthly cost budget tells of
    85 and 100 % spent and of 100 % forecast; an earlier first word leaves more time.

    A notification takes up to ten addresses.
    """

    monthly_limit_usd: NotNegative = 0
    addresses: Annotated[tuple[str, ...], Meta(max_length=10)] = ()
    actual_percent: NotNegative = 80
    forecast_percent: NotNegative = 100


HERE = Spending(region=GLOBAL)
ABOVE, BELOW = (Notification(comparison_operator=o) for o in ("GREATER_THAN", "LESS_THAN"))
GOOD = Budget(
    name="example",
    id="arn:aws:budgets::111122223333:budget/example",
    region=GLOBAL,
    budget_type="COST",
    time_unit="MONTHLY",
    cost_filters={},
    filter_expression={},
    billing_view_arn=None,
    notifications=(ABOVE,),
)
SILENT = replace(GOOD, notifications=())
OURS = replace(SILENT, name=BUDGET, id=f"arn:aws:budgets::111122223333:budget/{BUDGET}")
CHARGES = {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund"]}}
ONE_SERVICE = {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Simple Storage Service"]}}
VIEW = "arn:aws:billing::111122223333:billingview"
THOUSAND = BudgetWanted(monthly_limit_usd=1000, addresses=("cloud@example.com",))


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(HERE, wanted=THOUSAND),
        mends(HERE, SILENT, wanted=THOUSAND),
        mends(HERE, OURS, wanted=THOUSAND),
        mends(HERE, replace(OURS, notifications=(BELOW,)), wanted=THOUSAND),
        mends(HERE, replace(GOOD, budget_type="USAGE"), wanted=THOUSAND),
        mends(HERE, replace(GOOD, time_unit="ANNUALLY"), wanted=THOUSAND),
        mends(HERE, replace(GOOD, cost_filters={"Service": ["Amazon S3"]}), wanted=THOUSAND),
        mends(HERE, replace(GOOD, filter_expression={"And": [CHARGES, ONE_SERVICE]}), wanted=THOUSAND),
        mends(HERE, replace(GOOD, billing_view_arn=f"{VIEW}/custom-example"), wanted=THOUSAND),
        leaves(HERE, GOOD),
        leaves(HERE, GOOD, wanted=THOUSAND),
        leaves(HERE, replace(GOOD, filter_expression={"Not": CHARGES}), wanted=THOUSAND),
        leaves(HERE, replace(GOOD, billing_view_arn=f"{VIEW}/primary"), wanted=THOUSAND),
        leaves(HERE, skip="needs_budget"),
        leaves(HERE, wanted=BudgetWanted(monthly_limit_usd=1000), skip="needs_budget"),
        leaves(HERE, wanted=BudgetWanted(addresses=("cloud@example.com",)), skip="needs_budget"),
        leaves(HERE, replace(OURS, time_unit="ANNUALLY"), wanted=THOUSAND, skip="budget_name_taken"),
    ],
)
def set_budget_alarm(spending: Spending, budgets: Given[Budget], wanted: BudgetWanted) -> Changes:
    """Makes a monthly cost budget that tells of what is spent and forecast, where no budget of the whole account
    does. Whatever limit somebody chose is enough; a budget of somebody else's is never touched."""
    if some(budgets, lambda b: b.limits_month and b.tells_of_overspending):
        return
    if not (wanted.monthly_limit_usd and wanted.addresses):
        yield skip("needs_budget")
        return
    ours = next(iter(budgets.by("name")[BUDGET]), None)
    if ours is None:
        yield _made(spending, wanted)
    elif ours.limits_month:
        yield _heard(ours, wanted)
    else:
        yield skip("budget_name_taken", name=BUDGET)


def _made(near: Resource, wanted: BudgetWanted) -> Change:
    budget = {
        "BudgetName": BUDGET,
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": str(wanted.monthly_limit_usd), "Unit": "USD"},
    }
    told = _notifications(wanted)
    subscribers = _subscribers(wanted)
    return change(
        creates(new(Budget, near=near, item=budget, notifications=told)),
        steps=[
            step(
                "create",
                _modify(
                    "CreateBudget",
                    near,
                    Budget=budget,
                    NotificationsWithSubscribers=[
                        {"Notification": n, "Subscribers": subscribers} for n in told
                    ],
                ),
                undo=_modify("DeleteBudget", near, BudgetName=BUDGET),
            )
        ],
    )


def _heard(budget: Budget, wanted: BudgetWanted) -> Change:
    """Our budget with the notifications that somebody took from it; its limit stays as it is."""
    told, subscribers = _notifications(wanted), _subscribers(wanted)
    return change(
        alters(budget, notifications=[*(said(budget, "notifications") or ()), *told]),
        steps=[
            step(
                f"notify_{each['NotificationType'].lower()}",
                _modify(
                    "CreateNotification",
                    budget,
                    BudgetName=budget.name,
                    Notification=each,
                    Subscribers=subscribers,
                ),
                undo=_modify("DeleteNotification", budget, BudgetName=budget.name, Notification=each),
            )
            for each in told
        ],
    )


def _notifications(wanted: BudgetWanted) -> Sequence[Mapping[str, Any]]:
    percentages = {"ACTUAL": wanted.actual_percent, "FORECASTED": wanted.forecast_percent}
    return [
        {
            "NotificationType": kind,
            "ComparisonOperator": "GREATER_THAN",
            "Threshold": percent,
            "ThresholdType": "PERCENTAGE",
        }
        for kind, percent in percentages.items()
    ]


def _subscribers(wanted: BudgetWanted) -> Sequence[Mapping[str, str]]:
    return [{"SubscriptionType": "EMAIL", "Address": each} for each in wanted.addresses]


def _modify(operation: str, near: Resource, **params: Any) -> Call:
    return call("budgets", operation, permission="budgets:ModifyBudget", AccountId=near.account, **params)


# No control of Security Hub asks for a budget: it is the baseline's.
REMEDIATIONS: dict[str, Remediation] = {}
