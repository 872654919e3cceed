"""Named questions to the history of stock-takes: a file of SQL for each, its title in comments at the top."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import msgspec

from ishigaki.texts import Words


class Query(msgspec.Struct, frozen=True):
    """A question by name: its title, and what is asked."""

    name: str
    title: Words
    sql: str


@cache
def queries() -> dict[str, Query]:
    """Every named question, by name."""
    folder = files(__package__).joinpath("queries")
    found = (_query(f.name.removesuffix(".sql"), f.read_text(encoding="utf-8")) for f in folder.iterdir())
    return {query.name: query for query in sorted(found, key=lambda query: query.name)}


def _query(name: str, text: str) -> Query:
    title = dict(re.findall(r"^-- (en|ja): (.+)$", text, flags=re.MULTILINE))
    sql = re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)
    return Query(name, title, sql.strip())
