"""Any receiver of JSON over HTTP, signed.

The body is a message as it is, without anybody's markup:

    {"version": 1, "id": "…", "thread": "…", "kind": "opened", "language": "ja", "title": "…", "text": "…",
     "parts": [{"heading": "…", "text": "…", "bullets": ["…"], "more": 0, "links": [{"text": "…", "url": "…"}]}],
     "actions": [{"text": "…", "url": "…"}], "footer": ["…"], "severity": "HIGH", "urgent": true,
     "due": "2026-11-24T18:00:00+09:00", "assignee": "…", "done": false}

`text` is all of it below the title as plain text. The same message may come twice and then has the same `id`; what
is about one case has the same `thread`, and `done` ends it. The header

    X-Ishigaki-Signature: t=1795000000,v1=5257a869e7…

holds the time of sending in seconds since 1970 and, in hexadecimal digits, the HMAC-SHA256 of the time, a full stop and
the body under the common secret. A receiver computes it over the bytes that it was sent, compares in constant time,
and refuses what is older than five minutes. Any answer 2xx means that the message was taken.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec

from ishigaki.core.destination import Sent, Webhook
from ishigaki.core.notice import Message
from ishigaki.notify.plain import text_of
from ishigaki.notify.wire import request

VERSION = 1
HEADER = "X-Ishigaki-Signature"


def render(message: Message, destination: Webhook) -> dict[str, Any]:
    """The message as JSON holds it."""
    told: dict[str, Any] = msgspec.to_builtins(message)
    return {"version": VERSION, **told, "text": text_of(message)}


def signature(body: bytes, *, secret: str, at: int) -> str:
    """The signature of a body that is sent at this second."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    return f"t={at},v1={digest}"


def deliver(
    payload: dict[str, Any],
    destination: Webhook,
    *,
    message: Message,
    previous: Sent | None,
    secret: Callable[[str], str],
) -> Sent:
    """Sign it and post it."""
    body = msgspec.json.encode(payload)
    signed = signature(body, secret=secret(destination.secret), at=int(time.time()))
    headers = {"Content-Type": "application/json; charset=utf-8", HEADER: signed}
    request("POST", secret(destination.url), body=body, headers=headers)
    return Sent(root=previous.root if previous else message.id, reference=message.id)
