"""From the history of stock-takes and the register to the picture that the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo

from ishigaki import __version__
from ishigaki.core.estate import Estate
from ishigaki.core.reasons import Reason, beside
from ishigaki.flows.people_trend import SPANS, before, news_of, view_of
from ishigaki.report.people_picture import PeoplePicture
from ishigaki.store.lake import History
from ishigaki.store.people_counts import stock
from ishigaki.texts import Language


def picture_of(
    history: History,
    reasons: Sequence[Reason],
    *,
    language: Language,
    estate: Estate | None,
    since: date | None,
    today: date,
    zone: tzinfo | None,
) -> PeoplePicture:
    """The picture of the newest stock-take, with the trend since a date. Raises `UsageError` where there is nothing."""
    view = view_of(history, language=language, estate=estate, since=since)
    newest = stock(history, view.last.day)
    then = [before(history, day=newest.day, span=span) for span in SPANS]
    found = [
        news_of(stock(history, day), newest, view, reasons, today=today)
        for day in dict.fromkeys(then)
        if day is not None
    ]
    return PeoplePicture(
        language=language,
        at=max(v.collected_at for v in newest.visits).astimezone(zone),
        today=today,
        product_version=__version__,
        view=view,
        stock=newest,
        news=tuple(found),
        reasons=tuple(reasons),
        register=beside(newest.rows, reasons, today=today),
    )
