"""Standards and the catalogue: requirement → control ids. Data only; these are its readers.

`controls.csv` holds what AWS publishes of each control, `own.csv` the same of the controls of our own, whose ids
begin with `Ishigaki.`: no standard of AWS's has them. A standard is one TOML file. `must_fix` is not written down
but computed: FSBP, CRITICAL or HIGH.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from ishigaki.core.catalogue import Catalogue, ControlFacts, Standard, order, plain
from ishigaki.core.checklist import Checklist, Line
from ishigaki.core.finding import Severity

DEFAULT = ("fsbp", "cis_5_0")
STANDARDS = ("fsbp", "cis_1_2", "cis_1_4", "cis_3_0", "cis_5_0", "fsbp_2022_07")
CATALOGUES = ("controls.csv", "own.csv")
EXPOSURES = "eight_exposures"
MUST = "must_fix"
SHORT = (EXPOSURES, "seven_checks", "ten_practices")  # what a scan asks beside its standards
CHECKLISTS = (*SHORT, MUST)
MUST_FIX = (Severity.CRITICAL, Severity.HIGH)


@cache
def catalogue() -> Catalogue:
    """The facts of every control, AWS's and our own, by id."""
    return {row["id"]: _facts(row) for name in CATALOGUES for row in _rows(name)}


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _facts(row: Mapping[str, str]) -> ControlFacts:
    return ControlFacts(
        id=row["id"],
        severity=Severity(row["severity"] or "MEDIUM"),
        category=row["category"],
        subjects=tuple(row["subjects"].split(";")),
        when_empty=row["when_empty"],
        standards=tuple(s for s in row["standards"].split(";") if s),
        retired=row["retired"] == "yes",
        schedule=row["schedule"],
        title_en=row["title_en"],
        title_ja=row["title_ja"],
        parameters=dict(_pair(p) for p in row["parameters"].split(";") if p),
    )


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


@cache
def standard(name: str) -> Standard:
    """A standard or checklist by its id. Raises KeyError where there is none."""
    if name == MUST:
        return _must_fix()
    data = _read(name)
    if "lines" in data:
        found = checklist(name)
        return Standard(found.id, found.title["en"], found.title["ja"], found.controls)
    severities = {c: Severity(s) for c, s in data.get("severities", {}).items()}
    return Standard(data["id"], data["title"]["en"], data["title"]["ja"], tuple(data["controls"]), severities)


def _must_fix() -> Standard:
    ids = [c for c in standard("fsbp").controls if catalogue()[plain(c)].severity in MUST_FIX]
    return Standard(MUST, "Must-fix list", "是正必須項目", tuple(sorted(ids, key=order)))


@cache
def checklist(name: str) -> Checklist:
    """A checklist by its id. Raises KeyError where there is none."""
    if name not in CHECKLISTS:
        raise KeyError(name)
    data = {} if name == MUST else _read(name)
    if "lines" in data:
        return msgspec.convert(data, Checklist)
    listed = standard(name)
    lines = tuple(Line((c,)) for c in listed.controls)
    return Checklist(listed.id, {"en": listed.title_en, "ja": listed.title_ja}, lines)


def _read(name: str) -> dict[str, Any]:
    if name not in (*STANDARDS, *CHECKLISTS):
        raise KeyError(name)
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def severity(control: str, *, within: Standard | None = None) -> Severity:
    """The severity of a control (a standard may have its own for it)."""
    if within is not None and control in within.severities:
        return within.severities[control]
    return catalogue()[plain(control)].severity
