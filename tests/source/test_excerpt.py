"""Long texts in pieces: every position is told once, at its line and column; a key across a cut is found."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.excerpt import AROUND, excerpts
from ishigaki.core.keyforms import found
from tests.source import planted


def chunked(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


@given(st.integers(1, 5), st.integers(0, 2**32), st.integers(1, 400))
def test_every_position_is_told_once_and_in_its_place(times: int, seed: int, longest: int) -> None:
    rng = random.Random(seed)
    text = "".join("x" * rng.randrange(longest) + "\n" for _ in range(times * 3 * AROUND // longest))
    text += "y" * (seed % 3) * AROUND
    told = 0
    for piece in excerpts(chunked(text, 50_000)):
        first, last = piece.first, min(piece.last, len(piece.text))
        for at in (first, (first + last) // 2, last - 1):
            if first <= at < last:
                line, column = piece.place(at)
                whole = told + at - first
                assert line == text.count("\n", 0, whole) + 1
                assert column == whole - (text.rfind("\n", 0, whole) + 1) + 1
        told += last - first
    assert told == len(text)


def test_a_key_is_found_once_wherever_the_text_is_cut() -> None:
    key = planted.long_term(random.Random(4))
    filler = "a = 1\n" * 12_000
    text = f"{filler}id = {key.id}\nsecret = {key.secret}\n{filler}"
    start = text.index(key.id)
    for size in (start - 2, start + 7, start + 25, start + 50, 33_000, len(text)):
        hits = [
            piece.place(each.start)
            for piece in excerpts(chunked(text, size))
            for each in found(piece.text)
            if piece.first <= each.start < piece.last
        ]
        assert hits == [(12_002, 10)], size
