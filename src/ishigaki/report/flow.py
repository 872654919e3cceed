"""Lines for a terminal: Japanese breaks between any two characters, Latin words stay whole.

`rich` breaks at spaces only, which tears Japanese apart wherever it holds a Latin word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

_WIDE = r"\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_PIECE = re.compile(rf"[^\S\n]+|\n|[{_WIDE}]|[^\s{_WIDE}]+ %[^\s{_WIDE}]*|[^\s{_WIDE}]+")
_OPENING = re.compile(r"^ *(?:- |・)?")
_NOT_LAST = "(（「『【〔〈《"
_NOT_FIRST = ")%、。，．）」』】〕〉》・ー！？：；ぁぃぅぇぉっゃゅょァィゥェォッャュョ々"


class Flow:
    """A text that wraps itself to the width it is given; its lines go on `hang` columns further in, if any."""

    def __init__(self, text: Text, *, hang: int = 0) -> None:
        self.text, self.hang = text, hang

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self.hang:
            yield from _wrapped(self.text, options.max_width)
            return
        for line in self.text.split("\n", allow_blank=True):
            lead = len(line.plain) - len(line.plain.lstrip(" "))
            for number, part in enumerate(_wrapped(line[lead:], options.max_width - lead - self.hang)):
                part.pad_left(lead + self.hang if number else lead)
                yield part

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((cell_len(line) for line in self.text.plain.split("\n")), default=0)
        pieces = max((cell_len(p) for p in _pieces(self.text.plain)), default=0)
        return Measurement(min(pieces, options.max_width), min(widest, options.max_width))


def _wrapped(text: Text, width: int) -> Iterator[Text]:
    for line in text.divide(breaks(text.plain, width)):
        line.rstrip()
        yield line


def wrapped(text: str, width: int) -> str:
    """Plain lines no wider than `width` cells. They go on behind what opens them (blanks, a bullet), and words are
    not torn: one that is wider by itself stays so."""
    return "".join(_behind(line, width) for line in text.split("\n"))


def _behind(line: str, width: int) -> str:
    body = _OPENING.sub("", line)
    opening = line[: len(line) - len(body)]
    room = width - cell_len(opening)
    offsets = [0, *breaks(body, room, tear=False), len(body)]
    parts = [body[a:b].rstrip() for a, b in pairwise(offsets)]
    turn = "\n" + " " * cell_len(opening)
    return f"{opening}{turn.join(parts)}\n"


def breaks(text: str, width: int, *, tear: bool = True) -> list[int]:
    """The offsets at which new lines begin, so that no line is wider than `width` cells. A word that is wider is torn,
    or else stands alone."""
    offsets: list[int] = []
    at = used = 0
    for piece in _pieces(text):
        if piece == "\n":
            at += 1
            offsets.append(at)
            used = 0
            continue
        size = cell_len(piece)
        if used and used + size > width and not piece.isspace():
            offsets.append(at)
            used = 0
        for number, chunk in enumerate(chop_cells(piece, width) if tear else [piece]):
            if number:
                offsets.append(at)
                used = 0
            at += len(chunk)
            used += cell_len(chunk)
    return offsets


def _pieces(text: str) -> Iterator[str]:
    """What may not be torn: words, and single wide characters with the punctuation that clings to them."""
    held = ""
    for piece in _PIECE.findall(text):
        if held.strip() and (piece[0] in _NOT_FIRST or held[-1] in _NOT_LAST) and piece != "\n":
            held += piece
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held
