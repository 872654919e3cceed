"""Budgets: notifications with their state and subscribers, which moto keeps and does not show."""

from collections.abc import Mapping
from typing import Any

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now

MADE = {"ThresholdType": "PERCENTAGE", "NotificationState": "OK"}  # what AWS adds to a notification
SAME = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")
MOST_NOTIFICATIONS, MOST_SUBSCRIBERS = 10, 11  # of one budget; of one notification (10 by mail, 1 by SNS)


def _budget(context: Context, params: Params) -> Any:
    """The budget that is named; an account sees its own only."""
    _check_account(context, params)
    name = params.get("BudgetName") or params["NewBudget"]["BudgetName"]
    budget = context.backend().budgets[context.account].get(name)
    if budget is None:
        message = f"Unable to get budget: {name} - the budget doesn't exist."
        raise Refused("NotFoundException", message, status=400)
    return budget


def _check_account(context: Context, params: Params) -> None:
    if params["AccountId"] != context.account:
        message = f"Account {context.account} is not authorized to access account {params['AccountId']}."
        raise Refused("AccessDeniedException", message, status=400)


def _key(details: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells one notification of a budget from another."""
    whole = {**MADE, **details}
    return tuple(float(whole[name]) if name == "Threshold" else whole[name] for name in SAME)


def _notification(budget: Any, details: Mapping[str, Any]) -> Any:
    for one in budget.notifications:
        if _key(one.details) == _key(details):
            return one
    raise Refused("NotFoundException", "Unable to get the notification - it doesn't exist.", status=400)


def create(context: Context, params: Params) -> Answer:
    """CreateBudget: of this account; a notification needs somebody to tell."""
    _check_account(context, params)
    for one in params.get("NotificationsWithSubscribers") or []:
        _check_subscribers(one.get("Subscribers"))
    return context.moto()


def _check_subscribers(subscribers: Any) -> None:
    if not subscribers or len(subscribers) > MOST_SUBSCRIBERS:
        message = f"A notification has 1 to {MOST_SUBSCRIBERS} subscribers."
        raise Refused("InvalidParameterException", message, status=400)


def update(context: Context, params: Params) -> Answer:
    """UpdateBudget: everything but its notifications, spending and start."""
    budget = _budget(context, params)
    kept = {name: budget.budget[name] for name in ("TimePeriod", "CalculatedSpend") if name in budget.budget}
    budget.budget = {**kept, **params["NewBudget"], "LastUpdatedTime": now().timestamp()}
    return {}


def notifications(context: Context, params: Params) -> Answer:
    """DescribeNotificationsForBudget: each with its state."""
    return {"Notifications": [{**MADE, **one.details} for one in _budget(context, params).notifications]}


def all_notifications(context: Context, params: Params) -> Answer:
    """DescribeBudgetNotificationsForAccount."""
    _check_account(context, params)
    rows = [
        {"BudgetName": name, "Notifications": [{**MADE, **one.details} for one in budget.notifications]}
        for name, budget in context.backend().budgets[context.account].items()
    ]
    return {"BudgetNotificationsForAccount": [row for row in rows if row["Notifications"]]}


def create_notification(context: Context, params: Params) -> Answer:
    """CreateNotification: another one, with somebody to tell."""
    budget, details = _budget(context, params), params["Notification"]
    _check_subscribers(params["Subscribers"])
    if any(_key(one.details) == _key(details) for one in budget.notifications):
        message = "Error creating notification - the notification already exists."
        raise Refused("DuplicateRecordException", message, status=400)
    if len(budget.notifications) >= MOST_NOTIFICATIONS:
        message = f"A budget has {MOST_NOTIFICATIONS} notifications at most."
        raise Refused("CreationLimitExceededException", message, status=400)
    return context.moto()


def delete_notification(context: Context, params: Params) -> Answer:
    """DeleteNotification: its subscribers go with it."""
    budget = _budget(context, params)
    budget.notifications.remove(_notification(budget, params["Notification"]))
    return {}


def subscribers(context: Context, params: Params) -> Answer:
    """DescribeSubscribersForNotification."""
    one = _notification(_budget(context, params), params["Notification"])
    return {"Subscribers": list(one.subscribers)}


def create_subscriber(context: Context, params: Params) -> Answer:
    """CreateSubscriber."""
    one, wanted = _notification(_budget(context, params), params["Notification"]), params["Subscriber"]
    if wanted in one.subscribers:
        raise Refused("DuplicateRecordException", "The subscriber already exists.", status=400)
    one.subscribers = [*one.subscribers, dict(wanted)]
    return {}


def delete_subscriber(context: Context, params: Params) -> Answer:
    """DeleteSubscriber: with the last one the notification goes too."""
    budget = _budget(context, params)
    one, gone = _notification(budget, params["Notification"]), params["Subscriber"]
    if gone not in one.subscribers:
        raise Refused("NotFoundException", "There is no such subscriber.", status=400)
    one.subscribers = [each for each in one.subscribers if each != gone]
    if not one.subscribers:
        budget.notifications.remove(one)
    return {}


HANDLERS: Mapping[str, Handler] = {
    "CreateBudget": create,
    "CreateNotification": create_notification,
    "CreateSubscriber": create_subscriber,
    "DeleteNotification": delete_notification,
    "DeleteSubscriber": delete_subscriber,
    "DescribeBudgetNotificationsForAccount": all_notifications,
    "DescribeNotificationsForBudget": notifications,
    "DescribeSubscribersForNotification": subscribers,
    "UpdateBudget": update,
}
