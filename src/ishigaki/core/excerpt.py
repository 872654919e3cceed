"""A long text in pieces that overlap, so that what lies across a cut is seen whole, and is seen once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

AROUND = 16_384  # characters known on either side of whatever is looked for


class Excerpt(msgspec.Struct, frozen=True):
    """A piece of a text. What begins from `first` up to `last` is this piece's to tell, the rest a neighbour's."""

    text: str
    first: int
    last: int
    line: int  # the number of lines before the piece
    column: int  # characters of its first line that stand before the piece

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a position, from 1."""
        begin = self.text.rfind("\n", 0, at) + 1
        before = 0 if begin else self.column
        return self.line + self.text.count("\n", 0, at) + 1, before + at - begin + 1


def excerpts(chunks: Iterable[str]) -> Iterator[Excerpt]:
    """The pieces of a text that comes in chunks; no more than one of them is in memory at a time."""
    text, line, column, first = "", 0, 0, 0
    for chunk in chunks:
        text += chunk
        if len(text) <= 4 * AROUND:
            continue
        yield Excerpt(text, first, len(text) - AROUND, line, column)
        cut = len(text) - 2 * AROUND
        last_break = text.rfind("\n", 0, cut)
        column = cut - last_break - 1 if last_break >= 0 else column + cut
        line += text.count("\n", 0, cut)
        text, first = text[cut:], AROUND
    yield Excerpt(text, first, len(text) + 1, line, column)
