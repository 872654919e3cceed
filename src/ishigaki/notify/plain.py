"""Text that steers nothing: what names may do to a message, and a message as plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from ishigaki.core.notice import Link, Message, Part
from ishigaki.texts import message as words

LONGEST_LINE = 500  # characters of a heading, a bullet or a link's text
LONGEST_URL = 2000
LONGEST_DETAIL = 200  # of what a service says
JOINERS = "\u200c\u200d"  # emoji and some scripts are written with them
WIDE_SPACE = "\u3000"
BLANKS = re.compile(r"[^\S\u3000]+")


def line(text: str) -> str:
    """Text as one line: what breaks lines, reorders or hides text shows as such."""
    return clip(BLANKS.sub(" ", _visible(text)).strip(), LONGEST_LINE)


def paragraphs(text: str) -> str:
    """Text whose line breaks are kept."""
    return "\n".join(_visible(each).strip() for each in text.splitlines()).strip()


def _visible(text: str) -> str:
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable() or character in JOINERS or character == WIDE_SPACE:
        return character
    return " " if character.isspace() else "\ufffd"


def clip(text: str, most: int) -> str:
    """Text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def cleaned(message: Message) -> Message:
    """The message with nothing in it that a service or a reader could take for more than text."""
    return replace(
        message,
        title=line(message.title) or "-",  # a message without any text is refused everywhere
        parts=tuple(_part(p) for p in message.parts),
        actions=_links(message.actions),
        footer=tuple(filter(None, map(line, message.footer))),
        assignee=line(message.assignee),
    )


def _part(part: Part) -> Part:
    return replace(
        part,
        text=paragraphs(part.text),
        heading=line(part.heading),
        bullets=tuple(filter(None, map(line, part.bullets))),
        links=_links(part.links),
    )


def _links(links: Iterable[Link]) -> tuple[Link, ...]:
    return tuple(link for link in map(_link, links) if link.text)


def _link(link: Link) -> Link:
    """A link leads to a web page or, its address left out, nowhere."""
    try:
        web = (
            urlsplit(link.url).scheme in ("https", "http") and link.url.isprintable() and " " not in link.url
        )
    except ValueError:
        web = False
    url = link.url if web and len(link.url) <= LONGEST_URL else ""
    return Link(text=line(link.text) or url, url=url)


def more_words(part: Part, language: str) -> str:
    """How many lines were left out; empty where none were."""
    return words("and_more", "ja" if language == "ja" else "en", count=part.more) if part.more else ""


class Marks(msgspec.Struct, frozen=True):
    """How a service writes text as it is, a heading, and a link."""

    escape: Callable[[str], str] = str
    heading: Callable[[str], str] = str
    link: Callable[[Link], str] = lambda k: f"{k.text}: {k.url}" if k.text != k.url else k.url


PLAIN = Marks()


def text_of(message: Message, marks: Marks = PLAIN) -> str:
    """The message below its title, as plain text or as a service writes it."""
    blocks = [_lines(part, message.language, marks) for part in message.parts]
    blocks.append([_linked(a, marks) for a in message.actions])
    blocks.append([marks.escape(f) for f in message.footer])
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _lines(part: Part, language: str, marks: Marks) -> list[str]:
    lines = [marks.heading(part.heading)] if part.heading else []
    lines += [marks.escape(each) for each in part.text.splitlines()]
    bullets = [*part.bullets, *filter(None, [more_words(part, language)])]
    lines += [f"- {marks.escape(each)}" for each in bullets]
    lines += [""] if bullets and part.links else []
    return lines + [_linked(k, marks) for k in part.links]


def _linked(link: Link, marks: Marks) -> str:
    return marks.link(link) if link.url else marks.escape(link.text)
