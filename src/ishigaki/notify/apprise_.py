"""Everything else, through apprise: plain text, since it knows no more of what the services can show."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import apprise

from ishigaki.core.destination import Apprise, Sent
from ishigaki.core.notice import Message
from ishigaki.notify.plain import LONGEST_DETAIL, clip, text_of
from ishigaki.notify.undelivered import Undelivered
from ishigaki.notify.wire import CONNECT, READ, silenced


def render(message: Message, destination: Apprise) -> dict[str, Any]:
    """Title and text; a service that takes less gets it in several messages."""
    return {"title": message.title, "body": text_of(message) or message.title}


def deliver(
    payload: dict[str, Any],
    destination: Apprise,
    *,
    message: Message,
    previous: Sent | None,
    secret: Callable[[str], str],
) -> Sent:
    """Send it by the service of the URL."""
    with silenced("apprise") as warnings, silenced("urllib3.connectionpool"):
        asset = apprise.AppriseAsset(app_id="ishigaki", app_desc="ishigaki", http_redirects=False)
        service = apprise.Apprise.instantiate(secret(destination.url), asset=asset)
        if service is None:
            raise Undelivered("refused", "apprise does not know this URL", permanent=True)
        service.socket_connect_timeout, service.socket_read_timeout = CONNECT, READ
        service.overflow_mode = apprise.OverflowMode.SPLIT
        if service.notify(body_format=apprise.NotifyFormat.TEXT, **payload):
            return Sent()
    raise _failed(" ".join(warnings))


def _failed(said: str) -> Undelivered:
    """Apprise says what happened in its warnings alone."""
    detail = clip(said, LONGEST_DETAIL)
    status = re.search(r"error=(\d{3})", said)
    code = int(status.group(1)) if status else 500
    if code == 429:
        return Undelivered("limited", detail)
    return (
        Undelivered("refused", detail, permanent=True)
        if 400 <= code < 500
        else Undelivered("failing", detail)
    )
