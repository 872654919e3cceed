"""Sending: the one way to every channel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from ishigaki.core.destination import Destination, Sent
from ishigaki.core.notice import Message
from ishigaki.core.usage import UsageError
from ishigaki.notify.plain import cleaned
from ishigaki.notify.undelivered import Undelivered

ADAPTERS: Mapping[str, str] = {
    "slack": "ishigaki.notify.slack",
    "email": "ishigaki.notify.mail",
    "backlog": "ishigaki.notify.backlog",
    "teams": "ishigaki.notify.teams",
    "webhook": "ishigaki.notify.webhook",
    "apprise": "ishigaki.notify.apprise_",
}
HIDDEN = "***"
TELLING = 8  # characters from which a piece of a secret address is taken for a secret itself


def render(message: Message, destination: Destination) -> Any:
    """What a destination would be sent, without sending it."""
    return _adapter(destination).render(cleaned(message), destination)


def prepare(destination: Destination, *, secrets: Callable[[str], str]) -> None:
    """Raises `UsageError` where a destination can surely not be reached: a secret or an installed part is missing."""
    _adapter(destination)
    for key in destination.SECRETS:
        if reference := getattr(destination, key):
            secrets(reference)


def send(
    message: Message,
    destination: Destination,
    *,
    previous: Sent | None = None,
    secrets: Callable[[str], str],
) -> Sent:
    """Send a message; `previous` is what was sent there last, or first, in the same thread. Raises `Undelivered`."""
    known: list[str] = []

    def secret(reference: str) -> str:
        value = secrets(reference)
        known.append(value)
        return value

    try:
        adapter, clean = _adapter(destination), cleaned(message)
        payload = adapter.render(clean, destination)
        sent: Sent = adapter.deliver(payload, destination, message=clean, previous=previous, secret=secret)
    except Undelivered as wrong:
        raise Undelivered(
            wrong.code,
            without(wrong.detail, known),
            retry_after=wrong.retry_after,
            permanent=wrong.permanent,
        ) from None
    except UsageError as wrong:  # it may be set right at any time, so that it is worth trying again
        code = "extra" if wrong.code == "extra_missing" else "secret"
        raise Undelivered(code, str(wrong.facts.get("where", destination.channel))) from None
    return sent


def without(text: str, secrets: Iterable[str]) -> str:
    """Text in which secrets, and the pieces of addresses that are secret, cannot be read."""
    pieces = {s for s in secrets if s}
    for value in tuple(pieces):
        if "://" in value:
            parts = urlsplit(value)
            pieces |= {p for p in re.split(r"[/?&=:@;]", value) if len(p) >= TELLING and p != parts.hostname}
            pieces.add(parts.path if len(parts.path) >= TELLING else value)
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, HIDDEN)
    return text


def _adapter(destination: Destination) -> ModuleType:
    try:
        return import_module(ADAPTERS[destination.channel])
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.startswith("ishigaki"):
            raise
        raise UsageError("extra_missing", channel=destination.channel) from None
