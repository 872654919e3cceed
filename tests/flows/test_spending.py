"""Spend: one request for each account, with the role that reads; what cannot be entered is not a figure."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from ishigaki.aws.access import Access, NoEntry, Role
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call
from ishigaki.core.estate import Account
from ishigaki.flows.spend import spends

OURS, CLOSED = "111111111111", "222222222222"


class Door:
    """An `Access` that lets into one account and writes down what was asked there."""

    partition = "aws"

    def __init__(self) -> None:
        self.asked: list[tuple[str, Call]] = []

    def enter(self, account: str, role: Role | None) -> Any:
        if account == CLOSED:
            raise NoEntry("AccessDenied", "not authorized to perform: sts:AssumeRole")
        return SimpleNamespace(account=account, role=role)

    def performing(self, target: Any) -> Any:
        def perform(call: Call) -> Answer:
            self.asked.append((target.account, call))
            cost = {"UnblendedCost": {"Amount": "12.5", "Unit": "USD"}}
            return Answer(({"ResultsByTime": [{"Groups": [{"Keys": ["AWS Config"], "Metrics": cost}]}]},))

        return perform


def test_each_account_is_asked_once_for_its_own_cost() -> None:
    door = Door()
    accounts = [Account(OURS, role="ishigaki-read"), Account(CLOSED, role="ishigaki-read")]
    ours, closed = spends(cast("Access", door), accounts, today=date(2026, 11, 22))
    assert (ours.month, ours.total, dict(ours.services)) == (date(2026, 10, 1), 12.5, {"AWS Config": 12.5})
    assert (closed.error, closed.total) == ("AccessDenied", 0.0)
    ((account, call),) = door.asked
    assert (account, call.operation) == (OURS, "GetCostAndUsage")
    assert call.params["Filter"]["And"][0]["Dimensions"]["Values"] == [OURS]
