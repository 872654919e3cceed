"""L6: what is generated is current."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.generate import EXIT_CODES, GENERATED

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", GENERATED)
def test_a_generated_file_is_current(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == GENERATED[path](), "run `make generate`"


def test_every_exit_code_is_documented() -> None:
    assert [code for code, _ in EXIT_CODES] == [0, 1, 2, 3, 4, 130]
