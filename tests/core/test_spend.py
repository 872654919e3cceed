"""What security services cost: the question put to Cost Explorer, and what its answer says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from ishigaki.core.answer import Answer
from ishigaki.core.spend import Spend, guards, last_month, question, spend_of

OCTOBER = date(2026, 10, 1)


def page(unit: str = "USD", **costs: float) -> dict[str, Any]:
    groups = [
        {
            "Keys": [name.replace("_", " ")],
            "Metrics": {"UnblendedCost": {"Amount": str(usd), "Unit": unit}},
        }
        for name, usd in costs.items()
    ]
    return {"ResultsByTime": [{"Groups": groups, "Estimated": False}]}


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 11, 22), OCTOBER),
        (date(2026, 1, 1), date(2025, 12, 1)),
        (date(2026, 3, 31), date(2026, 2, 1)),
    ],
)
def test_the_last_full_month(today: date, month: date) -> None:
    assert last_month(today) == month


def test_the_question_is_one_that_cost_explorer_understands() -> None:
    asked = question("111122223333", date(2026, 12, 1), partition="aws")
    model = get_session().get_service_model(asked.service).operation_model(asked.operation)
    report = ParamValidator().validate(dict(asked.params), model.input_shape)
    assert not report.has_errors(), report.generate_report()
    assert (asked.region, asked.permissions) == ("us-east-1", ("ce:GetCostAndUsage",))
    assert asked.params["TimePeriod"] == {"Start": "2026-12-01", "End": "2027-01-01"}


def test_security_services_beside_all_else() -> None:
    answer = Answer((page(AWS_Config=6, Amazon_GuardDuty=3, AWS_Lambda=90, AWS_Shield=0),))
    spend = spend_of("111122223333", OCTOBER, answer)
    assert spend.services == {"AWS Config": 6, "Amazon GuardDuty": 3}
    assert (spend.total, spend.security) == (99, 9)
    assert spend.share() == pytest.approx(100 * 9 / 99)
    assert spend.share(1) == pytest.approx(10)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(error="AccessDeniedException"), "AccessDeniedException"),
        (Answer(({**page(AWS_Config=1), "NextPageToken": "more"},)), "MorePages"),
        (Answer((page(unit="JPY", AWS_Config=1),)), "OtherCurrency"),
    ],
)
def test_what_was_not_wholly_seen_is_no_figure(answer: Answer, code: str) -> None:
    assert spend_of("111122223333", OCTOBER, answer) == Spend("111122223333", OCTOBER, error=code)


def test_no_cost_has_no_share() -> None:
    assert spend_of("111122223333", OCTOBER, Answer(({"ResultsByTime": [{"Groups": []}]},))).share() is None


@pytest.mark.parametrize(
    ("service", "is_security"),
    [
        ("AWS Security Hub", True),
        ("AWS Key Management Service", True),
        ("AWS WAF", True),
        ("Amazon EC2", False),
    ],
)
def test_which_services_count(service: str, is_security: bool) -> None:
    assert guards(service) is is_security
