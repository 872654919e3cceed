"""Parameters of controls: AWS's names and bounds, and the estate file that sets them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ishigaki.baselines import desired
from ishigaki.core.control import Parameters, fields_of
from ishigaki.core.remediation import Around
from ishigaki.core.usage import UsageError
from ishigaki.flows.estate import read
from ishigaki.services import controls
from ishigaki.standards import catalogue
from ishigaki.standards.choice import choose
from ishigaki.standards.parameters import as_aws_takes_them

HEAD = '[[accounts]]\nid = "111122223333"\n\n'
TUNED = [pytest.param(c.parameters, id=c.id) for c in controls().values() if c.parameters is not None]


def estate(folder: Path, text: str) -> Path:
    path = folder / "estate.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def test_the_estate_sets_parameters(tmp_path: Path) -> None:
    found = read(estate(tmp_path, '[parameters."IAM.7"]\nMinimumPasswordLength = 14\n'))
    (question,) = choose(globs=["IAM.7"], parameters=found.parameters).questions
    assert question.asked is not None
    assert question.asked.custom == {"MinimumPasswordLength": 14}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('[parameters."IAM.7"]\nMinimumPasswordLength = 7\n', "parameters_invalid", 4),
        ('[parameters."IAM.7"]\nminimumPasswordLength = 9\n', "parameters_invalid", 4),
        ('[parameters]\n"S3.1".days = 9\n', "no_parameters", 5),
        ('[parameters."NoSuch.1"]\nx = 9\n', "no_parameters", 4),
    ],
)
def test_what_aws_does_not_take_is_refused(tmp_path: Path, text: str, code: str, line: int) -> None:
    with pytest.raises(UsageError) as wrong:
        read(estate(tmp_path, text))
    assert (wrong.value.code, wrong.value.facts["line"]) == (code, line)


def test_two_files_may_not_contradict_each_other() -> None:
    around = Around(account="111122223333", parameters={"IAM.7": {"MinimumPasswordLength": 14}})
    head = 'profile = "none"\n[items.control_parameters.parameters."IAM.7"]\n'
    same = desired.parse(f"{head}MaxPasswordAge = 90\n", file="baseline.toml")
    (item,) = desired.resolve(same, around)
    assert msgspec.to_builtins(item.item.wanted) == {
        "parameters": {"IAM.7": {"MinimumPasswordLength": {"Integer": 14}, "MaxPasswordAge": {"Integer": 90}}}
    }
    other = desired.parse(f"{head}MinimumPasswordLength = 12\n", file="baseline.toml")
    with pytest.raises(UsageError) as wrong:
        desired.resolve(other, around)
    assert wrong.value.code == "parameters_contradict"


@pytest.mark.parametrize("kind", TUNED)
def test_every_parameter_has_a_form_that_aws_takes(kind: type[Parameters]) -> None:
    values = kind().values
    for typed in kind.typed(values).values():
        (name,) = typed
        assert name.removesuffix("List") in {"Boolean", "Double", "Enum", "Integer", "String"}


def test_parameters_are_those_of_the_catalogue() -> None:
    """Names and usual values, as AWS publishes them."""
    for control in controls().values():
        known = catalogue()[control.id.partition("@")[0]].parameters
        if control.parameters is None:
            continue
        usual = control.parameters().values
        assert {f.encode_name for f in fields_of(control.parameters)} == known.keys(), control.id
        assert {n: _text(v) for n, v in usual.items()} == dict(known), control.id


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(str(v) for v in value)
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def test_aws_form_of_an_enumeration_and_of_a_list() -> None:
    assert as_aws_takes_them({"IAM.7": {"RequireSymbols": False}}) == {
        "IAM.7": {"RequireSymbols": {"Boolean": False}}
    }
