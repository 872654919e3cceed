"""`python -m tools.mutate [ROOM ...]`: does an example notice when a control says something else?

Each mutant is one small change in the body of a function of a room's `controls.py`; it is killed when an example
of any control then gives another finding. What survives is listed with its line, to be judged by a person: an
example is missing, or the change means the same.
"""

from __future__ import annotations

import ast
import copy
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from ishigaki.core.control import EXAMPLE_NOW, Control, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.services import ROOMS

COMPARES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
CALLS = {
    "any": "all",
    "all": "any",
    "some": "every",
    "every": "some",
    "none": "some",
    "min": "max",
    "max": "min",
}


@dataclass(frozen=True)
class Mutant:
    """One change: where, and what became of what."""

    line: int
    before: str
    after: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module's functions; their decorators, which hold the examples, stay as they are."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in _in_bodies(tree):
            continue
        for change in range(_changes(node)):
            changed = copy.deepcopy(tree)
            target = next(n for i, n in enumerate(ast.walk(changed)) if i == number)
            before = ast.unparse(target)
            _change(target, change)
            yield Mutant(
                getattr(node, "lineno", 0), before, ast.unparse(target), ast.fix_missing_locations(changed)
            )


def _in_bodies(tree: ast.Module) -> set[int]:
    """The nodes of what judges: bodies of functions that a control reaches, without docstrings, decorators, and
    what is only said (texts, and the reasons of what is unseen)."""
    functions = {f.name: f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)}
    judging = {f.name for f in functions.values() if f.decorator_list} | _wheres(tree)
    while more := {n for j in judging & functions.keys() for n in _names(functions[j].body)} - judging:
        judging |= more
    found: set[int] = set()
    for name in judging & functions.keys():
        for statement in functions[name].body:
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                found |= {id(n) for n in _judging_nodes(statement)}
    return found


def _wheres(tree: ast.Module) -> set[str]:
    """The functions that say which resources a control is about."""
    calls = (c for c in ast.walk(tree) if isinstance(c, ast.Call))
    return _names(k.value for c in calls for k in c.keywords if k.arg == "where")


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    return {n.id for node in nodes for n in _judging_nodes(node) if isinstance(n, ast.Name)}


def _judging_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what lies in it, without decorators, f-strings, and what is raised."""
    yield node
    if isinstance(node, (ast.JoinedStr, ast.Raise)):
        return
    for name, value in ast.iter_fields(node):
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST) and name != "decorator_list":
                yield from _judging_nodes(each)


def _changes(node: ast.AST) -> int:
    """How many mutants a node has."""
    if isinstance(node, ast.Compare):
        return int(type(node.ops[0]) in COMPARES)
    if isinstance(node, ast.Constant):
        words = isinstance(node.value, str) and (" " in node.value or not node.value)
        return int(isinstance(node.value, (bool, int, str)) and not words)
    if isinstance(node, ast.Call):
        return int(isinstance(node.func, ast.Name) and node.func.id in CALLS)
    if isinstance(node, (ast.If, ast.IfExp)):
        return 2
    return int(
        isinstance(node, ast.BoolOp) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))
    )


def _change(node: ast.AST, change: int) -> None:
    if isinstance(node, ast.Compare):
        node.ops[0] = COMPARES[type(node.ops[0])]()
    elif isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, str):
            node.value = value + "~"
        elif isinstance(value, bool):
            node.value = not value
        elif isinstance(value, int):
            node.value = value + 1
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        node.func.id = CALLS[node.func.id]
    elif isinstance(node, (ast.If, ast.IfExp)):
        node.test = ast.Constant(bool(change))
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.UnaryOp):
        node.op = ast.UAdd() if isinstance(node.operand, ast.Constant) else node.op
        node.operand = ast.UnaryOp(ast.Not(), node.operand)


def killed(mutant: Mutant, name: str, path: str) -> bool:
    """Whether an example notices: by another finding, or because nothing works any more."""
    module = ModuleType(name)
    module.__file__ = path
    module.__package__ = name.rpartition(".")[0]
    sys.modules[name], kept = module, sys.modules[name]
    try:
        exec(compile(mutant.tree, path, "exec"), module.__dict__)  # noqa: S102 - our own file, changed
        return any(not _holds(c, e) for c in module.CONTROLS for e in c.examples)
    except Exception:  # noqa: BLE001 - a mutant may do anything
        return True
    finally:
        sys.modules[name] = kept


def _holds(control: Control, example: Example) -> bool:
    finding = judge_example(control, example, now=EXAMPLE_NOW)
    if finding is None or example.status is None:
        return (finding is None) == (example.status is None)
    told = not example.fault or any(f.code == example.fault for f in finding.faults)
    return finding.status is example.status and told


def survivors(room: str) -> tuple[int, list[Mutant]]:
    """How many mutants a room's controls have, and those that no example notices."""
    name = f"ishigaki.services.{room}.controls"
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return 0, []
    __import__(name)
    every = list(mutants(Path(spec.origin).read_text(encoding="utf-8")))
    return len(every), [m for m in every if not killed(m, name, spec.origin)]


def main(rooms: Iterable[str]) -> int:
    made = left = 0
    for room in rooms:
        count, alive = survivors(room)
        made, left = made + count, left + len(alive)
        for mutant in alive:
            print(f"{room}:{mutant.line}: {_short(mutant.before)}  ->  {_short(mutant.after)}")
    print(f"{made} mutants, {made - left} killed, {left} survived")
    return 0


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 70 else f"{flat[:69]}…"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ROOMS))
