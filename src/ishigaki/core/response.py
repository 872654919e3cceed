"""The response policy: what is tracked until it is fixed, told once, or left alone. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

Action = Literal["track", "notify_once", "leave"]
Audience = Literal["owner", "lead", "security"]


class Decision(msgspec.Struct, frozen=True):
    """What a policy decides of one concern.

    `within` is the time there is ("24 hours", "7 days", "5 business days"; empty for what is not tracked), `row` names the
    row that decided, `reason` is its reason in the language of the row's author or of both (`en`, `ja`). What has
    hours is `urgent`. `audience` is who is told first.
    """

    action: Action
    row: str
    reason: str
    within: str = ""
    urgent: bool = False
    audience: tuple[Audience, ...] = ("owner",)
