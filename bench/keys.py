"""Keys in code: recall and precision of the detectors on the corpus of the tests, in percent."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from tests.source.measured import measures


def run(times: int) -> dict[str, Any]:
    """Every planted key and look-alike so many times over, each time another."""
    figures: dict[str, Any] = {"times": times}
    for each in measures(times):
        figures[each.what] = {
            "planted": each.planted,
            "recall": round(100 * each.recall, 1),
            "precision": round(100 * each.precision, 1),
        }
    return figures


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.keys JSON`."""
    print(json.dumps(run(**json.loads(arguments[0]))))


if __name__ == "__main__":
    main(sys.argv[1:])
