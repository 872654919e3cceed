"""What security services cost beside all else, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ishigaki.core.plan import Plan
from ishigaki.core.spend import LIMIT, Spend
from ishigaki.report.terminal import plain
from ishigaki.report.words import phrase
from ishigaki.standards.prices import commitments, prices
from ishigaki.texts import Language

MOST = 6  # services named of one account


def lines(made: Plan, spends: Sequence[Spend], language: Language) -> Iterable[str]:
    """Each account's security services now, and with the plan, against the aim."""
    if not spends:
        return
    yield phrase("spend.title", month=f"{spends[0].month:%Y-%m}")[language]
    planned = monthly_of(made)
    for spend in spends:
        name = made.around[spend.account].name or spend.account
        yield f"  {phrase('spend.account', account=plain(name), id=spend.account)[language]}"
        for line in _told(spend, planned.get(spend.account, 0.0), language):
            yield f"    {line}"


def _told(spend: Spend, more: float, language: Language) -> Iterable[str]:
    if spend.error:
        yield phrase("spend.unseen", code=spend.error)[language]
        return
    now, then = spend.share(), spend.share(more)
    if now is None or then is None:
        yield phrase("spend.none")[language]
        return
    facts = {"now": _usd(spend.security), "total": _usd(spend.total), "share": f"{now:.1f}"}
    yield phrase("spend.now", **facts)[language]
    for name, usd in sorted(spend.services.items(), key=lambda s: -s[1])[:MOST]:
        yield f"· {name}: USD {_usd(usd)}"
    facts = {"then": _usd(spend.security + more), "total": _usd(spend.total + more), "share": f"{then:.1f}"}
    yield phrase("spend.then", limit=LIMIT, **facts)[language]
    if then >= LIMIT:
        yield phrase("spend.over", limit=LIMIT)[language]


def monthly_of(made: Plan) -> Mapping[str, float]:
    """The plan's estimate in US dollars a month, by account."""
    found: dict[str, float] = {}
    for change in made.changes:
        if change.cost:
            found[change.account] = found.get(change.account, 0.0) + change.cost.monthly
    return found


def commitment_lines(made: Plan, language: Language) -> Iterable[str]:
    """A warning for each thing in the plan that is paid for by contract, Shield Advanced above all."""
    for fact in commitments(made.changes):
        price = prices()[fact]
        usd = _usd(price.monthly(made.home))
        yield phrase("announce.commitment", label=dict(price.label), usd=usd)[language]


def _usd(amount: float) -> str:
    return f"{amount:,.2f}"
