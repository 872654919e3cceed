"""Microsoft Teams: an Adaptive Card through a Workflows webhook, which can only add.

The words stand in text runs, which Teams never reads as Markdown. A workflow takes what it is sent (202) before it
posts it: that a message was accepted is all that can be known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from ishigaki.core.destination import Sent, Teams
from ishigaki.core.finding import Severity
from ishigaki.core.notice import Link, Message, Part
from ishigaki.notify.plain import more_words
from ishigaki.notify.trim import trimmed
from ishigaki.notify.wire import post_json

LARGEST = 27_000  # bytes, of about 28 KB, in UTF-8 and in UTF-16, which Teams counts in
MOST_BUTTONS = 6
STYLE = {Severity.CRITICAL: "attention", Severity.HIGH: "attention", Severity.MEDIUM: "warning"}
Element = dict[str, Any]


def render(message: Message, destination: Teams) -> dict[str, Any]:
    """The card in the envelope that Workflows expects, within Teams' size."""
    return _envelope(trimmed(message, _fits))


def _fits(message: Message) -> bool:
    text = msgspec.json.encode(_envelope(message)).decode()
    return max(len(text.encode()), len(text.encode("utf-16-le"))) <= LARGEST


def _envelope(message: Message) -> dict[str, Any]:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": message.language,
        "fallbackText": message.title,
        "body": _body(message),
        "actions": _buttons(message),
        "msteams": {"width": "Full"},
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def _body(message: Message) -> list[Element]:
    style = (
        "good"
        if message.done
        else STYLE.get(message.severity, "emphasis")
        if message.severity
        else "emphasis"
    )
    title = _text([_run(message.title, size="Large", weight="Bolder")])
    commands = [
        _text([_run(a.text, fontType="Monospace")], spacing="Small") for a in message.actions if not a.url
    ]
    footer = [_text([_run(f, size="Small", isSubtle=True)], spacing="Small") for f in message.footer]
    if footer:
        footer[0] |= {"separator": True, "spacing": "Medium"}
    parts = (e for part in message.parts for e in _part(part, message.language))
    return [
        {"type": "Container", "style": style, "bleed": True, "items": [title]},
        *parts,
        *commands,
        *footer,
    ]


def _part(part: Part, language: str) -> Iterable[Element]:
    if part.heading:
        yield _text([_run(part.heading, weight="Bolder")], spacing="Medium")
    for number, line in enumerate(filter(None, part.text.splitlines())):
        yield _text([_run(line)], spacing="Small" if part.heading or number else "Medium")
    for bullet in (*part.bullets, *filter(None, [more_words(part, language)])):
        yield _text([_run(f"• {bullet}")], spacing="Small")
    for link in part.links:
        yield _text([_run(link.text, **_leading(link))], spacing="Small")


def _buttons(message: Message) -> Sequence[Element]:
    links = [a for a in message.actions if a.url][:MOST_BUTTONS]
    return [{"type": "Action.OpenUrl", "title": a.text, "url": a.url} for a in links]


def _leading(link: Link) -> Element:
    return (
        {"selectAction": {"type": "Action.OpenUrl", "url": link.url}, "color": "Accent"} if link.url else {}
    )


def _text(runs: list[Element], *, spacing: str = "Default") -> Element:
    return {"type": "RichTextBlock", "inlines": runs, "spacing": spacing}


def _run(text: str, **look: Any) -> Element:
    return {"type": "TextRun", "text": text, **look}


def deliver(
    payload: dict[str, Any],
    destination: Teams,
    *,
    message: Message,
    previous: Sent | None,
    secret: Callable[[str], str],
) -> Sent:
    """Hand it to the workflow."""
    post_json(secret(destination.webhook), payload)
    return Sent()
