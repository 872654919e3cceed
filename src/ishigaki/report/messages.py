"""Messages as a page: what would be sent, destination by destination, as it would look in a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from ishigaki.core.notice import Link, Message
from ishigaki.report.markup import asset, environment, policy
from ishigaki.texts import Language
from ishigaki.texts.notices import say

Sent = tuple[str, Message]  # the destination's name, and what goes there


def page(messages: Sequence[Sent], language: Language) -> str:
    """One file that holds all it shows and runs no script. `language` is the page's; a message keeps its own."""
    style = asset("messages.css")
    return (
        _environment()
        .get_template("messages.html.j2")
        .render(
            language=language,
            policy=policy(style),
            style=Markup(style),  # noqa: S704  (our own file)
            channels=_by_destination(messages),
            count=len(messages),
        )
    )


def _by_destination(messages: Sequence[Sent]) -> Mapping[str, list[Message]]:
    channels: dict[str, list[Message]] = {}
    for name, message in messages:
        channels.setdefault(name, []).append(message)
    return channels


def _command(action: Link) -> tuple[str, str]:
    """An action's label and its command, which our own words part by a colon."""
    label, _, command = action.text.partition(": ")
    return label, command


def _verdict(message: Message) -> tuple[str, str]:
    """What the title says first, with its deadline, and the rest of it."""
    verdict, _, rest = message.title.partition(" · ")
    return verdict, rest


def _tone(message: Message) -> str:
    """The class that colours a message: what is over, else how grave it is, else a plain one."""
    return "done" if message.done else message.severity.value if message.severity else "plain"


@cache
def _environment() -> Environment:
    made = environment()
    made.filters |= {"tone": _tone, "command": _command, "verdict": _verdict}
    made.globals["say"] = say
    return made
