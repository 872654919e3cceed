"""docs/emulator.md names everything that the layer adds."""

from pathlib import Path

import pytest

from ishigaki.demo.emulator.control import CONTROLS
from ishigaki.demo.emulator.faults import KINDS
from ishigaki.demo.emulator.handlers import HANDLERS

DOCS = Path(__file__).parents[2] / "docs" / "emulator.md"


def row_of(service: str, operation: str) -> bool:
    """Whether a row of the table is the service's and names the operation."""
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and service in cells[0].split(", ") and operation in cells[1].split(", "):
            return True
    return False


@pytest.mark.parametrize("named", sorted(HANDLERS), ids="{0[0]}:{0[1]}".format)
def test_every_operation_is_in_the_table(named: tuple[str, str]) -> None:
    assert row_of(*named)


def test_every_control_and_every_kind_of_fault_is_named() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [f"{method} {path}" for method, path in CONTROLS if f"`{method} {path}`" not in text] == []
    assert [kind for kind in KINDS if f"| `{kind}` |" not in text] == []
