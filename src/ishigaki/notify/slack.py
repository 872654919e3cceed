"""Slack: Block Kit, by incoming webhook or as a bot.

The words stand in plain and rich text, where Slack reads nothing as markup or mention; only the fallback is text
that needs its escapes. A bot answers in the thread of a case and edits its first message when that is over or begins
anew; a webhook can only add.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextListElement,
    RichTextSectionElement,
    SectionBlock,
)

from ishigaki.core.destination import Sent, Slack
from ishigaki.core.notice import Link, Message, Part
from ishigaki.notify.plain import clip, more_words, text_of
from ishigaki.notify.trim import trimmed
from ishigaki.notify.undelivered import Undelivered
from ishigaki.notify.wire import parsed, post_json

MOST_BLOCKS, LONGEST_HEADER, LONGEST_SECTION, LONGEST_TEXT = 50, 150, 3000, 4000
MOST_PARTS = 40  # blocks for parts; where there are more, neighbours share one
LONGEST = 12_000  # characters of all blocks as JSON; Slack says msg_blocks_too_long at about 13,200
EDITING = ("closed", "excepted", "relapsed")  # what the first message of a thread has to show
WIDE = (
    "escalated",
    "relapsed",
    "worsened",
)  # what the whole channel is to see, though it is said in a thread
PASSING = ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "rollup_error")
Text = RichTextElementParts.Text


def render(message: Message, destination: Slack) -> dict[str, Any]:
    """A message of Block Kit that keeps every limit, with its fallback text."""
    fitting = trimmed(message, _fits)
    return {
        "text": clip(_escaped(message.title), LONGEST_TEXT),
        "blocks": [block.to_dict() for block in _blocks(fitting)],
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _fits(message: Message) -> bool:
    if len(text_of(message)) > LONGEST:  # the models take their time
        return False
    blocks = _blocks(message)
    try:
        shaped = [block.to_dict() for block in blocks]
    except SlackObjectFormationError:
        return False
    return len(blocks) <= MOST_BLOCKS and len(msgspec.json.encode(shaped).decode()) <= LONGEST


def _blocks(message: Message) -> list[Block]:
    blocks: list[Block] = [HeaderBlock(text=_plain(clip(message.title, LONGEST_HEADER)))]
    if len(message.title) > LONGEST_HEADER:
        blocks.append(SectionBlock(text=_plain(clip(message.title, LONGEST_SECTION))))
    together = -(-len(message.parts) // MOST_PARTS) or 1
    for start in range(0, len(message.parts), together):
        elements = [
            e for p in message.parts[start : start + together] for e in _elements(p, message.language)
        ]
        if elements:
            blocks.append(RichTextBlock(elements=elements))
    if message.actions:
        blocks.append(RichTextBlock(elements=[_section(_spaced(message.actions))]))
    if message.footer:
        footer = clip("\n".join(message.footer), LONGEST_SECTION - 1000)
        blocks.append(ContextBlock(elements=[_plain(footer)]))
    return blocks


def _elements(part: Part, language: str) -> list[Any]:
    bold = {"bold": True}
    said = [Text(text=part.heading, style=bold)] if part.heading else []
    if part.text:
        said.append(Text(text=f"\n{part.text}" if part.heading else part.text))
    bullets = [*part.bullets, *filter(None, [more_words(part, language)])]
    listed = RichTextListElement(style="bullet", elements=[_section([Text(text=b)]) for b in bullets])
    sections: list[Any] = [_section(said)] if said else []
    sections += [listed] if bullets else []
    return sections + ([_section(_spaced(part.links))] if part.links else [])


def _spaced(links: Sequence[Link]) -> list[Any]:
    """Links in a line, and commands as such."""
    shown: list[Any] = []
    for link in links:
        shown += [Text(text="  ·  ")] if shown else []
        shown.append(
            RichTextElementParts.Link(url=link.url, text=link.text)
            if link.url
            else Text(text=link.text, style={"code": True})
        )
    return shown


def _section(elements: Sequence[Any]) -> RichTextSectionElement:
    return RichTextSectionElement(elements=elements)


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=False)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def deliver(
    payload: dict[str, Any],
    destination: Slack,
    *,
    message: Message,
    previous: Sent | None,
    secret: Callable[[str], str],
) -> Sent:
    """Post it; where there is a thread, edit its first message and answer in it."""
    if destination.webhook:
        post_json(secret(destination.webhook), payload)
        return Sent()
    root, channel = (previous.root, previous.place) if previous else ("", "")
    threaded: dict[str, Any] = {"channel": channel or destination.to}
    if root:
        threaded |= {"thread_ts": root, "reply_broadcast": message.urgent or message.kind in WIDE}
    if root and message.kind in EDITING:
        try:  # before the answer, since editing twice does no harm
            body = {"text": payload["text"], "blocks": payload["blocks"], "channel": channel, "ts": root}
            _call("chat.update", body, destination, secret)
        except Undelivered as wrong:
            if not wrong.permanent:  # a message that can no longer be edited is answered all the same
                raise
    answer = _call("chat.postMessage", {**payload, **threaded}, destination, secret)
    sent = str(answer.get("ts", ""))
    return Sent(root=root or sent, reference=sent, place=str(answer.get("channel", "")))


def _call(
    method: str, body: dict[str, Any], destination: Slack, secret: Callable[[str], str]
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {secret(destination.token)}"}
    answer = parsed(post_json(f"{destination.api.rstrip('/')}/{method}", body, headers=headers))
    if isinstance(answer, dict) and answer.get("ok") is True:
        return answer
    error = str(answer.get("error", "")) if isinstance(answer, dict) else ""
    if error == "ratelimited":
        raise Undelivered("limited", error)
    raise Undelivered("failing" if error in PASSING else "refused", error, permanent=error not in PASSING)
