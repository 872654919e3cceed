"""The terminal: goldens at two widths and in two languages; nothing wider than the terminal."""

from __future__ import annotations

from itertools import pairwise

import pytest
from rich.cells import cell_len

from ishigaki.core.fault import fault
from ishigaki.core.finding import Status
from ishigaki.report import table
from ishigaki.report.flow import breaks
from ishigaki.texts import LANGUAGES, Language
from tests.report import golden
from tests.report.estate import large, row, small


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_the_table_is_as_it_was(language: Language, width: int) -> None:
    golden.check(f"table.{language}.{width}.txt", table.render(small(language), width=width))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(language: Language, width: int) -> None:
    for line in table.render(large(language), width=width).splitlines():
        assert cell_len(line) <= width


def test_the_worst_comes_first_and_the_rest_is_a_number() -> None:
    text = table.render(large("en"), width=100)
    worst = text[text.index("Worst findings") :]
    assert worst.index("CRITICAL") < worst.index("and ")
    assert "HIGH" not in worst


def test_a_name_cannot_steer_the_terminal() -> None:
    name = "\x1b[31mred\x07\u202e[bold]"
    rows = [row("S3.8", Status.FAILED, resource=name, faults=(fault("setting_off", setting=name),))]
    text = table.render(small(rows=rows), width=120)
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "[bold]" in text


def test_nothing_failed_says_so() -> None:
    assert "Nothing failed." in table.render(small(rows=[row("S3.8", Status.PASSED)]), width=80)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("AWS Config が有効で、必要な", 12, ["AWS Config ", "が有効で、必", "要な"]),
        ("短い (60 %、未判定)", 10, ["短い ", "(60 %、未", "判定)"]),
        ("one two\nthree", 20, ["one two\n", "three"]),
        ("arn:aws:s3:::abcdefgh", 10, ["arn:aws:s3", ":::abcdefg", "h"]),
        ("", 10, [""]),
    ],
)
def test_lines_break_where_the_language_allows(text: str, width: int, lines: list[str]) -> None:
    offsets = [0, *breaks(text, width), len(text)]
    assert [text[a:b] for a, b in pairwise(offsets)] == lines
