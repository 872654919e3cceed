"""What security services cost an account beside all else, as Cost Explorer says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from ishigaki.core.answer import Answer
from ishigaki.core.call import Call, call

LIMIT = 5  # percent of all cost that security services should stay under
DOLLARS = "USD"
OTHER_CURRENCY, MORE_PAGES = "OtherCurrency", "MorePages"
# Names of Cost Explorer's dimension SERVICE, without "AWS" and "Amazon" before them.
SECURITY = (
    "Audit Manager",
    "CloudTrail",
    "Config",
    "Detective",
    "Firewall Manager",
    "GuardDuty",
    "Inspector",
    "Key Management Service",
    "Macie",
    "Network Firewall",
    "Security Hub",
    "Security Lake",
    "Shield",
    "WAF",
)
ENDPOINTS = {"aws": "us-east-1", "aws-cn": "cn-northwest-1"}  # where Cost Explorer answers, by partition


class Spend(msgspec.Struct, frozen=True):
    """One account's cost in US dollars in `month` (its first day): all of it, and each security service's. `error`
    says why it was not seen."""

    account: str
    month: date
    total: float = 0.0
    services: Mapping[str, float] = {}
    error: str = ""

    @property
    def security(self) -> float:
        return sum(self.services.values())

    def share(self, more: float = 0.0) -> float | None:
        """Security services' part of all cost in percent, with so many dollars more; None of nothing."""
        whole = self.total + more
        return 100 * (self.security + more) / whole if whole > 0 else None


def last_month(today: date) -> date:
    """The first day of the last full month."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def question(account: str, month: date, *, partition: str) -> Call:
    """What an account cost in a month, by service; a payer's answer is narrowed to the account."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    mine = {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [account]}}
    apart = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund", "Tax"]}}}
    return call(
        "ce",
        "GetCostAndUsage",
        region=ENDPOINTS.get(partition, ""),
        TimePeriod={"Start": month.isoformat(), "End": after.isoformat()},
        Granularity="MONTHLY",
        Metrics=["UnblendedCost"],
        GroupBy=[{"Type": "DIMENSION", "Key": "SERVICE"}],
        Filter={"And": [mine, apart]},
    )


def spend_of(account: str, month: date, answer: Answer) -> Spend:
    """What an answer says. Half an answer, and another currency, are not seen."""
    if answer.error:
        return Spend(account, month, error=answer.error)
    if any(page.get("NextPageToken") for page in answer.pages):
        return Spend(account, month, error=MORE_PAGES)
    groups = [g for p in answer.pages for r in p.get("ResultsByTime", ()) for g in r.get("Groups", ())]
    costs = [(g["Keys"][0], g["Metrics"]["UnblendedCost"]) for g in groups]
    if any(cost["Unit"] not in (DOLLARS, "N/A") for _, cost in costs):
        return Spend(account, month, error=OTHER_CURRENCY)
    amounts = [(name, float(cost["Amount"])) for name, cost in costs]
    security = {name: usd for name, usd in amounts if guards(name) and usd}
    return Spend(account, month, sum(usd for _, usd in amounts), security)


def guards(service: str) -> bool:
    """Whether a service, as Cost Explorer names it, is one of the security services."""
    return service.removeprefix("AWS ").removeprefix("Amazon ").startswith(SECURITY)
