"""The shape of the house: sizes, words, who may import whom; and that the contract bites."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = sorted((ROOT / "src").rglob("*.py"))
BY_PATH = pytest.mark.parametrize("path", SOURCE, ids=lambda p: str(p.relative_to(ROOT / "src")))


@BY_PATH
def test_a_file_has_at_most_400_lines_and_opens_with_a_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(text)), "a module opens with one line"


@BY_PATH
def test_a_function_has_at_most_40_lines(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0]
            body = (
                node.body[1:]
                if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
                else node.body
            )
            if not body:
                continue
            length = (body[-1].end_lineno or 0) - body[0].lineno + 1
            assert length <= 40, f"{node.name}: {length} lines"


@BY_PATH
def test_names_say_what_a_module_is_about(path: Path) -> None:
    assert not {"utils", "helpers", "manager", "base", "common", "misc"} & set(
        path.relative_to(ROOT).with_suffix("").parts
    )


@BY_PATH
def test_nothing_is_left_for_later(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError", path.read_text(encoding="utf-8"))


@BY_PATH
def test_any_exception_is_caught_in_one_place_only(path: Path) -> None:
    broad = re.search(r"except (Exception|BaseException)\b|except:", path.read_text(encoding="utf-8"))
    assert not broad or path.match("core/guarded.py")


PLANTED = {
    "src/ishigaki/core/planted.py": "from ishigaki import services\n",
    "src/ishigaki/services/planted.py": "from ishigaki import standards\n",
    "src/ishigaki/flows/planted.py": "import botocore\n",
    "src/ishigaki/services/sns/resources.py": "from ishigaki.services.sns import controls\n",
}


@pytest.mark.parametrize("place", PLANTED)
def test_the_import_contract_finds_a_violation(place: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    with (tmp_path / place).open("a", encoding="utf-8") as module:
        module.write(PLANTED[place])
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [lint, "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "src"), "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    assert "BROKEN" in run.stdout
