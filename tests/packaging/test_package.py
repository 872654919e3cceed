"""What is shipped: a wheel with all its data, and a container file that builds it. No container is built here."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    with zipfile.ZipFile(made) as packed:
        packed.extractall(folder / "out")
    return folder / "out"


def files(below: Path) -> set[str]:
    return {
        str(p.relative_to(below))
        for p in (below / "ishigaki").rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }


def test_the_wheel_holds_every_file_of_the_source(wheel: Path) -> None:
    shipped = files(wheel)
    assert shipped == files(SOURCE)
    assert {Path(name).suffix for name in shipped} >= {".toml", ".json", ".csv", ".tsv", ".sql", ".j2"}


def test_the_wheel_works_from_where_it_was_unpacked(wheel: Path, tmp_path: Path) -> None:
    """Texts, catalogue, templates and steps of the store are read from it, not from the source beside."""
    program = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(wheel)!r})
import ishigaki
from ishigaki.report import html
from ishigaki.store.database import engine
assert Path(ishigaki.__file__).is_relative_to({str(wheel)!r}), ishigaki.__file__
engine(Path("store")).dispose()
sys.argv = ["ishigaki", "explain", "S3.8", "--lang", "ja"]
from ishigaki.cli.main import run
run()
"""
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
    assert "S3.8" in said.stdout
    assert (tmp_path / "store" / "ishigaki.db").is_file()


def instructions() -> list[tuple[str, str]]:
    """The container file, one instruction with its words each."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines if line.strip()]


def copied() -> list[str]:
    """What the container file copies from this folder."""
    return [
        source
        for name, words in instructions()
        if name == "COPY" and not words.startswith("--from")
        for source in words.split()[:-1]
    ]


def test_what_the_container_file_copies_is_there_and_not_ignored() -> None:
    kept = [
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    ]
    assert copied()
    for source in copied():
        assert (ROOT / source).exists(), source
        assert any(Path(source).match(pattern) for pattern in kept), source


def test_what_the_container_installs_is_locked() -> None:
    runs = [words for name, words in instructions() if name == "RUN"]
    installs = [i for run in runs for i in run.split("&&") if "pip install" in i]
    assert installs
    for install in installs:
        assert "--require-hashes" in install or "--no-index --no-deps" in install
        for lock in re.findall(r"-r (\S+)", install):
            assert lock in copied()
            assert "--hash=sha256:" in (ROOT / lock).read_text(encoding="utf-8")


def test_the_locks_agree() -> None:
    """They are installed together: one version of each package."""
    versions: dict[str, set[str]] = {}
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        for name, version in re.findall(
            r"^([\w.-]+)(?:\[\w+\])?==(\S+)", lock.read_text("utf-8"), re.MULTILINE
        ):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_the_container_runs_as_nobody_special_and_names_no_registry() -> None:
    by_name: dict[str, list[str]] = {}
    for name, words in instructions():
        by_name.setdefault(name, []).append(words)
    assert all(re.fullmatch(r"[a-z]+:[\w.-]+( AS \w+)?", image) for image in by_name["FROM"])
    assert "://" not in (ROOT / "Containerfile").read_text(encoding="utf-8")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", by_name["USER"][-1])  # by number: Kubernetes asks for one
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert json.loads(by_name["ENTRYPOINT"][-1]) == list(project["scripts"])
    assert {image.split()[0] for image in by_name["FROM"]} == {"python:3.11-slim"}
    assert "3.11" in project["requires-python"]  # the locks are made for it
