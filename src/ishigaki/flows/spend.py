"""Spend: what the security services of accounts cost now, asked of Cost Explorer. Every request is charged for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ishigaki.aws.access import Access, NoEntry, Role
from ishigaki.core.estate import Account
from ishigaki.core.spend import Spend, last_month, question, spend_of

REQUEST_USD = (
    0.01  # what Cost Explorer charges for one request; https://aws.amazon.com/aws-cost-management/pricing/
)


def spends(access: Access, accounts: Iterable[Account], *, today: date) -> list[Spend]:
    """The last full month of each account: one request each, made with the role that reads."""
    month = last_month(today)
    return [_spend(access, account, month) for account in accounts]


def _spend(access: Access, account: Account, month: date) -> Spend:
    role = Role(account.role, account.external_id) if account.role else None
    try:
        perform = access.performing(access.enter(account.id, role))
    except NoEntry as no:
        return Spend(account.id, month, error=no.code)
    asked = question(account.id, month, partition=access.partition)
    return spend_of(account.id, month, perform(asked))
