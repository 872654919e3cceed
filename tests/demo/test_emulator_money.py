"""Budgets and what an account spends."""

from typing import Any

from tests.demo.conftest import MANAGEMENT, Aws, refused

HERE = {"AccountId": MANAGEMENT, "BudgetName": "month"}
BUDGET = {
    "BudgetName": "month",
    "BudgetLimit": {"Amount": "100", "Unit": "USD"},
    "TimeUnit": "MONTHLY",
    "BudgetType": "COST",
}
ACTUAL: dict[str, Any] = {
    "NotificationType": "ACTUAL",
    "ComparisonOperator": "GREATER_THAN",
    "Threshold": 80,
}
MAIL = [{"SubscriptionType": "EMAIL", "Address": "a@example.com"}]


def notified(budgets: Any) -> list[tuple[str, float, str]]:
    """The notifications of the budget: kind, threshold, state."""
    found = budgets.describe_notifications_for_budget(**HERE)["Notifications"]
    return [(one["NotificationType"], one["Threshold"], one["NotificationState"]) for one in found]


def test_a_budget_tells_its_subscribers(aws: Aws) -> None:
    budgets = aws.client("budgets")
    refused("NotFoundException", budgets.describe_notifications_for_budget, **HERE)
    told = [{"Notification": ACTUAL, "Subscribers": MAIL}]
    budgets.create_budget(AccountId=MANAGEMENT, Budget=BUDGET, NotificationsWithSubscribers=told)
    assert notified(budgets) == [("ACTUAL", 80, "OK")]
    percent = {**ACTUAL, "ThresholdType": "PERCENTAGE"}  # the same notification: AWS's default said
    create = budgets.create_notification
    refused("DuplicateRecordException", create, **HERE, Notification=percent, Subscribers=MAIL)
    forecast = {**percent, "NotificationType": "FORECASTED"}
    budgets.create_notification(**HERE, Notification=forecast, Subscribers=MAIL)
    shown = budgets.describe_subscribers_for_notification(**HERE, Notification=forecast)
    assert shown["Subscribers"] == MAIL
    budgets.delete_notification(**HERE, Notification=forecast)
    refused("NotFoundException", budgets.delete_notification, **HERE, Notification=forecast)
    assert notified(budgets) == [("ACTUAL", 80, "OK")]


def test_a_budget_is_changed_and_deleted(aws: Aws) -> None:
    budgets = aws.client("budgets")
    budgets.create_budget(AccountId=MANAGEMENT, Budget=BUDGET)
    refused("DuplicateRecordException", budgets.create_budget, AccountId=MANAGEMENT, Budget=BUDGET)
    before = budgets.describe_budget(**HERE)["Budget"]
    more = {**BUDGET, "BudgetLimit": {"Amount": "200", "Unit": "USD"}}
    budgets.update_budget(AccountId=MANAGEMENT, NewBudget=more)
    after = budgets.describe_budget(**HERE)["Budget"]
    assert after["BudgetLimit"]["Amount"] == "200"
    assert after["TimePeriod"] == before["TimePeriod"]
    budgets.delete_budget(**HERE)
    assert not budgets.describe_budgets(AccountId=MANAGEMENT).get("Budgets")
    refused("AccessDeniedException", budgets.create_budget, AccountId="222222222222", Budget=BUDGET)


def test_a_bill_is_told_by_service_and_as_a_whole(aws: Aws) -> None:
    costs = aws.client("ce")
    asked: dict[str, Any] = {
        "TimePeriod": {"Start": "2026-01-01", "End": "2026-03-01"},
        "Granularity": "MONTHLY",
        "Metrics": ["UnblendedCost"],
    }
    months = costs.get_cost_and_usage(**asked)["ResultsByTime"]
    by_service = [{"Type": "DIMENSION", "Key": "SERVICE"}]
    split = costs.get_cost_and_usage(**asked, GroupBy=by_service)["ResultsByTime"]
    assert [month["TimePeriod"]["Start"] for month in months] == ["2026-01-01", "2026-02-01"]
    for whole, parts in zip(months, split, strict=True):
        amounts = [float(group["Metrics"]["UnblendedCost"]["Amount"]) for group in parts["Groups"]]
        assert round(sum(amounts), 2) == round(float(whole["Total"]["UnblendedCost"]["Amount"]), 2) > 0
    future = {**asked, "TimePeriod": {"Start": "2099-01-01", "End": "2099-02-01"}}
    (coming,) = costs.get_cost_and_usage(**future)["ResultsByTime"]
    assert (float(coming["Total"]["UnblendedCost"]["Amount"]), coming["Estimated"]) == (0, True)


def test_anomalies_are_watched_for(aws: Aws) -> None:
    costs = aws.client("ce")
    services = {"MonitorName": "services", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    monitor = costs.create_anomaly_monitor(AnomalyMonitor=services)["MonitorArn"]
    refused("LimitExceededException", costs.create_anomaly_monitor, AnomalyMonitor=services)
    mail = [{"Type": "EMAIL", "Address": "a@example.com"}]
    wanted: dict[str, Any] = {"MonitorArnList": [monitor], "Subscribers": mail, "SubscriptionName": "daily"}
    wanted |= {"Frequency": "DAILY", "Threshold": 100.0}
    missing = {**wanted, "MonitorArnList": [monitor + "0"]}
    refused("UnknownMonitorException", costs.create_anomaly_subscription, AnomalySubscription=missing)
    told = costs.create_anomaly_subscription(AnomalySubscription=wanted)["SubscriptionArn"]
    (shown,) = costs.get_anomaly_subscriptions(MonitorArn=monitor)["AnomalySubscriptions"]
    assert (shown["SubscriptionArn"], shown["Frequency"]) == (told, "DAILY")
    assert costs.get_anomalies(DateInterval={"StartDate": "2026-01-01"})["Anomalies"] == []
    costs.delete_anomaly_subscription(SubscriptionArn=told)
    costs.delete_anomaly_monitor(MonitorArn=monitor)
    assert costs.get_anomaly_monitors()["AnomalyMonitors"] == []
    refused("UnknownSubscriptionException", costs.delete_anomaly_subscription, SubscriptionArn=told)
