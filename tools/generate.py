"""Write what follows from the declarations: the table of what each control reads."""

from __future__ import annotations

import json
from pathlib import Path

from ishigaki.core.reads import reads_of
from ishigaki.services import controls, key

SERVICES = Path(__file__).parent.parent / "src" / "ishigaki" / "services"


def recorded_reads() -> dict[str, dict[str, list[str]]]:
    """For each control, each type's members that its examples read."""
    table: dict[str, dict[str, list[str]]] = {}
    for control in controls().values():
        by_type: dict[str, set[str]] = {}
        for example in control.examples:
            for kind, name in reads_of(control, example):
                by_type.setdefault(key(kind), set()).add(name)
        table[control.id] = {k: sorted(v) for k, v in sorted(by_type.items())}
    return table


if __name__ == "__main__":
    text = json.dumps(recorded_reads(), indent=1, sort_keys=True)
    (SERVICES / "reads.json").write_text(text + "\n", encoding="utf-8")
