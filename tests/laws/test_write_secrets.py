"""What writes are answered is kept in journals: what may be secret is declared, and never what a later call needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ishigaki.core.answer import search
from ishigaki.core.call import Call
from ishigaki.core.change import Change, Ref
from ishigaki.core.proposal import redacted
from ishigaki.core.redact import redact
from ishigaki.core.remediation import Case, Remediation
from tests.laws.declarations import service_model
from tests.laws.secret_paths import secret_paths
from tests.laws.test_remediations import CASES, case_world, only_changes, planned

# What AWS marks sensitive although a later call has to send it, and why it may be kept.
NEEDED: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("cloudfront", "GetDistributionConfig"): {
        "DistributionConfig.Comment": "a description that UpdateDistribution wants back, and its way back, too"
    }
}


def changes_of_example(remedy: Remediation, case: Case) -> list[Change]:
    return only_changes(planned(remedy, case_world(remedy, case), case))


def kept_calls(change: Change) -> Iterator[Call]:
    """The calls whose answers a journal keeps: of the change, of taking it back, and of looking for what is made."""
    for step in change.steps:
        yield from (step.call, *step.undo, *([step.found.call] if step.found else []))


def shape_of(call: Call) -> Any:
    return service_model(call.service).operation_model(call.operation).output_shape


@pytest.mark.parametrize(("remedy", "case"), CASES)
def test_what_may_be_secret_in_a_kept_answer_is_redacted(remedy: Remediation, case: Case) -> None:
    for change in changes_of_example(remedy, case):
        for each in kept_calls(change):
            needed = NEEDED.get((each.service, each.operation), {}).keys()
            exposed = {*secret_paths(shape_of(each))} - {*each.secret} - needed
            assert not exposed, f"{each.operation}: declare secret=({', '.join(sorted(exposed))})"
            plain = {re.sub(r"\[[^\]]*\]", "[]", path).removesuffix("~login") for path in each.secret}
            every = set(secret_paths(shape_of(each), any_name=True))
            assert plain <= every, f"{each.operation}: a path that is not in the answer"


@pytest.mark.parametrize(("remedy", "case"), CASES)
def test_what_a_later_call_is_filled_with_is_no_secret(remedy: Remediation, case: Case) -> None:
    """A `Ref` neither points into a secret nor to something that holds one."""
    for change in changes_of_example(remedy, case):
        steps = {step.name: step for step in change.steps}
        for each in kept_calls(change):
            for ref in refs_in(each.params):
                answered = steps[ref.step]
                answer = redact(sample(shape_of(answered.call)), answered.call.secret, salt="s")
                found = search(ref.at, answer)
                assert found is not None, f"{ref.at} is not in the answer of {ref.step}"
                assert not redacted(found), f"{ref.at} in the answer of {ref.step} is a secret"
                if answered.found is not None:
                    hidden = {path.rpartition(".")[2] for path in answered.found.call.secret}
                    assert not hidden & set(re.findall(r"\w+", answered.found.at))


def refs_in(value: Any) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from refs_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from refs_in(each)


def sample(shape: Any, above: tuple[str, ...] = ()) -> Any:
    """An answer with something at every place; what contains itself ends there."""
    if shape is None or shape.name in above:
        return {}
    above = (*above, shape.name)
    if shape.type_name == "structure":
        return {name: sample(inner, above) for name, inner in shape.members.items()}
    if shape.type_name == "list":
        return [sample(shape.member, above)]
    return {"key": sample(shape.value, above)} if shape.type_name == "map" else "value"


def test_a_law_that_looks_sees_what_is_planted() -> None:
    shape = service_model("rds").operation_model("ModifyDBInstance").output_shape
    (path,) = secret_paths(shape)
    hidden = redact(sample(shape), (path,), salt="s")
    assert redacted(search(path, hidden))
    assert redacted(search("DBInstance.PendingModifiedValues", hidden))
    assert not redacted(search("DBInstance.DBInstanceArn", hidden))
