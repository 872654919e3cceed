"""Listings that are empty because nothing can have been made: the one table of them.

A row of `nothing_made.tsv` holds a listing that moto lacks, and the operation without which there is nothing
to list. The emulator does not have that operation either (a test calls every one of them), so the answer is a
fact about the emulator's world and never a stub. What AWS makes by itself (managed policies, default groups,
offerings) has no row: there an empty list would be a lie.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

TABLE = "nothing_made.tsv"


@cache
def nothing_made() -> Mapping[tuple[str, str], str]:
    """(service, listing) -> the operation that would have had to make something."""
    text = files(__package__).joinpath(TABLE).read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return {(row["service"], row["listing"]): row["made_by"] for row in rows}
