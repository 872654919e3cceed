"""What a change does to a thing, value by value: only what differs, within lists and policies, too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ishigaki.core.differences import Difference, differences
from ishigaki.core.plan import Touched
from ishigaki.report.terminal import plain
from ishigaki.report.words import phrase
from ishigaki.texts import Language

MOST = 20  # values shown of one change; the file has them all
THINGS = 12  # things shown of one change, likewise
LONGEST = 600  # characters of one value
NAMES = ("Sid", "Name", "Id", "ID", "Key", "RuleNumber", "Type")  # what tells the items of a list apart
AWS_ALONE = ("UpdatedAt",)  # what AWS sets by itself
ACCOUNT = "AWS::::Account"
NOT_YET = "new"  # opens what stands for an id until AWS has given it
Line = tuple[str, str]  # what is said, and in which style


def called(touch: Touched) -> str:
    """A thing's name; of one that AWS has yet to name, what it is made for."""
    name = touch.name
    return name.removeprefix(f"{NOT_YET}-") if touch.act == "create" else name


def value_lines(touches: Sequence[Touched], language: Language) -> Iterator[Line]:
    """What becomes of the things that a change touches."""
    for touch in touches[:THINGS]:
        if len(touches) > 1 or touch.act != "alter":
            thing = plain(touch.name) if touch.type != ACCOUNT else phrase("plan.account")[language]
            yield f"{phrase(f'act.{touch.act}')[language]} {touch.type} {thing}", "not dim not bold"
        if touch.act == "delete":
            continue
        found = [d for d in refined(differences(touch.before, touch.after)) if d.path]
        for each in found[:MOST]:
            yield plain(_difference(each, language)), "cyan not bold not dim"
        if len(found) > MOST:
            yield phrase("plan.more_values", count=len(found) - MOST)[language], "dim not bold"
    if len(touches) > THINGS:
        yield phrase("plan.more_things", count=len(touches) - THINGS)[language], "dim not bold"


def refined(found: Iterable[Difference]) -> Iterator[Difference]:
    """Differences with an item that goes and one that comes in its place told as what differs between them."""
    pool = list(found)
    while pool:
        each = pool.pop(0)
        at = next((n for n, other in enumerate(pool) if _label(each, other) is not None), None)
        if at is None:
            if each.path.rpartition(".")[2] not in AWS_ALONE:
                yield each
            continue
        other = pool.pop(at)
        before, after = (each.before, other.after) if each.after is None else (other.before, each.after)
        path = f"{each.path.removesuffix('[]')}[{_label(each, other)}]"
        yield from refined(differences(before, after, path))


def _label(one: Difference, other: Difference) -> str | None:
    """The name of the item of a list that two differences are about; empty where it has none; None where they
    are about two."""
    if one.path != other.path or not one.path.endswith("[]"):
        return None
    pair = (one.before, other.after) if one.after is None else (other.before, one.after)
    before, after = pair
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return None
    key = next((k for k in NAMES if k in before and k in after), None)
    if key is not None:
        return str(before[key]) if before[key] == after[key] else None
    same = sum(before.get(k) == after[k] for k in after)
    return "" if same * 2 > max(len(before), len(after)) else None


def _difference(each: Difference, language: Language) -> str:
    if each.before is None:
        return f"+ {each.path} = {_value(each.after, language)}"
    if each.after is None:
        return f"- {each.path} = {_value(each.before, language)}"
    return f"{each.path}: {_value(each.before, language)} → {_value(each.after, language)}"


def _value(value: Any, language: Language) -> str:
    if value in ("", [], {}):
        return phrase("plan.empty")[language]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
