"""What the page about users and keys is drawn from."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from ishigaki.core.people_changes import Stock
from ishigaki.core.people_news import News
from ishigaki.core.reasons import Reason, Register
from ishigaki.report.people_trend import View
from ishigaki.texts import Language


class PeoplePicture(msgspec.Struct, frozen=True, kw_only=True):
    """`stock` is the newest stock-take, `at` its moment in the reader's zone; `news` since the day before it and since
    a week before, as far as history reaches; `reasons` the whole register, `register` the users beside it."""

    language: Language
    at: datetime
    today: date
    product_version: str
    view: View
    stock: Stock
    news: tuple[News, ...]
    reasons: tuple[Reason, ...]
    register: Register
